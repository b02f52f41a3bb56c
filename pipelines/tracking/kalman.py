"""Kalman filters of many boxes at once: where each will be, and how fast it goes.

Centre and size of a box move with constant velocities that white noise accelerates (Bar-Shalom,
Li and Kirubarajan, "Estimation with Applications to Tracking and Navigation", 2001, section
6.2.2). The model knows seconds, not frames: two steps of any lengths are as good as one of both.
The four coordinates do not mix, so every covariance is 2 × 2 and no matrix is ever inverted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.detection import Box

Floats = npt.NDArray[np.float64]

# Standard deviations as shares of a box's width (for x and width) or height (for y and height):
# what Wojke et al., "Simple Online and Realtime Tracking", 2017, assume at 30 frames a second.
_MEASURED = 1 / 20
_FIRST_SPEED = 2.0  # a second, of a box that was seen once
_ACCELERATION = 1.0  # a second to the power of 3/2: the noise's root spectral density
_LEAST_SIZE = 1.0  # pixel


class BoxFilter:
    """The state of every box in a row of its own; all arrays are n × 4: centre x, y, width, height.

    Positions in pixels, velocities in pixels a second.
    """

    def __init__(self) -> None:
        self._position = np.zeros((0, 4))
        self._velocity = np.zeros((0, 4))
        # The covariance of one coordinate is ((pp, pv), (pv, vv)).
        self._pp = np.zeros((0, 4))
        self._pv = np.zeros((0, 4))
        self._vv = np.zeros((0, 4))

    def __len__(self) -> int:
        return len(self._position)

    @property
    def boxes(self) -> Floats:
        """n × 4: left, top, right, bottom, as expected now."""
        centre, half = self._position[:, :2], self._position[:, 2:] / 2
        return np.hstack((centre - half, centre + half))

    @property
    def velocities(self) -> Floats:
        """n × 4: of the centre's x and y, of width and height, in pixels a second."""
        return self._velocity

    def add(self, boxes: Sequence[Box]) -> None:
        """Further rows, for boxes that were seen for the first time."""
        position = _centred(boxes)
        scale = _scale(position)
        self._position = np.vstack((self._position, position))
        self._velocity = np.vstack((self._velocity, np.zeros_like(position)))
        self._pp = np.vstack((self._pp, (_MEASURED * scale) ** 2))
        self._pv = np.vstack((self._pv, np.zeros_like(position)))
        self._vv = np.vstack((self._vv, (_FIRST_SPEED * scale) ** 2))

    def predict(self, seconds: float) -> None:
        """Move all boxes on by *seconds*."""
        noise = (_ACCELERATION * _scale(self._position)) ** 2
        self._position = self._position + seconds * self._velocity
        np.maximum(self._position[:, 2:], _LEAST_SIZE, out=self._position[:, 2:])
        self._pp = (
            self._pp + seconds * (2 * self._pv + seconds * self._vv) + noise * (seconds**3 / 3)
        )
        self._pv = self._pv + seconds * self._vv + noise * (seconds**2 / 2)
        self._vv = self._vv + noise * seconds

    def correct(self, rows: Sequence[int], boxes: Sequence[Box]) -> None:
        """The *boxes* were seen: each belongs to one of *rows*."""
        at = list(rows)
        if not at:
            return
        seen = _centred(boxes)
        pp, pv = self._pp[at], self._pv[at]
        total = pp + (_MEASURED * _scale(seen)) ** 2
        gain_p, gain_v = pp / total, pv / total
        surprise = seen - self._position[at]
        self._position[at] += gain_p * surprise
        self._velocity[at] += gain_v * surprise
        self._vv[at] -= gain_v * pv
        self._pv[at] -= gain_p * pv
        self._pp[at] -= gain_p * pp

    def rest(self) -> None:
        """Nothing moves, as far as it is known: all velocities are 0."""
        self._velocity = np.zeros_like(self._velocity)

    def keep(self, rows: Sequence[int]) -> None:
        """Only these rows, in this order."""
        at = list(rows)
        self._position, self._velocity = self._position[at], self._velocity[at]
        self._pp, self._pv, self._vv = self._pp[at], self._pv[at], self._vv[at]


def _centred(boxes: Sequence[Box]) -> Floats:
    edges = np.asarray(boxes, np.float64).reshape(-1, 4)
    size = edges[:, 2:] - edges[:, :2]
    return np.hstack((edges[:, :2] + size / 2, np.maximum(size, _LEAST_SIZE)))


def _scale(position: Floats) -> Floats:
    """The width for x and width, the height for y and height."""
    return position[:, [2, 3, 2, 3]]
