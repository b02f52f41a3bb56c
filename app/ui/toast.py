"""A message that shows for a few seconds at the lower edge of the window."""

from __future__ import annotations

from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtGui import QColor, QPainter, QPaintEvent
from PyQt5.QtWidgets import QLabel, QWidget

from app.ui.theme import BAND, DARK, GRID, Fonts

SHOWN_MS = 4000


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
        """Fit into the parent; a message too long for it loses its middle."""
        parent = self.parentWidget()
        free = parent.width() - self.covered
        room = free - 8 * GRID
        metrics = self.fontMetrics()
        self.setText(metrics.elidedText(self._message, Qt.ElideMiddle, room))
        width = metrics.horizontalAdvance(self.text()) + 5 * GRID
        height = metrics.height() + 2 * GRID
        left = (free - width) // 2
        self.setGeometry(left, parent.height() - height - 6 * GRID, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        ground = QColor(BAND)
        ground.setAlpha(235)
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect(), GRID / 2, GRID / 2)
        painter.setBrush(self._colour)
        painter.drawRect(0, 0, 3, self.height())
        painter.setPen(DARK.text)
        painter.drawText(self.rect(), Qt.AlignCenter, self.text())
