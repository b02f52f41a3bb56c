"""Which metrics of the processor go with throughput and with power, over the rows of a table.

After Velasco-Montero et al. (IJECES 2020), who correlate processor events with the performance of
network × framework. A total such as instructions per frame correlates with throughput through the
size of the network alone; so the same is asked of rates per multiply-accumulate.

Pearson's r finds lines, Spearman's ρ any monotone relation. p: two-sided permutation test
(Good, Permutation, Parametric and Bootstrap Tests, 2005), all permutations where there are few.
Intervals: 95 %, percentile bootstrap over rows (Efron & Tibshirani, 1993). One asks of many
metrics at once, so p is corrected by Holm's method (Scand. J. Statist. 6, 1979) over all of them.
The tests take rows as independent, which the same network on several engines is not quite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipelines.selection.measurement import Measurement

Target = Literal["throughput", "power"]
Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

# With fewer pairs even a perfect line is no evidence: 1/5! = 0.8 %, before any correction.
MIN_ROWS = 5
SIGNIFICANT = 0.05

_RESAMPLES = 2000
# Enough for the smallest p to survive the correction for some hundreds of tests.
_PERMUTATIONS = 19999
# How counts, and rates that are made of them, are called.
PER_FRAME, PER_MAC = "_per_frame", "_per_mega_mac"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """*value* in −1…1 with its interval; *p* for this test alone, *corrected_p* among all."""

    value: float
    ci95: tuple[float, float]
    p: float
    corrected_p: float

    @property
    def holds(self) -> bool:
        """Whether it is different from none: by the corrected p, and by the interval."""
        low, high = self.ci95
        return self.corrected_p < SIGNIFICANT and (low > 0 or high < 0)


@dataclass(frozen=True, slots=True)
class Correlation:
    """Of *metric* with *target* over *rows* rows; None where either is constant: undefined.

    A metric per multiply-accumulate is held against the throughput in multiply-accumulates.
    """

    metric: str
    target: Target
    rows: int
    pearson: Coefficient | None
    spearman: Coefficient | None

    @property
    def holds(self) -> bool:
        """Whether either coefficient does."""
        return any(c is not None and c.holds for c in (self.pearson, self.spearman))


def correlate(
    rows: Sequence[Measurement],
    macs: Mapping[str, float] | None = None,
    seed: int = 0,
) -> tuple[Correlation, ...]:
    """Every metric with throughput and power; those with fewer than `MIN_ROWS` rows are left out.

    *rows* are of one platform and one tier of hardware metrics. *macs*: multiply-accumulates per
    frame by the network's name; networks that are missing there have no rates.
    """
    draws = _Draws(seed)
    found: list[tuple[str, Target, Array, Array]] = []
    for metric, values in _metrics(rows, macs or {}).items():
        for target in _TARGETS:
            pairs = [
                (value, goal)
                for row, value in values
                if (goal := _goal(row, target, metric, macs or {})) is not None
            ]
            if len(pairs) >= MIN_ROWS:
                x, y = np.array(pairs, np.float64).T
                found.append((metric, target, x, y))
    tests = [_test(x, y, ranked, draws) for _, _, x, y in found for ranked in (False, True)]
    corrected = iter(holm([test[2] for test in tests if test is not None]))
    coefficients = [
        None if test is None else Coefficient(*test, corrected_p=next(corrected)) for test in tests
    ]
    return tuple(
        Correlation(metric, target, len(x), *coefficients[2 * index : 2 * index + 2])
        for index, (metric, target, x, _) in enumerate(found)
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """p corrected for the number of tests, in the same order: Holm (1979)."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    corrected = [0.0] * len(p_values)
    most = 0.0
    for rank, index in enumerate(order):
        most = max(most, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = most
    return corrected


def pearson(x: Array, y: Array) -> float | None:
    """Pearson's r; None where one of them is constant."""
    centred = [values - values.mean() for values in (x, y)]
    lengths = [float(np.sqrt(values @ values)) for values in centred]
    # A column that is constant but for rounding has no correlation either.
    if any(n <= 1e-12 * np.abs(v).max() * len(v) for n, v in zip(lengths, (x, y), strict=True)):
        return None
    return float(np.clip(centred[0] @ centred[1] / (lengths[0] * lengths[1]), -1, 1))


def spearman(x: Array, y: Array) -> float | None:
    """Spearman's ρ: Pearson's r of the ranks, ties sharing theirs; None for a constant."""
    return pearson(_ranks(x), _ranks(y))


_TARGETS: tuple[Target, ...] = ("throughput", "power")


def _metrics(
    rows: Sequence[Measurement], macs: Mapping[str, float]
) -> dict[str, list[tuple[Measurement, float]]]:
    """Each metric's rows and values, and those of its rate where it is a count per frame."""
    metrics: dict[str, list[tuple[Measurement, float]]] = {}
    for row in rows:
        for name, value in row.hardware.items():
            metrics.setdefault(name, []).append((row, value))
            size = macs.get(row.candidate.network)
            if size and name.endswith(PER_FRAME):
                rate = name.removesuffix(PER_FRAME) + PER_MAC
                metrics.setdefault(rate, []).append((row, value / (size / 1e6)))
    return dict(sorted(metrics.items()))


def _goal(row: Measurement, target: Target, metric: str, macs: Mapping[str, float]) -> float | None:
    if target == "power":
        return row.power.watts if row.power else None
    return row.fps * macs[row.candidate.network] if metric.endswith(PER_MAC) else row.fps


class _Draws:
    """What is drawn at random for so many rows: the same for every test of as many."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._resamples: dict[int, Indices] = {}
        self._orders: dict[int, Indices] = {}

    def resamples(self, rows: int) -> Indices:
        """Rows drawn with replacement."""
        if rows not in self._resamples:
            random = np.random.default_rng((self._seed, rows))
            self._resamples[rows] = random.integers(0, rows, (_RESAMPLES, rows))
        return self._resamples[rows]

    def orders(self, rows: int) -> Indices:
        """Permutations: the given order first; all of them where they are few."""
        if rows not in self._orders:
            if factorial(rows) <= _PERMUTATIONS:
                drawn = np.array(list(permutations(range(rows))))
            else:
                random = np.random.default_rng((self._seed, rows))
                drawn = np.argsort(random.random((_PERMUTATIONS, rows)), axis=1)
                drawn[0] = np.arange(rows)
            self._orders[rows] = drawn
        return self._orders[rows]


def _test(
    x: Array, y: Array, ranked: bool, draws: _Draws
) -> tuple[float, tuple[float, float], float] | None:
    """Coefficient, its interval and p; None if undefined. *ranked*: Spearman's."""
    value = spearman(x, y) if ranked else pearson(x, y)
    if value is None:
        return None
    picks = draws.resamples(len(x))
    # Ranks are of the resample, not of the sample.
    pairs = (_ranks(values, picks) if ranked else values[picks] for values in (x, y))
    low, high = np.nanpercentile(_rowwise(*pairs), (2.5, 97.5))
    one, other = (_ranks(values) if ranked else values for values in (x, y))
    return value, (float(low), float(high)), _p_value(one, other, draws.orders(len(x)))


def _p_value(x: Array, y: Array, orders: Indices) -> float:
    """The share of permutations that correlate as much as the first, which is the given order."""
    # Neither the means nor the lengths depend on the order.
    products = np.abs((y - y.mean())[orders] @ (x - x.mean()))
    return float(np.mean(products >= products[0] * (1 - 1e-9)))


def _rowwise(x: Array, y: Array) -> Array:
    """Pearson's r of each row of two matrices; NaN for a constant row."""
    x, y = (values - values.mean(axis=1, keepdims=True) for values in (x, y))
    lengths = np.sqrt(np.einsum("ij,ij->i", x, x) * np.einsum("ij,ij->i", y, y))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = np.where(lengths > 0, np.einsum("ij,ij->i", x, y) / lengths, np.nan)
    return found


def _ranks(values: Array, picks: Indices | None = None) -> Array:
    """Ranks from 1 of *values*, or within each row of *picks*, indices of them.

    Equal values share the mean of their ranks.
    """
    distinct, codes = np.unique(values, return_inverse=True)
    if picks is None:
        whole: Array = _ranks(values, np.arange(len(values))[None])[0]
        return whole
    drawn = codes[picks]
    rows = np.arange(len(picks))[:, None] * len(distinct)
    counts = np.bincount((drawn + rows).ravel(), minlength=len(picks) * len(distinct))
    counts = counts.reshape(len(picks), len(distinct))
    shared = np.cumsum(counts, axis=1) - (counts - 1) / 2
    ranks: Array = np.take_along_axis(shared, drawn, axis=1)
    return ranks
