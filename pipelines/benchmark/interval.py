"""Where a repetition of the measurement would put the throughput: a bootstrap interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_RESAMPLES = 2000
# Neighbouring frames are alike: a cache is warm, a clock is high. Whole blocks are resampled.
_BLOCKS = 12

# Student's t, two-sided 95 %, from two degrees of freedom on; 1.96 for many.
_T95 = (4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
_Z95 = 1.960


def throughput(rounds: Sequence[FloatArray]) -> float:
    """Frames a second, from the milliseconds of the frames of each round; rounds count alike."""
    return float(1e3 / np.mean([times.mean() for times in rounds]))


def throughput_interval(rounds: Sequence[FloatArray], seed: int = 0) -> tuple[float, float] | None:
    """The 95 % interval for the same measurement made again; None for less than three rounds.

    A hierarchical bootstrap: rounds are drawn with replacement, then blocks of frames within them
    (Davison and Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8). Between
    rounds there is more variance than within, and there are few of them: a bootstrap over n
    rounds is too narrow by √((n − 1)/n), and knows its own width no better than Student's t with
    n − 1 degrees of freedom. A repetition varies as much as what it is compared with: √2.
    """
    count = len(rounds)
    if count < 3:
        return None
    random = np.random.default_rng(seed)
    blocks = np.stack([_block_means(times) for times in rounds])
    drawn = random.integers(0, count, (_RESAMPLES, count, 1))
    within = random.integers(0, blocks.shape[1], (_RESAMPLES, count, blocks.shape[1]))
    logs = -np.log(blocks[drawn, within].mean(axis=(1, 2)))
    low, middle, high = np.quantile(logs, (0.025, 0.5, 0.975))
    t95 = _T95[count - 3] if count - 3 < len(_T95) else _Z95
    stretch = t95 / _Z95 * math.sqrt(count / (count - 1)) * math.sqrt(2)
    fps = throughput(rounds)
    return (
        float(fps * math.exp(stretch * (low - middle))),
        float(fps * math.exp(stretch * (high - middle))),
    )


def _block_means(times: FloatArray) -> FloatArray:
    """The means of _BLOCKS runs of consecutive frames, as many where there are fewer frames."""
    if len(times) < _BLOCKS:
        times = np.resize(times, _BLOCKS)
    return np.array([block.mean() for block in np.array_split(times, _BLOCKS)])
