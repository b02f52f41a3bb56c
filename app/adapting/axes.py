"""The chart's axes, milliseconds on a logarithmic scale and percent, and names beside points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

_GRID, _TICK = "#E3E8ED", "#55606D"
_PADDING = 1.15  # of the range of times, to both sides


# How far below its point a name may stand, and a letter's mean width in its height.
_DROPS = (4, 18, -10, 32, -24)
_GLYPH = 0.56
# How bad it is to cover a line, a mark or another name, or to leave the frame.
LINE, MARK, _NAME, _OUTSIDE = 1, 20, 40, 1000

Box = tuple[float, float, float, float]


class Place(NamedTuple):
    """In pixels."""

    x: float
    y: float


class Axes:
    """*frame*: left, top, right, bottom in pixels. *seconds*, *heights*: all that is to fit in."""

    def __init__(
        self,
        frame: Box,
        seconds: Sequence[float],
        heights: Sequence[float],
        caption: str,
    ) -> None:
        self._left, self._top, self._right, self._bottom = frame
        self._first, self._last = min(seconds) / _PADDING, max(seconds) * _PADDING
        self._step = 0.1 if max(heights) - min(heights) > 0.25 else 0.05
        self._low = math.floor(min(heights) / self._step) * self._step
        self._high = math.ceil(max(heights) / self._step) * self._step
        self._caption = caption

    def place(self, seconds: float, height: float) -> Place:
        """Where something of that time and that fraction is."""
        along = math.log(seconds / self._first) / math.log(self._last / self._first)
        up = (height - self._low) / (self._high - self._low or 1)
        return Place(
            self._left + along * (self._right - self._left),
            self._bottom - up * (self._bottom - self._top),
        )

    def points(self, values: Iterable[tuple[float, float]]) -> str:
        """As SVG writes the points of a line."""
        places = (self.place(seconds, height) for seconds, height in values)
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)

    def grid(self) -> Iterator[str]:
        """Lines and figures."""
        for level in range(round((self._high - self._low) / self._step) + 1):
            height = self._low + level * self._step
            y = self.place(self._first, height).y
            yield f'<path d="M{self._left} {y:.1f}H{self._right}" stroke="{_GRID}"/>'
            yield (
                f'<text x="{self._left - 8}" y="{y + 4:.1f}" text-anchor="end" '
                f'fill="{_TICK}">{height * 100:.0f}</text>'
            )
        for seconds in self._times():
            x = self.place(seconds, self._low).x
            yield f'<path d="M{x:.1f} {self._top}V{self._bottom}" stroke="{_GRID}"/>'
            yield (
                f'<text x="{x:.1f}" y="{self._bottom + 18}" text-anchor="middle" '
                f'fill="{_TICK}">{seconds * 1e3:g}</text>'
            )
        middle, side = (self._left + self._right) / 2, (self._top + self._bottom) / 2
        yield (
            f'<text x="{middle}" y="{self._bottom + 40}" text-anchor="middle">'
            f"milliseconds a picture, routing included</text>"
        )
        yield (
            f'<text transform="translate({self._left - 44} {side}) rotate(-90)" '
            f'text-anchor="middle">{self._caption}</text>'
        )

    def _times(self) -> Iterator[float]:
        """1, 2 and 5 times each power of ten within the range."""
        digits = (1, 2, 5) if self._last > 20 * self._first else (1, 1.5, 2, 3, 5, 7)
        for power in range(-7, 4):
            for digit in digits:
                seconds = digit * 10.0**power
                if self._first <= seconds <= self._last:
                    yield seconds


class Labels:
    """Puts names beside points where they cover least. *text*: the letters' size in pixels."""

    def __init__(self, frame: Box, text: float) -> None:
        self._frame = frame
        self._text = text
        self._taken: list[tuple[Box, int]] = []

    def avoid(self, place: Place, radius: float, cost: int) -> None:
        """Keep names away from what is drawn there: a LINE or a MARK."""
        x, y = place
        self._taken.append(((x - radius, y - radius, x + radius, y + radius), cost))

    def beside(self, place: Place, name: str) -> str:
        """*name* near *place*."""
        x, y = place
        wide = len(name) * self._text * _GLYPH
        lefts = (x + 10, x - 10 - wide, x - wide / 2)
        spots = [(left, y + drop) for drop in _DROPS for left in lefts]
        boxes = [(left, low - self._text + 2, left + wide, low + 3) for left, low in spots]
        chosen = min(range(len(spots)), key=lambda number: (self._cost(boxes[number]), number))
        self._taken.append((boxes[chosen], _NAME))
        left, low = spots[chosen]
        return f'<text x="{left:.1f}" y="{low:.1f}">{escape(name)}</text>'

    def _cost(self, box: Box) -> int:
        """How much is covered."""
        left, top, right, bottom = box
        inside = (
            left >= self._frame[0]
            and top >= self._frame[1]
            and right <= self._frame[2]
            and bottom <= self._frame[3]
        )
        return _OUTSIDE * (not inside) + sum(
            cost
            for other, cost in self._taken
            if left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
        )
