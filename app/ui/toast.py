"""A message that shows for a few seconds at the lower edge of the window."""

from __future__ import annotations

import math

from PyQt5.QtCore import QRect, QSize, Qt, QTimer
from PyQt5.QtGui import QColor, QPainter, QPaintEvent
from PyQt5.QtWidgets import QLabel, QWidget

from app.ui.theme import BAND, DARK, Fonts

SHOWN_MS = 4000

_LINES, _WIDEST = 3, 88  # at the most; the width in units of the text's grid
_FLAGS = int(Qt.AlignCenter | Qt.TextWordWrap)


class Toast(QLabel):
    """Lies over its parent's lower edge; the parent calls `place` when it is resized.

    *covered*: the pixels at its right that something else takes.
    """

    def __init__(self, fonts: Fonts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(fonts.text)
        self.setTextFormat(Qt.PlainText)
        self.setAlignment(Qt.AlignCenter)
        self.setAttribute(Qt.WA_TransparentForMouseEvents)
        self.covered = 0
        self._grid = fonts.grid
        self._message = ""
        self._colour = DARK.text
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, message: str, error: bool = False) -> None:
        """Show *message*; an error stays twice as long."""
        self._message = message
        self._colour = DARK.bad if error else DARK.ok
        self.setAccessibleName(message)
        self.place()
        self.show()
        self.raise_()
        self._timer.start(SHOWN_MS * (2 if error else 1))

    def place(self) -> None:
        """Fit into the parent: in lines of about equal length, and without what is too much."""
        parent = self.parentWidget()
        free = parent.width() - self.covered
        widest = max(1, min(free - 4 * self._grid, _WIDEST * self._grid) - 5 * self._grid)
        metrics = self.fontMetrics()
        text = metrics.elidedText(self._message, Qt.ElideMiddle, _LINES * (widest - 8 * self._grid))
        self.setText(text)
        lines = min(_LINES, math.ceil(metrics.horizontalAdvance(text) / widest))
        # A line may end well before its edge, since words stay whole.
        narrow = metrics.horizontalAdvance(text) // max(1, lines)
        while narrow < widest and self._extent(narrow).height() > lines * metrics.lineSpacing():
            narrow += self._grid
        size = self._extent(min(narrow + 1, widest))
        width, height = size.width() + 5 * self._grid, size.height() + 2 * self._grid
        left, low = (free - width) // 2, parent.height() - height - 6 * self._grid
        self.setGeometry(left, low, width, height)

    def _extent(self, width: int) -> QSize:
        room = QRect(0, 0, width, 1 << 15)
        return self.fontMetrics().boundingRect(room, _FLAGS, self.text()).size()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        ground = QColor(BAND)
        ground.setAlpha(235)
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect(), self._grid / 2, self._grid / 2)
        painter.setBrush(self._colour)
        painter.drawRect(0, 0, 3, self.height())
        painter.setPen(DARK.text)
        side = 2 * self._grid
        painter.drawText(self.rect().adjusted(side, 0, -side, 0), _FLAGS, self.text())
