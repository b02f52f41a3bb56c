"""All cameras' pictures side by side, or one of them alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PyQt5.QtWidgets import QGridLayout, QWidget

from app.ui import theme
from app.ui.video import VideoWidget

_SEAM = 2  # pixels between two pictures


class Wall(QWidget):
    """Holds *views*; *alone* is the one that is shown without the others."""

    def __init__(self, views: Sequence[VideoWidget]) -> None:
        super().__init__()
        self.views = tuple(views)
        self.alone: VideoWidget | None = None
        self._marked: int | None = None
        self.setAutoFillBackground(True)
        self.setPalette(theme.qt_palette(theme.DARK))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(_SEAM)
        columns = math.ceil(math.sqrt(len(views)))
        for index, view in enumerate(self.views):
            grid.addWidget(view, *divmod(index, columns))
            view.zoom_requested.connect(lambda view=view: self._turn(view))

    def show_only(self, view: VideoWidget | None) -> None:
        """Show *view* alone, or all for None; a single one always has the wall for itself."""
        self.alone = view if len(self.views) > 1 else None
        for each in self.views:
            each.setVisible(self.alone in (None, each))
        self._mark()

    def mark(self, index: int | None) -> None:
        """Mark that view among the others, or none; one that stands alone needs no mark."""
        self._marked = index
        self._mark()

    def _mark(self) -> None:
        among = len(self.views) > 1 and self.alone is None
        for index, view in enumerate(self.views):
            view.set_attended(among and index == self._marked)

    def _turn(self, view: VideoWidget) -> None:
        self.show_only(None if self.alone is view else view)
