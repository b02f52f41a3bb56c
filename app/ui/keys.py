"""What can be done by key, and the panel that lists it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from PyQt5.QtCore import QPoint, QRect, pyqtSignal
from PyQt5.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt5.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.ui.theme import BAND, GRID, Fonts


@dataclass(frozen=True, slots=True)
class Action:
    """Something to *do*: its Qt *keys*, their names as shown, a *word* for its button, help."""

    keys: tuple[int, ...]
    shown: str
    word: str
    help: str
    do: Callable[[], None]


class HelpPanel(QWidget):
    """Lists the keys over the whole window; a click closes it."""

    closed = pyqtSignal()

    def __init__(self, title: str, rows: Sequence[tuple[str, str]], fonts: Fonts, parent: QWidget):
        super().__init__(parent)
        heading = QLabel(title)
        heading.setFont(fonts.large)
        self._keys = QLabel(_table(rows))
        self._keys.setFont(fonts.text)
        card = QWidget()
        layout = QVBoxLayout(card)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.addWidget(heading)
        layout.addWidget(self._keys)
        self._card = QScrollArea(self)
        self._card.setFrameShape(QFrame.NoFrame)
        self._card.setWidgetResizable(True)
        self._card.setWidget(card)
        self.setAccessibleName(f"{title}: " + "; ".join(f"{key}, {what}" for key, what in rows))
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        card = self._card.widget()
        self._keys.setWordWrap(False)
        wanted = card.sizeHint()
        self._keys.setWordWrap(wanted.width() > self.width())
        place = QRect(QPoint(), wanted.boundedTo(self.size()))
        place.moveCenter(self.rect().center())
        self._card.setGeometry(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), BAND)


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(
        f"<tr><td style='padding:4px 16px 4px 0'><b>{escape(keys)}</b></td>"
        f"<td style='padding:4px 0'>{escape(what)}</td></tr>"
        for keys, what in rows
    )
    return f"<table>{cells}</table>"
