"""One network on the page: what is known of it, what is done with it, and a button."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from app.ui.button import Button
from app.ui.text import Paragraph, coloured
from app.ui.theme import GRID, Fonts, Palette


class Card(QWidget):
    """*pressed* carries *name* when its button is; without a word there is no button."""

    pressed = pyqtSignal(str)

    def __init__(self, name: str, fonts: Fonts) -> None:
        super().__init__()
        self.name = name
        self._text, self._state = Paragraph(fonts), Paragraph(fonts)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(GRID)
        self._bar.hide()
        self._button = Button(fonts)
        self._button.clicked.connect(lambda: self.pressed.emit(self.name))
        self._button.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, GRID)
        layout.setSpacing(GRID // 2)
        for part in (self._text, self._bar, self._state):
            layout.addWidget(part)
        layout.addWidget(self._button, 0, Qt.AlignRight)

    def describe(self, text: str) -> None:
        """What is known of it, as rich text."""
        self._text.show_text(text)

    def offer(self, word: str, enabled: bool = True) -> None:
        """What the button does: "" for nothing."""
        self._button.setText(word)
        self._button.setAccessibleName(f"{word}: {self.name}")
        self._button.setEnabled(enabled)
        self._button.setVisible(bool(word))

    def say(self, sentence: str, palette: Palette, *, bad: bool = False) -> None:
        """How it stands with it."""
        colour = palette.bad if bad else palette.muted
        self._state.show_text(coloured(sentence, colour) if sentence else "")
        self._state.setVisible(bool(sentence))
        self.setAccessibleName(f"{self.name}: {sentence}")

    def measure(self, done: int, total: int | None) -> None:
        """Show how far a download is; without a *total* only that it is under way."""
        self._bar.setRange(0, 1000 if total else 0)
        self._bar.setValue(round(1000 * done / total) if total else 0)
        self._bar.show()

    def rest(self) -> None:
        """Nothing is under way any more."""
        self._bar.hide()
