"""What every page of the panel is: a column that scrolls on a low screen."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QScrollArea, QScroller, QVBoxLayout, QWidget

from app.telemetry.snapshot import TelemetrySnapshot
from app.ui.theme import Fonts, Palette
from pipelines.live.status import CameraStatus

# The style's own bar has a frame and arrows, which no finger hits.
_BAR = """
QScrollBar:vertical {{ background: transparent; border: 0; width: 12px }}
QScrollBar::handle:vertical {{
    background: {idle}; border-radius: 3px; margin: 2px 3px; min-height: 32px
}}
QScrollBar::handle:vertical:hover {{ background: {text} }}
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0 }}
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical {{ background: transparent }}
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """The application as the pages show it. *camera*: the name of the one that the panel is about.

    *telemetry* is None in the first second; *statuses* are in the order of the pictures.
    """

    telemetry: TelemetrySnapshot | None
    statuses: tuple[CameraStatus, ...]
    camera: str

    @property
    def status(self) -> CameraStatus | None:
        """The camera's that the panel is about; None where there is no camera."""
        return next((status for status in self.statuses if status.name == self.camera), None)


class Page(QWidget):
    """A page is made when it is first turned to, and refreshed only while it is seen."""

    def __init__(self, fonts: Fonts) -> None:
        super().__init__()
        grid = fonts.grid
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(2 * grid, grid, 2 * grid, 2 * grid)
        self.column.setSpacing(grid)
        # On a low screen it is scrolled rather than squeezed.
        self._area = QScrollArea()
        self._area.setFrameShape(QScrollArea.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self._area.setWidget(inner)
        # Drawn with a finger; a mouse has its wheel.
        QScroller.grabGesture(self._area.viewport(), QScroller.TouchGesture)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)

    def dress(self, palette: Palette) -> None:
        """Change the theme of the page and of what scrolls it."""
        bar = self._area.verticalScrollBar()
        assert bar is not None
        bar.setStyleSheet(_BAR.format(idle=palette.idle.name(), text=palette.text.name()))
        self.recolour(palette)

    def refresh(self, moment: Moment) -> None:
        """Show *moment*, twice a second; cheap where nothing has changed."""
        raise NotImplementedError

    def recolour(self, palette: Palette) -> None:
        """Change the theme; the panel's own palette is Qt's for the page's widgets."""
        raise NotImplementedError
