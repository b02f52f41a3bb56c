"""A card over the whole window, with a few words to read; a click or a touch closes it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PyQt5.QtCore import QEvent, QObject, QPoint, QRect, QSize, pyqtSignal
from PyQt5.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt5.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.ui.theme import BAND, GRID, Fonts

_WIDEST = 84 * GRID


class Card(QWidget):
    """*title*, *rows* of what is short beside what is long, and a text *before* and *after* them.

    It covers *parent*, and is hidden to begin with.
    """

    closed = pyqtSignal()

    def __init__(
        self,
        title: str,
        rows: Sequence[tuple[str, str]],
        fonts: Fonts,
        parent: QWidget,
        *,
        before: str = "",
        after: str = "",
    ) -> None:
        super().__init__(parent)
        heading = QLabel(title)
        heading.setFont(fonts.large)
        self._texts = [
            QLabel(text) for text in (escape(before), _table(rows), escape(after)) if text
        ]
        card = QWidget()
        layout = self._layout = QVBoxLayout(card)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(heading)
        for text in self._texts:
            text.setFont(fonts.text)
            layout.addWidget(text)
        self._card = QScrollArea(self)
        self._card.setFrameShape(QFrame.NoFrame)
        self._card.setWidgetResizable(True)
        self._card.setWidget(card)
        spoken = "; ".join(f"{short}, {long}" for short, long in rows)
        self.setAccessibleName(" ".join(filter(None, (f"{title}:", before, spoken, after))))
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Resize and watched is self.parent():
            self.setGeometry(self.parentWidget().rect())
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._wrap(False)
        wanted = self._layout.sizeHint()
        widest = min(self.width(), _WIDEST)
        if wanted.width() > widest:
            self._wrap(True)
            wanted = QSize(widest, self._layout.heightForWidth(widest))
        place = QRect(QPoint(), wanted.boundedTo(self.size()))
        place.moveCenter(self.rect().center())
        self._card.setGeometry(place)

    def _wrap(self, wrap: bool) -> None:
        for text in self._texts:
            text.setWordWrap(wrap)
        # Sizes are asked for before Qt would lay out by itself.
        self._layout.invalidate()
        self._layout.activate()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), BAND)


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(
        f"<tr><td style='padding:4px 16px 4px 0'><b>{escape(short)}</b></td>"
        f"<td style='padding:4px 0'>{escape(long)}</td></tr>"
        for short, long in rows
    )
    return f"<table>{cells}</table>"
