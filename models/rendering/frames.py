"""The shapes that labels are cut to; every label comes in every one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.rendering.pen import Points, arc, rectangle


class Frame(NamedTuple):
    """A symbol in the middle may be *fit* wide and high, and sits *drop* below the middle."""

    outline: Points
    fit: float
    drop: float


def _rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Points:
    corners = (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    )
    return np.vstack([arc(x, y, radius, start, start + 90) for x, y, start in corners])


_SQUARE = rectangle(0.01, 0.01, 0.99, 0.99)
_OCTAGON = np.array(
    [(0.29, 0), (0.71, 0), (1, 0.29), (1, 0.71), (0.71, 1), (0.29, 1), (0, 0.71), (0, 0.29)]
)
FRAMES: tuple[Frame, ...] = (
    Frame(_SQUARE, 0.88, 0.0),
    Frame(_rounded(0.01, 0.01, 0.99, 0.99, 0.16), 0.84, 0.0),
    Frame(np.array([(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)]), 0.54, 0.0),
    Frame(arc(0.5, 0.5, 0.49), 0.68, 0.0),
    Frame(_OCTAGON, 0.76, 0.0),
    Frame(np.array([(0.5, 0.03), (0.99, 0.93), (0.01, 0.93)]), 0.44, 0.12),
    Frame(rectangle(0.13, 0.01, 0.87, 0.99), 0.7, 0.0),
    Frame(rectangle(0.01, 0.13, 0.99, 0.87), 0.7, 0.0),
)
FRAME_SHARES = (0.26, 0.14, 0.14, 0.14, 0.07, 0.09, 0.08, 0.08)
