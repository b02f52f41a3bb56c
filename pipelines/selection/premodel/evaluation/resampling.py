"""Halves to learn from and to judge on, and how far a mean may be chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from pipelines.selection.premodel.outcomes.table import FloatArray, IntArray

REPEATS = 5
_RESAMPLES = 2000


class Interval(Struct, frozen=True):
    """*value* and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def halves(
    groups: IntArray, repeats: int = REPEATS, seed: int = 0
) -> Iterator[tuple[IntArray, IntArray]]:
    """Rows to learn from and rows to judge on: *repeats* random halvings, each used both ways.

    With five, the splits of 5×2-fold cross-validation (Dietterich, "Approximate Statistical Tests",
    Neural Computation 10, 1998): every row is judged equally often. A group is never torn apart.
    """
    random = np.random.default_rng(seed)
    names = np.unique(groups)
    for _ in range(repeats):
        first = np.isin(groups, random.permutation(names)[: len(names) // 2])
        one, other = np.flatnonzero(first), np.flatnonzero(~first)
        yield one, other
        yield other, one


class Bootstrap:
    """Intervals of means over pictures, by drawing whole *groups*, (n,), with replacement.

    The percentile bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993,
    chapter 13). All intervals are of the same draws.
    """

    def __init__(self, groups: IntArray, seed: int = 0) -> None:
        _, self._numbers = np.unique(groups, return_inverse=True)
        counts = np.bincount(self._numbers).astype(np.float64)
        even = np.full(len(counts), 1 / len(counts))
        # How often each group is drawn, as floats for fast products.
        drawn = np.random.default_rng(seed).multinomial(len(counts), even, _RESAMPLES)
        self._drawn = drawn.astype(np.float64)
        self._pictures = self._drawn @ counts

    def mean(self, values: FloatArray) -> Interval:
        """The mean of *values*, (n,), one for each picture."""
        means = (self._drawn @ np.bincount(self._numbers, values)) / self._pictures
        low, high = np.quantile(means, (0.025, 0.975)).tolist()
        return Interval(float(values.mean()), low, high)
