"""The map of scenarios as a picture: which candidate wins where, and the scenario in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from app.captions import captions
from app.ui.theme import GRID, Accents, Fonts, Palette, ink_on
from app.ui.triangle_labels import Label, place_labels
from app.ui.triangle_shape import Polygon, Shape, hatching
from app.ui.triangle_words import corner_names
from models.candidate import Candidate
from pipelines.selection.regions import OptimumMap

# How much of the accent a region's ground has: dark themes want less to look as strong.
_TINT, _TINT_DARK = 0.5, 0.38
_HOVERED = 0.2
# From the second region on that shares an accent: the angle of its hatching.
_HATCHES = (45.0, -45.0, 0.0, 90.0)
_HATCH_SPACING = 9.0
_ANCHOR = 2.5


@dataclass(frozen=True, slots=True)
class Style:
    """How one candidate looks in one map: a tint, and a hatching where others have the tint."""

    accent: QColor
    hatch: float | None

    def ground(self, palette: Palette, hovered: bool = False) -> QColor:
        """The accent on the palette's panel, so that text is legible on it."""
        dark = palette.panel.lightnessF() < palette.text.lightnessF()
        part = (_TINT_DARK if dark else _TINT) + (_HOVERED if hovered else 0)
        pairs = zip(self.accent.getRgb()[:3], palette.panel.getRgb()[:3], strict=True)
        return QColor(*(round(a * part + b * (1 - part)) for a, b in pairs))


def styles(drawn: OptimumMap, accents: Accents, palette: Palette) -> list[Style]:
    """The style of each region, in their order."""
    seen: Counter[str] = Counter()
    found = []
    for region in drawn.regions:
        accent = accents(region.candidate, palette)
        times = seen[accent.name()]
        seen[accent.name()] += 1
        found.append(Style(accent, _HATCHES[(times - 1) % len(_HATCHES)] if times else None))
    return found


def draw_swatch(
    painter: QPainter, place: QRectF, style: Style, palette: Palette, number: int
) -> None:
    """A sample of region *number*, as a legend shows it."""
    ground = style.ground(palette)
    corners = [place.topLeft(), place.topRight(), place.bottomRight(), place.bottomLeft()]
    _fill(painter, corners, style, ground)
    painter.setBrush(Qt.NoBrush)
    painter.setPen(QPen(palette.text, 1))
    painter.drawRect(place)
    _write(painter, place.adjusted(3, 3, -3, -3), str(number), style, ground)


class TrianglePainter:
    """Draws one map into one rectangle; what takes time is worked out once, here.

    *avoid*: a scenario whose marker the labels keep clear of. Regions too small for a name have
    their number, as the legend counts them: the largest is 1.
    """

    def __init__(
        self,
        drawn: OptimumMap,
        room: QRectF,
        fonts: Fonts,
        accents: Accents,
        palette: Palette,
        avoid: Sequence[float] | None = None,
    ) -> None:
        self._fonts, self._palette = fonts, palette
        metrics = QFontMetricsF(fonts.text)
        name = metrics.height() + GRID / 2
        # Room for the corners' names, and for the numbers beside the sides.
        aside = 3 * fonts.grid
        self.shape = Shape(room.adjusted(aside, name, -aside, -name))
        self._room = room
        self._corners = corner_names(drawn)
        self._candidates = [region.candidate for region in drawn.regions]
        self._polygons = [
            [self.shape.point(tuple(map(float, point))) for point in region.polygon]
            for region in drawn.regions
        ]
        self._styles = styles(drawn, accents, palette)
        called = captions(self._candidates)
        wordings = []
        for number, candidate in enumerate(self._candidates, 1):
            caption = called[candidate]
            run, *extras = caption.rest.split(" · ")
            wordings.append(
                [
                    (caption.network, caption.rest),
                    (str(caption),),
                    (caption.network, *run.split(), *extras),
                    (str(number),),
                ]
            )
        marked = QRectF()
        if avoid is not None:
            marked = QRectF(0, 0, 3 * fonts.grid, 3 * fonts.grid)
            marked.moveCenter(self.shape.point(avoid))
        self._labels = place_labels(self.shape, self._polygons, wordings, metrics, marked)

    def draw(self, painter: QPainter, hovered: Candidate | None = None) -> None:
        """Draw the regions, their labels and the corners' names; *hovered* stands out."""
        painter.save()
        painter.setRenderHint(QPainter.Antialiasing)
        for candidate, polygon, style in zip(
            self._candidates, self._polygons, self._styles, strict=True
        ):
            ground = style.ground(self._palette, hovered=candidate == hovered)
            _fill(painter, polygon, style, ground)
        painter.setBrush(Qt.NoBrush)
        painter.setPen(QPen(self._palette.text, 1.2, Qt.SolidLine, Qt.RoundCap, Qt.RoundJoin))
        for polygon in self._polygons:
            painter.drawPolygon(QPolygonF(polygon))
        painter.drawPolygon(QPolygonF(self.shape.corners))
        painter.setFont(self._fonts.text)
        for label, style in zip(self._labels, self._styles, strict=True):
            self._draw_label(painter, label, style)
        self._draw_corners(painter)
        painter.restore()

    def draw_marker(
        self, painter: QPainter, scenario: Sequence[float], focused: bool = False
    ) -> None:
        """Draw the point that stands for *scenario*; *focused* where keys move it."""
        painter.save()
        painter.setRenderHint(QPainter.Antialiasing)
        centre, size = self.shape.point(scenario), self._fonts.grid
        if focused:
            painter.setBrush(Qt.NoBrush)
            painter.setPen(QPen(self._palette.text, 2))
            painter.drawEllipse(centre, size + 4, size + 4)
        # White in black in white: it stands out from every ground.
        for colour, radius in (("white", size + 1), ("black", size), ("white", size * 5 / 8)):
            painter.setPen(Qt.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(centre, radius, radius)
        painter.restore()

    def _draw_label(self, painter: QPainter, label: Label, style: Style) -> None:
        if label.anchor is not None:
            painter.setPen(QPen(self._palette.text, 1))
            painter.setBrush(self._palette.text)
            painter.drawEllipse(label.anchor, _ANCHOR, _ANCHOR)
            painter.drawLine(label.anchor, _towards(label.place, label.anchor))
            painter.drawText(label.place, int(Qt.AlignCenter | Qt.TextDontClip), label.lines[0])
        else:
            ground = style.ground(self._palette)
            _write(painter, label.place, "\n".join(label.lines), style, ground)

    def _draw_corners(self, painter: QPainter) -> None:
        painter.setFont(self._fonts.strong)
        painter.setPen(self._palette.text)
        metrics = QFontMetricsF(self._fonts.strong)
        height = metrics.height()
        offsets = (-height - GRID / 4, GRID / 4, GRID / 4)
        # The names below stand outwards: between them are the numbers of small regions.
        inwards = (0.5, 0.2, 0.8)
        for corner, name, below, part in zip(
            self.shape.corners, self._corners, offsets, inwards, strict=True
        ):
            width = metrics.horizontalAdvance(name) + 2
            left = corner.x() - width * part
            left = max(self._room.left(), min(left, self._room.right() - width))
            place = QRectF(left, corner.y() + below, width, height)
            painter.drawText(place, Qt.AlignCenter, name)


def _fill(painter: QPainter, polygon: Polygon, style: Style, ground: QColor) -> None:
    painter.setPen(Qt.NoPen)
    painter.setBrush(ground)
    painter.drawPolygon(QPolygonF(polygon))
    if style.hatch is not None:
        painter.setPen(QPen(style.accent, 1))
        for start, end in hatching(polygon, style.hatch, _HATCH_SPACING):
            painter.drawLine(start, end)


def _write(painter: QPainter, place: QRectF, text: str, style: Style, ground: QColor) -> None:
    """Write *text*; hatching makes room for it."""
    if style.hatch is not None:
        painter.fillRect(place, ground)
    painter.setPen(ink_on(ground))
    painter.drawText(place, int(Qt.AlignCenter | Qt.TextDontClip), text)


def _towards(place: QRectF, point: QPointF) -> QPointF:
    """Where a line from *point* meets the edge of a label at *place*."""
    way = point - place.center()
    reach = max(abs(way.x()) / place.width(), abs(way.y()) / place.height(), 1e-9) * 2
    return place.center() + way / max(1.0, reach)
