"""The panel's place: beside the pictures where there is room for both, else over them."""

from __future__ import annotations

from PyQt5.QtCore import QRect
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QWidget

from app.ui.theme import GRID

_LEAST = 64 * GRID  # what the pictures keep beside a panel


class Drawer(QWidget):
    """Holds *pictures* and, at the right while it is shown, a *panel* of that *width*."""

    def __init__(self, pictures: QWidget, panel: QWidget, width: int) -> None:
        super().__init__()
        self._pictures, self._panel, self._wanted = pictures, panel, width
        pictures.setParent(self)
        panel.setParent(self)
        panel.hide()

    @property
    def covers(self) -> bool:
        """Whether the panel hides a part of the pictures."""
        return self._panel.isVisible() and self._pictures.width() == self.width()

    @property
    def taken(self) -> int:
        """The pixels at the right that the panel takes; 0 while it is hidden."""
        return 0 if self._panel.isHidden() else self._panel.width()

    def toggle(self) -> None:
        """Show or hide the panel."""
        self._panel.setVisible(self._panel.isHidden())
        self._panel.raise_()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide, high = self.width(), self.height()
        taken = min(self._wanted, wide)
        beside = not self._panel.isHidden() and wide - taken >= _LEAST
        self._pictures.setGeometry(QRect(0, 0, wide - taken if beside else wide, high))
        self._panel.setGeometry(QRect(wide - taken, 0, taken, high))
