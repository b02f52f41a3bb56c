"""One chart: the figures of now in words, and under them the lines of the last minutes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QFont
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from app.ui.charts.history import Figures
from app.ui.line import Line, Segment, plain
from app.ui.theme import GRID, Fonts, Palette

_LOWEST_PLOT = 9  # in units of the text's grid
_SMALLER = 0.85  # of the text's size: the axes are quiet
_SHOWN = 0.97  # of the figures fit below the top
# The tops of scales, for a figure in 1…10.
_TOPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Trace:
    """*values* beside the chart's seconds. What is *dashed* says so in words too."""

    values: Figures
    colour: QColor
    dashed: bool = False


class Chart(QWidget):
    """*span_s* seconds wide; from 0 upwards, or from tens to tens *around* the figures."""

    def __init__(self, span_s: int, fonts: Fonts, palette: Palette, *, around: bool = False):
        super().__init__()
        self._around = around
        self._scale = (math.nan, math.nan)
        self._curves: list[pg.PlotCurveItem] = []
        # On a screen with large text a line of one pixel would hardly be seen.
        self._thickness = max(1, round(fonts.grid / GRID))
        self._words = Line(fonts, palette)
        self._words.setFixedHeight(3 * fonts.grid)
        self._plot = pg.PlotWidget()
        # It is looked at: a wheel or a finger over it scrolls the page.
        self._plot.setAttribute(Qt.WA_TransparentForMouseEvents)
        self._plot.setFocusPolicy(Qt.NoFocus)
        self._plot.setMinimumHeight(_LOWEST_PLOT * fonts.grid)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.setXRange(-span_s, 0, padding=0)
        self._plot.getPlotItem().layout.setContentsMargins(0, fonts.grid, 2 * fonts.grid, 0)
        font = QFont(fonts.text)
        font.setPixelSize(round(fonts.text.pixelSize() * _SMALLER))
        self._left, self._bottom = (self._plot.getAxis(side) for side in ("left", "bottom"))
        for axis in (self._left, self._bottom):
            axis.setStyle(
                tickFont=font,
                tickLength=-4,
                tickTextOffset=4,
                # By as much labels may reach beyond their axis, which those at its ends do.
                hideOverlappingLabels=2 * font.pixelSize(),
            )
        self._left.setWidth(round(3.2 * font.pixelSize()))
        self._bottom.setHeight(round(1.8 * font.pixelSize()))
        minutes = range(-span_s // 60, 0)
        names = [(60 * minute, f"{minute}".replace("-", "−")) for minute in minutes]
        self._bottom.setTicks([[*names, (0, self.tr("min"))]])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._words)
        layout.addWidget(self._plot, 1)
        self.recolour(palette)

    def recolour(self, palette: Palette) -> None:
        """Change the theme; the lines get theirs at the next `draw`."""
        self._plot.setBackground(palette.panel)
        for axis in (self._left, self._bottom):
            axis.setPen(palette.border)
            axis.setTextPen(palette.muted)

    def draw(
        self,
        seconds: Figures,
        traces: Sequence[Trace],
        words: Sequence[Segment],
        palette: Palette,
    ) -> None:
        """Replace what is shown."""
        self._words.show_segments(words, palette)
        self.setAccessibleName(", ".join(plain(segment.text) for segment in words))
        while len(self._curves) < len(traces):
            curve = pg.PlotCurveItem(connect="finite")
            self._curves.append(curve)
            self._plot.addItem(curve)
        for curve, trace in zip(self._curves, traces, strict=False):
            # Whole pixels without smoothing: a chart is painted in 2 ms, not in 30.
            pen = pg.mkPen(trace.colour, width=(1 if trace.dashed else 2) * self._thickness)
            pen.setStyle(Qt.DashLine if trace.dashed else Qt.SolidLine)
            curve.setData(seconds, trace.values, pen=pen)
        for curve in self._curves[len(traces) :]:
            curve.setData([], [])
        self._fit([trace.values for trace in traces])

    def _fit(self, figures: Sequence[Figures]) -> None:
        """The scale changes by steps, so that the lines do not jump at every new figure."""
        known = np.concatenate(figures) if figures else np.empty(0)
        known = known[~np.isnan(known)]
        scale = (0.0, 1.0)
        if len(known):
            # A rare peak leaves the chart at its top rather than flatten everything else.
            high = float(np.quantile(known, _SHOWN, method="higher"))
            scale = self._span(float(known.min()), high)
        if scale == self._scale:
            return
        self._scale = scale
        low, high = scale
        self._plot.setYRange(low, high, padding=0.04)
        middle = (low + high) / 2
        ticks = [(value, f"{value:g}") for value in (low, middle, high)] if len(known) else []
        self._left.setTicks([ticks])

    def _span(self, low: float, high: float) -> tuple[float, float]:
        if self._around:
            return 10.0 * math.floor(low / 10), 10.0 * max(math.ceil(high / 10), low // 10 + 1)
        if high <= 0:
            return 0.0, 1.0
        power = 10.0 ** math.floor(math.log10(high))
        return 0.0, power * next(top for top in _TOPS if top * power >= high * 0.999)
