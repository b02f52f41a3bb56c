"""The motion gate: whether a frame shows anything that the network has not seen already.

A frame is compared with the one that the network saw last, not with the one before: what creeps
adds up until it counts. The comparison is made on a small grey copy, cell by cell. Light that
changes everywhere alike is taken out first, and every cell has a threshold above its own noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.image import Image

Floats = npt.NDArray[np.float32]

_GREY_WIDTH = 160  # pixels of the small copy, or somewhat more
_CELL = 8  # pixels of the small copy on each side of a cell
# From this factor on every other row is left out: enough pixels are left for a mean.
_LARGE = 8

# A cell's noise follows the lower quartile of its differences: it falls three times as fast as it
# rises, so what moves for less than three quarters of the time is not taken for noise.
_FALL, _RISE = 0.94, 1.02
_NOISE_FIRST, _NOISE_LEAST = 0.5, 0.05  # grey levels
_ABOVE_NOISE = 3.0
# Noise raises a threshold at most so many times: beyond it, too much would go unseen.
_MOST_RAISED = 3.0

# Light that changed by so many grey levels on average since the network's last look is worth one.
_NEW_LIGHT = 16.0
_CLIPPED = 250.0


@dataclass(frozen=True, slots=True)
class MotionOptions:
    """*sensitivity*: 0…1, the more the smaller a change that counts. *heartbeat_s*: the longest
    time between two looks. *linger_s*: so long after the last motion comes one look more, at what
    has come to rest.
    """

    sensitivity: float = 0.5
    heartbeat_s: float = 2.0
    linger_s: float = 0.5

    @property
    def least_change(self) -> float:
        """Mean difference of a cell, in grey levels, below which nothing is motion: 8 … 0.5."""
        return 8.0 * math.pow(2, -4 * self.sensitivity)


class MotionGate:
    """Used by one thread. Its buffers are allocated anew only when the pictures' size changes."""

    def __init__(self, options: MotionOptions) -> None:
        self._options = options
        self._comparison: _Comparison | None = None
        self._looked_s = -math.inf
        self._again_s = math.inf

    def passes(self, image: Image, now_s: float) -> bool:
        """Whether the network has to see *image* (BGR, height × width × 3), which then counts as
        seen. *now_s*: when it was captured, on a clock that never goes back.
        """
        comparison = self._comparison
        if comparison is None or comparison.size != image.shape[:2]:
            least = self._options.least_change
            comparison = self._comparison = _Comparison(image.shape[0], image.shape[1], least)
            moved = relit = True
            comparison.read(image)
        else:
            moved, relit = comparison.compare(image)
        rested = now_s >= self._again_s
        overdue = now_s - self._looked_s >= self._options.heartbeat_s
        if moved and not relit:
            self._again_s = now_s + self._options.linger_s
        elif rested:
            self._again_s = math.inf
        if not (moved or relit or rested or overdue):
            return False
        self._looked_s = now_s
        comparison.remember()
        return True


class _Comparison:
    """Pictures of one *size*, (height, width), against the one that was seen last.

    *least* grey levels: what a cell has to differ by at least.
    """

    def __init__(self, height: int, width: int, least: float) -> None:
        self.size = (height, width)
        factor = max(1, width // _GREY_WIDTH)
        rows, columns = max(1, height // factor), max(1, width // factor)
        # Whole multiples of the small copy, which OpenCV reduces several times as fast.
        step = 2 if factor >= _LARGE and factor % 2 == 0 else 1
        self._part = np.s_[: min(height, rows * factor) : step, : min(width, columns * factor)]
        self._grey_size = (columns, rows)
        self._cells_size = (max(1, columns // _CELL), max(1, rows // _CELL))
        self._now = np.zeros((rows, columns), np.float32)
        self._seen = np.zeros_like(self._now)
        self._expected = np.zeros_like(self._now)
        self._clipped = np.zeros(self._now.shape, np.bool_)
        self._now_cells = self._means(self._now)
        self._seen_cells = self._now_cells
        self._least = least
        self._noise = np.full_like(self._now_cells, _NOISE_FIRST)

    def read(self, image: Image) -> None:
        """Make *image* the present picture."""
        grey = cv2.cvtColor(image[self._part], cv2.COLOR_BGR2GRAY)
        np.copyto(self._now, cv2.resize(grey, self._grey_size, interpolation=cv2.INTER_AREA))
        self._now_cells = self._means(self._now)

    def remember(self) -> None:
        """The present picture is the one that was seen last."""
        self._now, self._seen = self._seen, self._now
        self._seen_cells = self._now_cells
        np.greater_equal(self._seen, _CLIPPED, out=self._clipped)

    def compare(self, image: Image) -> tuple[bool, bool]:
        """Whether anything in *image* moved, and whether the light is another one."""
        self.read(image)
        gain, offset = _light(self._seen_cells, self._now_cells)
        expected = np.multiply(self._seen, gain, out=self._expected)
        np.clip(np.add(expected, offset, out=expected), 0, 255, out=expected)
        # What was too bright for the camera may have been of any brightness above.
        brighter = self._clipped & (self._now > expected)
        np.copyto(expected, self._now, where=brighter)
        relit = float(np.abs(self._seen_cells * (gain - 1) + offset).mean()) > _NEW_LIGHT
        cv2.absdiff(self._now, expected, expected)
        differences = self._means(expected)
        limits = np.clip(self._noise * _ABOVE_NOISE, self._least, self._least * _MOST_RAISED)
        moved = bool((differences > limits).any())
        self._noise *= np.where(differences > self._noise, np.float32(_RISE), np.float32(_FALL))
        most = self._least * _MOST_RAISED / _ABOVE_NOISE
        np.clip(self._noise, _NOISE_LEAST, most, out=self._noise)
        return moved, relit

    def _means(self, grey: Floats) -> Floats:
        means = cv2.resize(grey, self._cells_size, interpolation=cv2.INTER_AREA)
        return np.asarray(means, np.float32)


def _light(before: Floats, after: Floats) -> tuple[float, float]:
    """The gain and offset that turn the cells *before* into those *after*, where nothing moved.

    Least trimmed squares: fitted to the half that fits best (Rousseeuw and Van Driessen, "Computing
    LTS Regression for Large Data Sets", 2006, concentration steps), so that what moves in less than
    half of the picture has no say.
    """
    x, y = before.ravel().astype(np.float64), after.ravel().astype(np.float64)
    gain, offset = 1.0, float(np.median(y - x))
    half = x.size // 2
    for _ in range(3):
        best = np.argpartition(np.abs(y - gain * x - offset), half)[: half + 1]
        u, v = x[best], y[best]
        u_mean, v_mean = float(u.mean()), float(v.mean())
        spread = float(((u - u_mean) ** 2).sum())
        # Cells of one brightness say nothing of the gain.
        gain = float(((u - u_mean) * (v - v_mean)).sum()) / spread if spread > u.size else 1.0
        gain = min(max(gain, 0.25), 4.0)
        offset = v_mean - gain * u_mean
    return gain, offset
