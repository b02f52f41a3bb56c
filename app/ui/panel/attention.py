"""Which camera the panel is about: the one that was last clicked, or reached with Tab."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

_TELLING = (QEvent.MouseButtonPress, QEvent.MouseButtonDblClick, QEvent.FocusIn)


class Attention(QObject):
    """Watches *pictures*, one for each camera. *turned* says that *index* is another one."""

    turned = pyqtSignal()

    def __init__(self, pictures: Sequence[QWidget], parent: QObject) -> None:
        super().__init__(parent)
        self._pictures = tuple(pictures)
        self.index = 0
        for picture in self._pictures:
            picture.installEventFilter(self)

    def turn(self, index: int) -> None:
        """Make it the camera of that index."""
        if index != self.index:
            self.index = index
            self.turned.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TELLING and watched in self._pictures:
            self.turn(self._pictures.index(watched))
        return False
