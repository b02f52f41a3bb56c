"""A pen for vector drawings in the unit square, and their rasterisation at any size."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.uint8]

_FINE = 3  # a drawing is made this many times larger than asked and averaged down
_SHIFT = 4  # binary places of the coordinates that OpenCV draws with


@dataclass(frozen=True, slots=True)
class Path:
    """A filled polygon, or a stroke where *width* is given; all lengths are shares of the square.

    *ink* False takes away what was drawn before. Strokes have round ends and joints.
    """

    points: Points  # (n, 2): x to the right, y down
    width: float | None
    closed: bool
    ink: bool


class Pen:
    """Collects the paths of one drawing, and gives each drawing its own hand.

    Without a random generator it draws the plain form: the middle of every range, the first of
    every choice.
    """

    def __init__(self, rng: np.random.Generator | None = None) -> None:
        self._rng = rng
        self.paths: list[Path] = []
        self.weight = self.between(0.045, 0.085)
        self.solid = self.chance(0.65)

    def between(self, low: float, high: float) -> float:
        return (low + high) / 2 if self._rng is None else float(self._rng.uniform(low, high))

    def chance(self, share: float) -> bool:
        return share >= 0.5 if self._rng is None else bool(self._rng.random() < share)

    def count(self, low: int, high: int) -> int:
        """A whole number from *low* to *high*, both included."""
        return (low + high) // 2 if self._rng is None else int(self._rng.integers(low, high + 1))

    def fill(self, points: npt.ArrayLike, ink: bool = True) -> None:
        self.paths.append(Path(np.asarray(points, float), None, True, ink))

    def line(
        self,
        points: npt.ArrayLike,
        width: float | None = None,
        closed: bool = False,
        ink: bool = True,
    ) -> None:
        self.paths.append(Path(np.asarray(points, float), width or self.weight, closed, ink))

    def shape(self, points: npt.ArrayLike) -> None:
        """An area in the drawing's manner: filled, or its outline."""
        if self.solid:
            self.fill(points)
        else:
            self.line(points, closed=True)

    def detail(self, points: npt.ArrayLike, width: float | None = None) -> None:
        """A stroke inside a shape: cut out of a filled one, drawn in an outlined one."""
        self.line(points, width, ink=not self.solid)

    def disc(self, x: float, y: float, radius: float, ink: bool = True) -> None:
        self.fill(arc(x, y, radius), ink)


Drawing = Callable[[Pen], None]


def arc(
    x: float,
    y: float,
    radius: float,
    start: float = 0.0,
    stop: float = 360.0,
    radius_y: float | None = None,
) -> Points:
    """Points of an elliptic arc, clockwise from the right for a rising angle in degrees."""
    steps = max(4, math.ceil(abs(stop - start) / 7))
    angles = np.radians(np.linspace(start, stop, steps + 1))
    return np.stack(
        [x + radius * np.cos(angles), y + (radius_y or radius) * np.sin(angles)], axis=1
    )


def rectangle(left: float, top: float, right: float, bottom: float) -> Points:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def smooth(points: npt.ArrayLike, closed: bool = False) -> Points:
    """The Catmull–Rom curve through the points."""
    knots = np.asarray(points, float)
    ends = (knots[-1], knots[0], knots[1]) if closed else (knots[0], knots[-1], knots[-1])
    chain = np.vstack([ends[0], knots, ends[1], ends[2]])
    t = np.linspace(0, 1, 8, endpoint=False)[:, None]
    spans = len(knots) if closed else len(knots) - 1
    a, b, c, d = (chain[n : n + spans, None] for n in range(4))
    pieces = (
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2)
        + 0.5 * (3 * b - a - 3 * c + d) * t**3
    )
    curve = pieces.reshape(-1, 2)
    return curve if closed else np.vstack([curve, knots[-1:]])


def turned(points: npt.ArrayLike, degrees: float, x: float = 0.5, y: float = 0.5) -> Points:
    """The points turned clockwise about (x, y)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    middle = np.array([x, y])
    spun = (np.asarray(points, float) - middle) @ np.array([[c, s], [-s, c]])
    return np.asarray(spun + middle)


def mirrored(points: npt.ArrayLike, x: float = 0.5) -> Points:
    """The points mirrored at the vertical line at *x*."""
    return np.asarray(points, float) * (-1, 1) + (2 * x, 0)


def rasterise(paths: Sequence[Path], size: int) -> Mask:
    """The coverage by ink, 0 to 255, of a picture of size × size pixels."""
    mask = np.zeros((size * _FINE, size * _FINE), np.uint8)
    for path in paths:
        fixed = np.rint(path.points * (size * _FINE << _SHIFT) - (1 << _SHIFT - 1)).astype(np.int32)
        value = 255 if path.ink else 0
        if path.width is None:
            cv2.fillPoly(mask, [fixed], value, cv2.LINE_8, _SHIFT)
        else:
            thickness = max(1, round(path.width * size * _FINE))
            cv2.polylines(mask, [fixed], path.closed, value, thickness, cv2.LINE_8, _SHIFT)
    return np.asarray(cv2.resize(mask, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
