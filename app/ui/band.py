"""The band with a camera's figures, over the upper edge of its picture."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, QRect, QSize
from PyQt5.QtGui import QPainter, QPixmap

from app.telemetry.snapshot import TelemetrySnapshot
from app.ui.line import LinePainter, Segment, Steady, plain
from app.ui.theme import BAND, DARK, GRID, Accents, Fonts
from app.ui.words import Parts, heads_up
from pipelines.live.status import CameraStatus

# In units of the text's grid: a narrower band has half the margin, a very narrow one no figures.
_ROOMY, _NARROW = 60, 10


class Band:
    """Lays the figures out only when they change: a picture is painted many times between."""

    def __init__(self, fonts: Fonts, accents: Accents, parts: Parts) -> None:
        self._accents, self._parts = accents, parts
        self._grid = fonts.grid
        self._line = LinePainter(fonts)
        self._steady = Steady()
        self._segments: tuple[Segment, ...] = ()
        self._pixmap = QPixmap()
        self._room = 0
        self.height = round(self._line.height) + GRID

    @property
    def spoken(self) -> str:
        """The figures as they are read out."""
        return ", ".join(plain(segment.text) for segment in self._segments)

    def show(self, status: CameraStatus, telemetry: TelemetrySnapshot | None) -> bool:
        """Take over the figures of this moment; False where they are those that are shown."""
        accent = self._accents(status.candidate, DARK) if status.candidate else DARK.idle
        power = telemetry.power if telemetry else None
        segments = heads_up(status, power, self._parts, accent, DARK, self._steady)
        changed = segments != self._segments
        if changed:
            self._segments = segments
            self._pixmap = QPixmap()
        return changed

    def draw(self, painter: QPainter, width: int, room: int, ratio: float) -> None:
        """Draw a band of *width*, its figures in the first *room* pixels of it."""
        size = QSize(width, self.height)
        if self._pixmap.size() != size * ratio or room != self._room:
            self._room = room
            self._pixmap = QPixmap(size * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(BAND)
            band = QPainter(self._pixmap)
            margin = (2 if room >= _ROOMY * self._grid else 1) * self._grid
            area = QRect(QPoint(), QSize(room, self.height)).adjusted(margin, 0, -margin, 0)
            if room >= _NARROW * self._grid:
                self._line.draw(band, area, self._segments, DARK)
            band.end()
        painter.drawPixmap(0, 0, self._pixmap)
