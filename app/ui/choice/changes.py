"""The account of a camera's changes of network: when, what, why, what it cost, whether it paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from PyQt5.QtWidgets import QVBoxLayout, QWidget

from app.account import Entry, Refusal
from app.ui.choice import words
from app.ui.clauses import translated
from app.ui.text import Paragraph, coloured, dot
from app.ui.theme import GRID, Accents, Fonts, Palette
from models.candidate import Candidate

_SHOWN = 20  # the newest; the report has them all

Change = Entry | Refusal


class ChangesList(QWidget):
    """The newest first. A change that failed is one too; why one was made is told when asked."""

    def __init__(self, fonts: Fonts, accents: Accents, palette: Palette) -> None:
        super().__init__()
        self._fonts, self._accents, self._colours = fonts, accents, palette
        self._changes: tuple[Change, ...] = ()
        self._paragraphs: list[Paragraph] = []
        self._explained: set[str] = set()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, GRID, 0, 0)
        self._rows.setSpacing(2 * GRID)
        self._write()

    def recolour(self, palette: Palette) -> None:
        """Change the theme."""
        self._colours = palette
        self._write()

    def show_changes(self, account: Sequence[Entry], refusals: Sequence[Refusal]) -> None:
        """Replace what is shown; both oldest first. Cheap where nothing has changed."""
        merged: list[Change] = sorted((*account, *refusals), key=_at, reverse=True)
        changes = tuple(merged[:_SHOWN])
        if changes != self._changes:
            self._changes = changes
            self._write()

    def _write(self) -> None:
        latest = next((change for change in self._changes if isinstance(change, Entry)), None)
        texts = [
            self._entry(change, change is latest)
            if isinstance(change, Entry)
            else self._refusal(change)
            for change in self._changes
        ] or [escape(self.tr("The network was not changed yet."))]
        while len(self._paragraphs) < len(texts):
            paragraph = Paragraph(self._fonts)
            paragraph.linkActivated.connect(self._explain)
            self._paragraphs.append(paragraph)
            self._rows.addWidget(paragraph)
        for paragraph, text in zip(self._paragraphs, texts, strict=False):
            paragraph.show_text(text)
        for index, paragraph in enumerate(self._paragraphs):
            paragraph.setVisible(index < len(texts))

    def _entry(self, entry: Entry, latest: bool) -> str:
        switch, muted = entry.switch, self._colours.muted
        before, after = words.ends(switch.before, switch.after)
        outcome, colour = words.verdict(entry, latest, self._colours)
        lines = [
            f"{_time(switch.at)}{self._named(switch.before, before)} →",
            self._named(switch.after, after),
            coloured(outcome, colour),
            coloured(words.costs(entry), muted),
        ]
        if switch.at in self._explained:
            lines.append(coloured(translated(switch.why), muted))
        else:
            link = f"<a href='{switch.at}' style='color:{self._colours.text.name()}'>"
            reason, ask = coloured(words.wanted(entry), muted), self.tr("why?")
            lines.append(f"{reason} {link}{escape(ask)}</a>")
        return "<br>".join(lines)

    def _explain(self, at: str) -> None:
        self._explained.add(at)
        self._write()

    def _refusal(self, refusal: Refusal) -> str:
        failed = coloured(self.tr("failed"), self._colours.bad)
        return f"{_time(refusal.at)}{failed}<br>{escape(words.refused(refusal))}"

    def _named(self, candidate: Candidate | None, name: str) -> str:
        if candidate is None:
            return escape(name)
        return f"{dot(self._accents(candidate, self._colours))}{escape(name)}"


def _time(at: str) -> str:
    return f"<b>{words.clock(at, datetime.now())}</b> &nbsp;"


def _at(change: Change) -> str:
    """ISO 8601 in UTC, so that the order of the texts is that of the times."""
    return change.switch.at if isinstance(change, Entry) else change.at
