"""Zones over the picture, as they are in force and while they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PyQt5.QtCore import QPointF, QRect, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from app.ui.theme import BAND, DARK, Fonts, ink_on
from app.ui.zones.drawing import Drawing
from pipelines.tracking.zones import Point, Zone

HANDLE = 6  # pixels from a corner's middle to its edge

_LINE = 2
_STEPS = 16  # the heights at which a name is tried
_ROOMY = 36  # in a narrower picture a name would hide more than it says; in the text's grid
_SHADE = QColor(0, 0, 0, 150)
CHOSEN = DARK.accents[0]
_FILL = QColor(CHOSEN.red(), CHOSEN.green(), CHOSEN.blue(), 48)


class ZonePainter:
    """Draws into the rectangle of a widget that the picture fills."""

    def __init__(self, fonts: Fonts) -> None:
        self._font, self._grid = fonts.text, fonts.grid
        self._metrics = QFontMetricsF(fonts.text)

    def draw(self, painter: QPainter, zones: Sequence[Zone], target: QRect) -> None:
        """Draw *zones*, quietly: dashed, since boxes are not, with their names."""
        if not zones:
            return
        painter.save()
        painter.setRenderHint(QPainter.Antialiasing)
        for zone in zones:
            outline = place(zone.points, target)
            self._line(painter, outline, DARK.text, closed=True, style=Qt.DashLine)
            if target.width() >= _ROOMY * self._grid:
                self._name(painter, zone, outline, target, BAND, DARK.text)
        painter.restore()

    def draw_editing(
        self, painter: QPainter, drawing: Drawing, target: QRect, pointer: Point | None
    ) -> None:
        """Draw zones with their corners, and what is open up to the *pointer*."""
        painter.save()
        painter.setRenderHint(QPainter.Antialiasing)
        for index, zone in enumerate(drawing.zones):
            outline, chosen = place(zone.points, target), index == drawing.chosen
            if chosen:
                painter.setPen(Qt.NoPen)
                painter.setBrush(_FILL)
                painter.drawPolygon(outline)
            colour = CHOSEN if chosen else DARK.text
            self._line(painter, outline, colour, closed=True)
            ground, ink = (CHOSEN, ink_on(CHOSEN)) if chosen else (BAND, DARK.text)
            self._name(painter, zone, outline, target, ground, ink)
            self._corners(painter, outline, drawing.corner if chosen else None)
        if drawing.open:
            corners = [*drawing.open, pointer] if pointer else drawing.open
            self._line(painter, place(corners, target), CHOSEN, closed=False)
            self._corners(painter, place(drawing.open, target), None)
        painter.restore()

    def _line(
        self,
        painter: QPainter,
        outline: QPolygonF,
        colour: QColor,
        *,
        closed: bool,
        style: Qt.PenStyle = Qt.SolidLine,
    ) -> None:
        painter.setBrush(Qt.NoBrush)
        draw = painter.drawPolygon if closed else painter.drawPolyline
        # The dark edge keeps a line visible on a background of its own colour.
        for pen in (QPen(_SHADE, _LINE + 2), QPen(colour, _LINE, style)):
            pen.setJoinStyle(Qt.RoundJoin)
            painter.setPen(pen)
            draw(outline)

    def _corners(self, painter: QPainter, outline: QPolygonF, chosen: int | None) -> None:
        painter.setPen(QPen(_SHADE, 1))
        for index in range(outline.count()):
            painter.setBrush(CHOSEN if index == chosen else DARK.text)
            painter.drawEllipse(outline.at(index), HANDLE, HANDLE)

    def _name(
        self,
        painter: QPainter,
        zone: Zone,
        outline: QPolygonF,
        target: QRect,
        ground: QColor,
        ink: QColor,
    ) -> None:
        """Low in the zone: its upper edge is where the labels of boxes are."""
        bounds = outline.boundingRect()
        room = max(4.0 * self._grid, bounds.width() - 2 * self._grid)
        name = f"{zone.name}: {', '.join(zone.labels)}" if zone.labels else zone.name
        words = self._metrics.elidedText(name, Qt.ElideRight, room)
        size = self._metrics.size(Qt.TextSingleLine, words)
        chip = QRectF(0, 0, size.width() + self._grid, size.height() + 2)
        chip.moveCenter(_low_inside(outline, chip))
        chip.moveLeft(max(target.left(), min(chip.left(), target.right() - chip.width())))
        painter.fillRect(chip, ground)
        painter.setPen(ink)
        painter.setFont(self._font)
        painter.drawText(chip, Qt.AlignCenter, words)


def _low_inside(outline: QPolygonF, chip: QRectF) -> QPointF:
    """The middle of the lowest *chip* that is inside *outline*; below its middle where none is."""
    bounds = outline.boundingRect()
    low = bounds.bottom() - chip.height() / 2 - _LINE
    for step in range(_STEPS):
        y = low - step * bounds.height() / _STEPS
        edges = (y - chip.height() / 2, y + chip.height() / 2)
        for left, right in pairwise(sorted(x for edge in edges for x in _crossings(outline, edge))):
            middle = QPointF((left + right) / 2, y)
            if right - left >= chip.width() and outline.containsPoint(middle, Qt.OddEvenFill):
                return middle
    return QPointF(bounds.center().x(), low)


def _crossings(outline: QPolygonF, y: float) -> list[float]:
    """Where the closed *outline* crosses the height *y*."""
    corners = [outline.at(index) for index in range(outline.count())]
    return [
        one.x() + (other.x() - one.x()) * (y - one.y()) / (other.y() - one.y())
        for one, other in pairwise([*corners, corners[0]])
        if (one.y() < y) != (other.y() < y)
    ]


def place(points: Sequence[Point], target: QRect) -> QPolygonF:
    """*points*, fractions of a picture, where the picture fills *target*."""
    return QPolygonF(
        [
            QPointF(target.left() + x * target.width(), target.top() + y * target.height())
            for x, y in points
        ]
    )
