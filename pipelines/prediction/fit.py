"""From measured chains to coefficients: one non-negative regression per kind of layer.

A chain's cost is a sum over its layers, each linear in its features; so the regressions of all
kinds are solved together, from sums. The error that counts is the relative one. Coefficients are
not negative, as no work saves time: that makes a prediction grow with the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.prediction.layers import FEATURES, QUALIFIERS

Array = npt.NDArray[np.float64]
Work = Mapping[str, Sequence[float]]

# Where a kind of layer was not characterised, the nearest one that was stands for it.
_LIKE = {
    "grouped": "convkxk",
    "deconvolution": "convkxk",
    "silu": "curve",
    "softmax": "curve",
    "curve": "softmax",
    "activation": "arithmetic",
    "quantise": "copy",
}
RUN = "run"
_INT8 = " int8"

_ROUNDS = 5
# Huber's constant: errors beyond so many standard deviations weigh less (Robust Statistics, 1981).
_HUBER = 1.5
_RIDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Estimate:
    """*total* with its 95 % interval, and what each kind of layer has in it.

    *unknown*: the kinds that no characterised one could stand for; they are not in the total.
    """

    total: float
    low: float
    high: float
    by_kind: Mapping[str, float]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """*coefficients*: by kind, in the order of `FEATURES`; *run*: the cost of any run at all.

    *ratios*: measured / predicted for every chain, had it been left out of the fit.
    """

    coefficients: Mapping[str, tuple[float, ...]]
    run: float
    ratios: tuple[float, ...]

    @property
    def error(self) -> float:
        """The median relative error of a chain that was left out of the fit."""
        return float(np.median(np.abs(1 / np.array(self.ratios) - 1)))

    def estimate(self, work: Work) -> Estimate:
        """The cost of a network that has *work* to do, see `layers.work_of`."""
        by_kind, unknown = {}, []
        for kind, features in work.items():
            parts = self._parts(kind)
            if parts:
                by_kind[kind] = sum(
                    cost * amount
                    for part in parts
                    for cost, amount in zip(self.coefficients[part], features, strict=True)
                )
            else:
                unknown.append(kind)
        total = self.run + sum(by_kind.values())
        low, high = np.percentile(self.ratios, (2.5, 97.5))
        low, high = min(float(low), 1.0), max(float(high), 1.0)
        return Estimate(
            total, total * low, total * high, {RUN: self.run, **by_kind},
            tuple(unknown),
        )  # fmt: skip

    def _parts(self, kind: str) -> list[str]:
        """The kinds whose costs add up to this one's; of one that is not known, the nearest."""
        base = parts_of(kind)[0].removesuffix(_INT8)
        depth = _INT8 if kind.endswith(_INT8) else ""
        like = _LIKE.get(base, base)
        for tried in (kind, like + depth, base, base + _INT8, like):
            found = [part for part in parts_of(tried) if part in self.coefficients]
            if found:
                return found
        return []


def parts_of(kind: str) -> tuple[str, ...]:
    """The plain kind, and one for each of its qualifiers, which adds to the plain kind's cost.

    So the few chains with odd channels sharpen what is known of even ones, and the other way.
    """
    words = kind.split()
    found = [word for word in words if word in QUALIFIERS]
    return tuple(
        " ".join(word for word in words if word == kept or word not in found)
        for kept in ("", *found)
    )


def fit(works: Sequence[Work], costs: Sequence[float]) -> Fit:
    """Fit to chains whose *works* cost *costs* > 0. Raises ValueError where there are none.

    Chains that do not fit, such as those measured while the machine was busy, are given less
    weight, and count in the ratios as they are.
    """
    if not works:
        raise ValueError("there is nothing to fit to")
    kinds = sorted({part for work in works for kind in work for part in parts_of(kind)})
    rows = np.array([_row(work, kinds) for work in works])
    # Divided by what was measured, so that 1 is what each row should add up to.
    rows /= np.array(costs)[:, None]
    scale = np.linalg.norm(rows, axis=0)
    used = scale > 0
    rows, scale = rows[:, used], scale[used]
    rows /= scale
    weights = np.ones(len(rows))
    for _ in range(_ROUNDS):
        solution = nnls(rows * weights[:, None], weights)
        errors = np.abs(rows @ solution - 1)
        spread = 1.4826 * float(np.median(errors))
        weights = np.sqrt(np.minimum(1.0, _HUBER * spread / np.maximum(errors, 1e-12)))
    coefficients = np.zeros(len(used))
    coefficients[used] = solution / scale
    table = coefficients[1:].reshape(len(kinds), len(FEATURES))
    return Fit(
        {kind: tuple(map(float, row)) for kind, row in zip(kinds, table, strict=True)},
        float(coefficients[0]),
        tuple(map(float, _left_out(rows, weights, solution))),
    )


def nnls(matrix: Array, target: Array) -> Array:
    """The x ≥ 0 that minimises |matrix · x − target|: Lawson & Hanson, Solving Least Squares
    Problems (1974), chapter 23, on the normal equations with a trace of ridge.
    """
    count = matrix.shape[1]
    gram = matrix.T @ matrix
    gram += _RIDGE * np.trace(gram) / count * np.eye(count)
    slope = matrix.T @ target
    x, active = np.zeros(count), np.zeros(count, bool)
    tolerance = 1e-10 * float(np.abs(slope).max(initial=0.0))
    # Every step but a few takes in another variable; the bound is against rounding in circles.
    for _ in range(3 * count):
        gradient = slope - gram @ x
        gradient[active] = -np.inf
        best = int(np.argmax(gradient))
        if gradient[best] <= tolerance:
            break
        active[best] = True
        while active.any():
            step = np.zeros(count)
            step[active] = np.linalg.solve(gram[np.ix_(active, active)], slope[active])
            negative = active & (step <= 0)
            if not negative.any():
                x = step
                break
            # As far towards the solution as nothing becomes negative; what becomes 0 leaves.
            length = np.min(x[negative] / (x[negative] - step[negative]))
            x = x + length * (step - x)
            active &= x > 1e-15
            x[~active] = 0
    return x


def _row(work: Work, kinds: Sequence[str]) -> Array:
    table = np.zeros((len(kinds), len(FEATURES)))
    for kind, features in work.items():
        for part in parts_of(kind):
            table[kinds.index(part)] += features
    return np.concatenate([[1.0], table.ravel()])


def _left_out(rows: Array, weights: Array, solution: Array) -> Array:
    """Measured / predicted of each row by a fit without it.

    In closed form for the variables that are not 0 (Allen's PRESS, 1974): the error grows by
    1 / (1 − leverage).
    """
    active = solution > 0
    used = rows[:, active] * weights[:, None]
    inverse = np.linalg.pinv(used.T @ used)
    leverage = np.einsum("ij,jk,ik->i", used, inverse, used)
    errors = (1 - rows @ solution) / np.maximum(1 - leverage, 0.05)
    # 1 − error is what the fit without the row predicts of a measured 1.
    predicted = np.maximum(1 - errors, 0.05)
    ratios: Array = 1 / predicted
    return ratios
