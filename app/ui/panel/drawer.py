"""The panel's place: beside the pictures where there is room for both, else over them."""

from __future__ import annotations

from PyQt5.QtCore import QRect
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QWidget

from app.ui.theme import GRID

_LEAST = 64 * GRID  # what the pictures keep beside a panel


class Drawer(QWidget):
    """Holds *pictures* and, at the right while it is shown, what was *put* there."""

    def __init__(self, pictures: QWidget) -> None:
        super().__init__()
        self._pictures = pictures
        self._panel: QWidget | None = None
        self._wanted = 0
        pictures.setParent(self)

    @property
    def covers(self) -> bool:
        """Whether the panel hides a part of the pictures."""
        return self.taken > 0 and self._pictures.width() == self.width()

    @property
    def taken(self) -> int:
        """The pixels at the right that the panel takes; 0 while it is hidden."""
        return 0 if self._panel is None or self._panel.isHidden() else self._panel.width()

    def put(self, panel: QWidget, width: int) -> None:
        """Take in a *panel* that wants to be *width* pixels wide; hidden to begin with."""
        self._panel, self._wanted = panel, width
        panel.setParent(self)
        panel.hide()

    def toggle(self) -> None:
        """Show or hide the panel."""
        if self._panel is not None:
            self._panel.setVisible(self._panel.isHidden())
            self._panel.raise_()
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide, high = self.width(), self.height()
        shown = self._panel is not None and not self._panel.isHidden()
        taken = min(self._wanted, wide) if shown else 0
        beside = wide - taken >= _LEAST
        self._pictures.setGeometry(QRect(0, 0, wide - taken if beside else wide, high))
        if self._panel is not None:
            self._panel.setGeometry(QRect(wide - taken, 0, taken, high))
