"""The page of networks: what is installed, what the catalogue has, and one thing done at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PyQt5.QtGui import QShowEvent
from PyQt5.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.library import Library
from app.ui.button import Button
from app.ui.fold import Fold
from app.ui.networks import words
from app.ui.networks.card import Card
from app.ui.networks.errand import Errand
from app.ui.panel.page import Moment, Page
from app.ui.text import Paragraph, coloured
from app.ui.theme import GRID, Fonts, Palette
from models.command import command
from models.manifest import Network
from models.store import Installed


class NetworksPage(Page):
    """Each network is a card. What runs cannot be removed; what is removed can be had again."""

    def __init__(self, library: Library, fonts: Fonts, palette: Palette) -> None:
        super().__init__(fonts)
        self._library, self._fonts, self._colours = library, fonts, palette
        self._cards: dict[str, Card] = {}
        self._installed: dict[str, Installed] = {}
        self._available: dict[str, Network] = {}
        self._in_use: Mapping[str, str] = {}
        self._asked = ""  # what would be removed at the second press
        self._hashed: dict[str, Installed] = {}
        self._errand = Errand(library, self)
        self._errand.advanced.connect(self._advance)
        self._errand.checking.connect(self._check)
        self._errand.done.connect(self._done)
        self._verify = Button(fonts, self.tr("Verify all files"))
        self._verify.clicked.connect(self._verify_all)
        self._hint = Paragraph(fonts)
        self._own, self._bundled, self._others = (_Section() for _ in range(3))
        self._fold = Fold(self._bundled, fonts)
        self.column.addWidget(self._heading(self.tr("Installed")))
        self.column.addWidget(self._hint)
        self.column.addWidget(self._own)
        self.column.addWidget(self._fold)
        self.column.addWidget(self._verify)
        self.column.addSpacing(GRID)
        self.column.addWidget(self._heading(self.tr("To be had")))
        self.column.addWidget(self._others)
        self.column.addStretch(1)

    def recolour(self, palette: Palette) -> None:
        self._colours = palette
        self._write()

    def refresh(self, moment: Moment) -> None:
        in_use = self._library.in_use()
        if in_use != self._in_use:
            self._in_use = in_use
            self._write()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # The command line may have installed or removed some meanwhile.
        if not self._errand.busy:
            self._asked = ""
            self._read()

    def _heading(self, text: str) -> QLabel:
        heading = QLabel(text)
        heading.setFont(self._fonts.strong)
        return heading

    def _read(self) -> None:
        """Look at the store again."""
        self._installed = {entry.name: entry for entry in self._library.installed()}
        self._available = {network.name: network for network in self._library.available()}
        self._in_use = self._library.in_use()
        self._hashed = {n: self._hashed[n] for n in self._installed if n in self._hashed}
        bundled = [name for name, entry in self._installed.items() if entry.bundled]
        own = [name for name in self._installed if name not in bundled]
        self._own.hold(map(self._card, own))
        self._bundled.hold(map(self._card, bundled))
        self._others.hold(map(self._card, self._available))
        for name in set(self._cards) - set(self._installed) - set(self._available):
            self._cards.pop(name).deleteLater()
        self._fold.title(self.tr("Come with Saccade: {count}").format(count=len(bundled)))
        self._write()

    def _card(self, name: str) -> Card:
        if name not in self._cards:
            card = self._cards[name] = Card(name, self._fonts)
            card.pressed.connect(self._press)
        return self._cards[name]

    def _write(self) -> None:
        hint = (
            self.tr("“{command} bench” measures them; what is measured can be chosen.").format(
                command=command()
            )
            if any(not entry.bundled for entry in self._installed.values())
            else self.tr("Only those that come with Saccade.")
        )
        self._hint.show_text(coloured(hint, self._colours.muted))
        self._verify.setEnabled(not self._errand.busy)
        for name in self._cards:
            self._write_card(name)

    def _write_card(self, name: str) -> None:
        """How a network stands while nothing is done with it."""
        card = self._card(name)
        if name == self._errand.name:
            return
        card.rest()
        entry = self._hashed.get(name) or self._installed.get(name)
        if entry is None:
            manifest = self._available[name].manifest
            card.describe(words.described(manifest, self._colours))
            size = words.megabytes(manifest.size)
            card.offer(self.tr("Download {size}").format(size=size), not self._errand.busy)
            card.say("", self._colours)
            return
        if entry.network is not None:
            card.describe(words.described(entry.network.manifest, self._colours))
        else:
            card.describe(f"<b>{name}</b>")
        word = self.tr("Really remove?") if name == self._asked else self.tr("Remove")
        card.offer("" if entry.bundled or name in self._in_use else word, not self._errand.busy)
        if entry.problem:
            card.say(self.tr("damaged: {why}").format(why=entry.problem), self._colours, bad=True)
        elif camera := self._in_use.get(name):
            card.say(self.tr("runs for {camera}").format(camera=camera), self._colours)
        elif name in self._hashed:
            card.say(self.tr("verified: its SHA-256 is right"), self._colours)
        else:
            card.say("", self._colours)

    # -- what the user does

    def _press(self, name: str) -> None:
        asked, self._asked = self._asked, ""
        if name == self._errand.name:
            self._errand.cancel()
            self._card(name).offer(self.tr("Cancel"), enabled=False)
            self._card(name).say(self.tr("Ending …"), self._colours)
        elif name in self._available:
            self._errand.install(name)
            self._advance(0, self._available[name].manifest.size)
            self._write()
        elif asked == name:
            self._errand.remove(name)
            self._write()
        else:
            self._asked = name
            self._write()

    def _verify_all(self) -> None:
        self._errand.verify()
        self._write()

    # -- what becomes of it

    def _advance(self, done: int, total: int | None) -> None:
        card = self._card(self._errand.name)
        card.measure(done, total)
        card.say(words.progress(done, total), self._colours)
        card.offer(self.tr("Cancel"))

    def _check(self) -> None:
        card = self._card(self._errand.name)
        card.measure(0, None)
        card.offer("")
        card.say(self.tr("Every engine checks it …"), self._colours)

    def _done(self, name: str, sentence: str, hashed: tuple[Installed, ...]) -> None:
        """*sentence*: why it failed, "" where it did not."""
        self._hashed |= {entry.name: entry for entry in hashed}
        self._read()
        if sentence and name in self._cards:
            self._cards[name].say(sentence, self._colours, bad=True)


class _Section(QWidget):
    """Cards below one another."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)

    def hold(self, cards: Iterable[Card]) -> None:
        """Take in *cards* in this order, those of another section too."""
        for place, card in enumerate(cards):
            self._column.insertWidget(place, card)
            card.show()
