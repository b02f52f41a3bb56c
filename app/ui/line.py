"""A line of figures that shortens to fit and does not jitter: every bar of the window is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRect, QSize, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PyQt5.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import GRID, Fonts, Palette

_TOGGLE = "\x1f"
_FIGURE_SPACE = "\u2007"
_CELLS = re.compile(f"([0-9{_FIGURE_SPACE}]+)")


def strong(text: object) -> str:
    """*text* marked to be drawn in the strong weight."""
    return f"{_TOGGLE}{text}{_TOGGLE}"


def plain(text: str) -> str:
    """*text* as it is spoken: without marks and padding."""
    return text.replace(_TOGGLE, "").replace(_FIGURE_SPACE, "")


@dataclass(frozen=True, slots=True)
class Segment:
    """One statement of a line.

    *shorter* says what replaces *text* where room is short, as (squeeze level from which, text);
    "" leaves the statement out. *dot* is drawn before it, *colour* replaces the palette's.
    """

    text: str
    shorter: tuple[tuple[int, str], ...] = ()
    dot: QColor | None = None
    colour: QColor | None = None

    def at(self, level: int) -> str:
        fitting = [text for start, text in self.shorter if start <= level]
        return fitting[-1] if fitting else self.text


class Steady:
    """Pads figures to the widest seen, so that what stands to their right keeps its place."""

    def __init__(self) -> None:
        self._widest: dict[str, int] = {}

    def __call__(self, name: str, figure: str) -> str:
        self._widest[name] = max(len(figure), self._widest.get(name, 0))
        return figure.rjust(self._widest[name], _FIGURE_SPACE)


class LinePainter:
    """Lays out and draws segments; every digit takes the room of the widest one.

    Qt 5 cannot ask a font for its tabular numerals, and not every font's digits are equally wide.
    """

    def __init__(self, fonts: Fonts) -> None:
        self._styles = [
            (font, metrics, max(metrics.horizontalAdvance(digit) for digit in "0123456789"))
            for font in (fonts.text, fonts.strong)
            for metrics in (QFontMetricsF(font),)
        ]
        self.height = self._styles[1][1].height()
        self._dot, self._gap = fonts.grid, 2 * fonts.grid
        self._ascent = self._styles[1][1].ascent()

    def width(self, text: str) -> float:
        """Pixels that the marked *text* takes."""
        return sum(
            len(piece) * cell if index % 2 else metrics.horizontalAdvance(piece)
            for number, run in enumerate(text.split(_TOGGLE))
            for _, metrics, cell in (self._styles[number % 2],)
            for index, piece in enumerate(_CELLS.split(run))
        )

    def fit(self, segments: Sequence[Segment], room: float) -> list[tuple[Segment, str]]:
        """The segments at the lowest squeeze level that fits; the first one elided if none does."""
        top = max((start for segment in segments for start, _ in segment.shorter), default=0)
        for level in range(top + 1):
            shown = [(segment, segment.at(level)) for segment in segments if segment.at(level)]
            if self._total(shown) <= room or not shown:
                return shown
        # Words can lose their end, a figure cannot: "3…" would be another one.
        segment, text = shown[0]
        metrics = self._styles[1][1]
        room -= self._total(shown) - self.width(text)
        return [(segment, metrics.elidedText(plain(text), Qt.ElideRight, max(0, room))), *shown[1:]]

    def _total(self, shown: list[tuple[Segment, str]]) -> float:
        dots = sum(2 * self._dot for segment, _ in shown if segment.dot)
        texts = sum(self.width(text) for _, text in shown)
        return texts + dots + self._gap * (len(shown) - 1)

    def draw(
        self, painter: QPainter, area: QRect, segments: Sequence[Segment], palette: Palette
    ) -> None:
        """Draw *segments* in *area*, vertically centred."""
        x = float(area.left())
        baseline = area.top() + (area.height() - self.height) / 2 + self._ascent
        painter.setRenderHint(QPainter.Antialiasing)
        for segment, text in self.fit(segments, area.width()):
            if segment.dot:
                painter.setPen(Qt.NoPen)
                painter.setBrush(segment.dot)
                radius = self._dot / 2
                middle = QPointF(x + radius, area.top() + area.height() / 2)
                painter.drawEllipse(middle, radius, radius)
                x += 2 * self._dot
            colours = [segment.colour or palette.muted, segment.colour or palette.text]
            x = self._text(painter, x, baseline, text, colours) + self._gap

    def _text(
        self, painter: QPainter, x: float, baseline: float, text: str, colours: list[QColor]
    ) -> float:
        for number, run in enumerate(text.split(_TOGGLE)):
            font, metrics, cell = self._styles[number % 2]
            painter.setFont(font)
            painter.setPen(colours[number % 2])
            for index, piece in enumerate(_CELLS.split(run)):
                if index % 2 == 0:
                    painter.drawText(QPointF(x, baseline), piece)
                    x += metrics.horizontalAdvance(piece)
                    continue
                for digit in piece:
                    if digit != _FIGURE_SPACE:
                        indent = (cell - metrics.horizontalAdvance(digit)) / 2
                        painter.drawText(QPointF(x + indent, baseline), digit)
                    x += cell
        return x


class Line(QWidget):
    """Segments as a widget that takes whatever width there is."""

    def __init__(self, fonts: Fonts, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._painter = LinePainter(fonts)
        self._palette = palette
        self._segments: tuple[Segment, ...] = ()
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Preferred)

    def show_segments(self, segments: Sequence[Segment], palette: Palette) -> None:
        """Replace what is shown."""
        if (tuple(segments), palette) == (self._segments, self._palette):
            return
        self._segments, self._palette = tuple(segments), palette
        spoken = ", ".join(plain(segment.text) for segment in segments)
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(20 * GRID, round(self._painter.height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._painter.draw(painter, self.rect(), self._segments, self._palette)
