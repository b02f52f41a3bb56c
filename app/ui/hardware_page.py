"""How the processor is used, as a page: time per frame, and what goes with throughput and power."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QCoreApplication, QLineF, QPointF, QRectF, QSize, Qt
from PyQt5.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from app.captions import captions
from app.hardware import Usage
from app.ui.page import write_page
from app.ui.theme import GRID, LIGHT, Fonts, fonts
from pipelines.selection.correlation import Correlation, Target

translate = QCoreApplication.translate

_MARGIN = 4.0 * GRID
_GAP = 2.0 * GRID
_ROW = 3.0 * GRID
_PLOT = 40.0 * GRID
_MARK = 4.0
_FONT = 13
# More rows make a page that nobody reads.
_MOST_ROWS = 60
_HEADS = 5  # rows of head above the plots, and of legend below


def write_chart(usage: Usage, path: Path) -> None:
    """Draw *usage* as .svg or .png, by the suffix of *path*. Raises SaccadeError."""
    write_page(lambda font: HardwarePage(usage, font), path)


class HardwarePage:
    """To the left a bar a candidate, to the right a row a metric."""

    def __init__(self, usage: Usage, font: QFont) -> None:
        own = QFont(font)
        own.setPixelSize(_FONT)
        self._fonts: Fonts = fonts(own)
        self.title = translate("explain", "How the processor is used")
        self._usage = usage
        self._called = captions(row.candidate for row in usage.rows)
        self._rows = usage.rows[:_MOST_ROWS]
        self._metrics = _by_metric(usage)
        text = QFontMetricsF(self._fonts.text)

        def width(words: list[str]) -> float:
            return max(map(text.horizontalAdvance, words), default=0.0) + _GAP

        self._left = _MARGIN + width([str(self._called[row.candidate]) for row in self._rows])
        self._middle = self._left + _PLOT + width(["0000.0 ms · 0000.0 fps"])
        self._right = self._middle + width(list(self._metrics))
        rows = max(len(self._rows), len(self._metrics)) + _HEADS + 2
        self.size = QSize(round(self._right + _PLOT + _MARGIN), round(2 * _MARGIN + rows * _ROW))

    def draw(self, painter: QPainter) -> None:
        """Draw the whole page."""
        painter.setRenderHint(QPainter.Antialiasing)
        painter.fillRect(QRectF(0, 0, self.size.width(), self.size.height()), LIGHT.panel)
        painter.setPen(LIGHT.text)
        painter.setFont(self._fonts.large)
        painter.drawText(QPointF(_MARGIN, _MARGIN + 2 * GRID), self.title)
        painter.setFont(self._fonts.text)
        painter.setPen(LIGHT.muted)
        origin = " · ".join(filter(None, (self._usage.platform, self._usage.tier)))
        painter.drawText(QPointF(_MARGIN, _MARGIN + 2 * GRID + _ROW), origin)
        top = _MARGIN + 4 * _ROW
        self._head(painter, self._left, top, translate("explain", "Processor time per frame"))
        self._head(
            painter, self._right, top, translate("explain", "Spearman's ρ with its 95 % interval")
        )
        self._draw_times(painter, top)
        if self._metrics:
            self._draw_correlations(painter, top)

    def _head(self, painter: QPainter, x: float, y: float, words: str) -> None:
        painter.setFont(self._fonts.strong)
        painter.setPen(LIGHT.text)
        painter.drawText(QPointF(x, y - GRID), words)
        painter.setFont(self._fonts.text)

    def _label(self, painter: QPainter, right: float, y: float, words: str) -> None:
        room = QRectF(0, y, right - GRID, _ROW)
        painter.setPen(LIGHT.text)
        painter.drawText(room, int(Qt.AlignRight | Qt.AlignVCenter), words)

    def _draw_times(self, painter: QPainter, top: float) -> None:
        """User time solid, the kernel's hatched: told apart without colour."""
        times = [
            (
                row.hardware.get("user_ms_per_frame", 0.0),
                row.hardware.get("system_ms_per_frame", 0.0),
            )
            for row in self._rows
        ]
        longest = max((sum(pair) for pair in times), default=0.0) or 1.0
        colour = LIGHT.accents[0]
        for index, (row, (user, system)) in enumerate(zip(self._rows, times, strict=True)):
            y = top + index * _ROW
            self._label(painter, self._left, y, str(self._called[row.candidate]))
            bar = QRectF(self._left, y + 5, _PLOT * user / longest, _ROW - 10)
            painter.fillRect(bar, colour)
            rest = QRectF(bar.right(), bar.y(), _PLOT * system / longest, bar.height())
            painter.fillRect(rest, QBrush(LIGHT.text, Qt.BDiagPattern))
            painter.setPen(LIGHT.muted)
            room = QRectF(rest.right() + GRID, y, _PLOT, _ROW)
            words = f"{user + system:.1f} ms · {row.fps:.1f} fps"
            painter.drawText(room, int(Qt.AlignLeft | Qt.AlignVCenter), words)
        y = top + len(self._rows) * _ROW
        samples: tuple[tuple[str, QBrush], ...] = (
            (translate("explain", "the network's own"), QBrush(colour)),
            (translate("explain", "the kernel's"), QBrush(LIGHT.text, Qt.BDiagPattern)),
        )
        for number, (words, brush) in enumerate(samples, 1):
            line = y + number * _ROW
            painter.fillRect(QRectF(self._left, line + 5, 2 * _ROW, _ROW - 10), brush)
            self._note(painter, self._left + 2 * _ROW + GRID, line, words)

    def _draw_correlations(self, painter: QPainter, top: float) -> None:
        """A circle for throughput, a square for power; filled where the correlation holds."""
        bottom = top + len(self._metrics) * _ROW
        for value in (-1.0, -0.5, 0.0, 0.5, 1.0):
            x = self._x(value)
            painter.setPen(QPen(LIGHT.text if value == 0 else LIGHT.border, 1))
            painter.drawLine(QLineF(x, top, x, bottom))
            painter.setPen(LIGHT.muted)
            room = QRectF(x - _ROW, bottom, 2 * _ROW, _ROW)
            painter.drawText(room, int(Qt.AlignCenter), f"{value:+g}".replace("-", "−"))
        for index, (metric, found) in enumerate(self._metrics.items()):
            y = top + index * _ROW
            self._label(painter, self._right, y, metric)
            for target, each in found.items():
                self._draw_one(painter, y + _HEIGHTS[target] * _ROW, each)
        for number, (target, shape) in enumerate(_SHAPES.items(), 1):
            line = bottom + number * _ROW
            painter.setPen(QPen(_colour(target), 1.5))
            painter.setBrush(_colour(target))
            shape(painter, _around(QPointF(self._right + _ROW, line + _ROW / 2)))
            words = {
                "throughput": translate("explain", "with throughput (filled: it holds)"),
                "power": translate("explain", "with power (filled: it holds)"),
            }[target]
            self._note(painter, self._right + 2 * _ROW, line, words)

    def _draw_one(self, painter: QPainter, y: float, each: Correlation) -> None:
        found = each.spearman
        if found is None:
            return
        colour = _colour(each.target)
        painter.setPen(QPen(colour, 1.5))
        low, high = found.ci95
        painter.drawLine(QLineF(self._x(low), y, self._x(high), y))
        painter.setBrush(colour if found.holds else LIGHT.panel)
        _SHAPES[each.target](painter, _around(QPointF(self._x(found.value), y)))

    def _x(self, value: float) -> float:
        return self._right + _PLOT * (value + 1) / 2

    def _note(self, painter: QPainter, x: float, y: float, words: str) -> None:
        painter.setPen(LIGHT.muted)
        painter.drawText(QRectF(x, y, _PLOT, _ROW), int(Qt.AlignLeft | Qt.AlignVCenter), words)


_SHAPES: dict[Target, Callable[[QPainter, QRectF], None]] = {
    "throughput": lambda painter, place: painter.drawEllipse(place),
    "power": lambda painter, place: painter.drawRect(place),
}
# Where in a metric's row each is drawn.
_HEIGHTS: dict[Target, float] = {"throughput": 0.35, "power": 0.65}


def _colour(target: Target) -> QColor:
    return LIGHT.accents[0 if target == "throughput" else 5]


def _around(centre: QPointF) -> QRectF:
    return QRectF(centre.x() - _MARK, centre.y() - _MARK, 2 * _MARK, 2 * _MARK)


def _by_metric(usage: Usage) -> dict[str, dict[Target, Correlation]]:
    """What is defined, by metric and target."""
    found: dict[str, dict[Target, Correlation]] = {}
    for each in usage.correlations:
        if each.spearman is not None:
            found.setdefault(each.metric, {})[each.target] = each
    return dict(list(found.items())[:_MOST_ROWS])
