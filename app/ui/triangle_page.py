"""The map as a page of its own, with legend and explanation: SVG and PNG files."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QPointF, QRectF, QSize, Qt
from PyQt5.QtGui import QFont, QFontMetricsF, QPainter, QTextOption

from app.ui.page import write_page
from app.ui.theme import GRID, LIGHT, Accents, fonts
from app.ui.triangle import TrianglePainter, draw_swatch, styles
from app.ui.triangle_words import explanation, headline, legend, legend_head, title
from models.errors import InputError
from pipelines.selection.regions import OptimumMap

_MARGIN = 4.0 * GRID
_GAP = 3.0 * GRID
_SWATCH = 3.0 * GRID
_FONT = 13
# The triangle grows with its legend, within limits; it is wider than high.
_LOWEST, _HIGHEST, _ASPECT = 58.0 * GRID, 104.0 * GRID, 1.14


def write_map(drawn: OptimumMap, path: Path) -> None:
    """Write *drawn* as .svg or .png, by the suffix of *path*. Raises InputError, SaccadeError."""
    if path.suffix.lower() not in (".svg", ".png"):
        raise InputError(f"{path}: a map is written as .svg, .png or .json")
    write_page(lambda font: MapPage(drawn, font), path)


class MapPage:
    """Lays out one map on light paper, as large as its legend needs."""

    def __init__(self, drawn: OptimumMap, font: QFont) -> None:
        self.title = title()
        self._drawn = drawn
        own = QFont(font)
        own.setPixelSize(_FONT)
        self._fonts = fonts(own)
        self._rows = legend(drawn)
        self._head = legend_head(drawn)
        text, strong, large = map(
            QFontMetricsF, (self._fonts.text, self._fonts.strong, self._fonts.large)
        )
        self._row = max(_SWATCH, text.height()) + GRID / 2
        self._columns = [
            max(strong.horizontalAdvance(cell) for cell in column) + _GAP
            for column in zip(self._head, *(row.cells for row in self._rows), strict=True)
        ]
        legend_high = self._row * (len(self._rows) + 1)
        high = min(_HIGHEST, max(_LOWEST, legend_high))
        self._headline = _MARGIN + large.height() + strong.height()
        self._room = QRectF(_MARGIN, self._headline + 2 * GRID, high * _ASPECT, high)
        self._legend = self._room.topRight() + QPointF(_GAP, 0)
        wide = self._legend.x() + _SWATCH + GRID + sum(self._columns) - _GAP + _MARGIN
        wide = max(wide, 2 * _MARGIN + strong.horizontalAdvance(headline(drawn)))
        top = max(self._room.bottom(), self._legend.y() + legend_high) + 2 * GRID
        self._prose = QRectF(_MARGIN, top, wide - 2 * _MARGIN, 0)
        self._prose.setHeight(self._prose_height(text))
        self.size = QSize(round(wide), round(self._prose.bottom() + _MARGIN))

    def draw(self, painter: QPainter) -> None:
        """Draw the whole page."""
        accents = Accents()
        painter.setRenderHint(QPainter.Antialiasing)
        painter.fillRect(QRectF(0, 0, self.size.width(), self.size.height()), LIGHT.panel)
        painter.setPen(LIGHT.text)
        painter.setFont(self._fonts.large)
        above = QFontMetricsF(self._fonts.strong).height()
        painter.drawText(QPointF(_MARGIN, self._headline - above - GRID), self.title)
        painter.setFont(self._fonts.strong)
        painter.drawText(QPointF(_MARGIN, self._headline), headline(self._drawn))
        point = self._drawn.scenario.weights.point
        triangle = TrianglePainter(self._drawn, self._room, self._fonts, accents, LIGHT, point)
        triangle.draw(painter)
        if point is not None:
            triangle.draw_marker(painter, point)
        self._draw_legend(painter, accents)
        painter.setFont(self._fonts.text)
        painter.setPen(LIGHT.muted)
        painter.drawText(self._prose, "\n".join(explanation(self._drawn)), _wrapped())

    def _prose_height(self, metrics: QFontMetricsF) -> float:
        text = "\n".join(explanation(self._drawn))
        room = QRectF(0, 0, self._prose.width(), 1 << 15)
        return metrics.boundingRect(room, int(Qt.TextWordWrap), text).height() + GRID

    def _draw_legend(self, painter: QPainter, accents: Accents) -> None:
        all_styles = styles(self._drawn, accents, LIGHT)
        x, y = self._legend.x(), self._legend.y()
        painter.setFont(self._fonts.text)
        painter.setPen(LIGHT.muted)
        self._draw_cells(painter, y, self._head)
        for row in self._rows:
            y += self._row
            if row.number is not None:
                swatch = QRectF(x, y + GRID / 4, _SWATCH, self._row - GRID / 2)
                draw_swatch(painter, swatch, all_styles[row.number - 1], LIGHT, row.number)
            painter.setPen(LIGHT.text)
            self._draw_cells(painter, y, row.cells)

    def _draw_cells(self, painter: QPainter, y: float, cells: tuple[str, ...]) -> None:
        x = self._legend.x() + _SWATCH + GRID
        for index, (cell, width) in enumerate(zip(cells, self._columns, strict=True)):
            side = Qt.AlignLeft if index == 0 else Qt.AlignRight
            place = QRectF(x, y, width if index == 0 else width - _GAP, self._row)
            painter.drawText(place, int(side | Qt.AlignVCenter), cell)
            x += width


def _wrapped() -> QTextOption:
    option = QTextOption(Qt.AlignLeft)
    option.setWrapMode(QTextOption.WordWrap)
    return option
