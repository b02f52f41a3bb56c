"""The figure of merit: Equation 1, its weighted form, and another known form.

Equation 1 (Velasco-Montero, Fernández-Berni, Carmona-Galán and Rodríguez-Vázquez, "Performance
Analysis of Real-Time DNN Inference on Raspberry Pi", SPIE 10670, 2018):

    FoM = Accuracy · Throughput / Power                     correctly inferred images per joule

The same authors then sweep the relative weight of the three ("Optimum Network/Framework Selection
from High-Level Specifications in Embedded Deep Learning Vision Applications", LNCS 11182, 2018).
Their formula was not at hand; ours generalises Equation 1, with exponents as in NetScore (Wong,
arXiv 1806.05512):

    FoM(α, β, γ) = Accuracy^α · Throughput^β / Power^γ      α, β, γ ≥ 0

In logarithms it is linear, FoM = exp(w·u) with u = (ln Accuracy, ln Throughput, −ln Power), so it
needs no normalisation, and its order depends neither on the units nor on the other candidates.
Memory and the 95th percentile of latency divide it like power, with exponents of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import Weights

# e^±700 are the ends of what a float holds.
_END = 700.0


@dataclass(frozen=True, slots=True)
class Term:
    """One figure of the merit: *name* is its key in `Weights`, *sign* 1 where more is better."""

    name: str
    sign: int
    value: Callable[[Measurement], float | None]


TERMS = (
    Term("accuracy", 1, lambda row: row.accuracy),
    Term("throughput", 1, lambda row: row.fps),
    Term("power", -1, lambda row: row.power.watts if row.power else None),
    Term("memory", -1, lambda row: row.memory_mb),
    Term("latency", -1, lambda row: row.p95_ms),
)


class Transform(Protocol):
    """From figures to utilities, of which the merit is the weighted sum."""

    def utilities(self, values: Sequence[float], sign: int) -> list[float]:
        """Every candidate's utility of one term; *values* are all above 0."""
        ...

    def slope(self, value: float, values: Sequence[float]) -> float:
        """How the utility of *value* changes with its logarithm, apart from the sign."""
        ...

    def score(self, total: float) -> float:
        """The figure of merit of a weighted sum of utilities."""
        ...

    def lead(self, difference: float) -> float:
        """What a *difference* of two weighted sums means; 0 where there is none."""
        ...


class Logarithms:
    """The weighted figure of merit of this module's head. A lead is a fraction: 0.1 = 10 %."""

    def utilities(self, values: Sequence[float], sign: int) -> list[float]:
        return [sign * math.log(value) for value in values]

    def slope(self, value: float, values: Sequence[float]) -> float:
        return 1.0

    def score(self, total: float) -> float:
        return math.exp(min(_END, max(-_END, total)))

    def lead(self, difference: float) -> float:
        return self.score(difference) - 1


class NormalisedSum:
    """The weighted sum of figures scaled to 0…1 between the worst and the best candidate.

    Simple additive weighting (Fishburn, "Additive Utilities with Incomplete Product Sets",
    Operations Research 15, 1967). Its order may change when a candidate is added that nobody
    would choose. A lead is a difference of scores.
    """

    def utilities(self, values: Sequence[float], sign: int) -> list[float]:
        low, high = min(values), max(values)
        if low == high:
            return [1.0] * len(values)
        worst = low if sign > 0 else high
        return [abs(value - worst) / (high - low) for value in values]

    def slope(self, value: float, values: Sequence[float]) -> float:
        low, high = min(values), max(values)
        return 0.0 if low == high else value / (high - low)

    def score(self, total: float) -> float:
        return total

    def lead(self, difference: float) -> float:
        return difference


LOGARITHMS = Logarithms()


def equation_1(accuracy: float, fps: float, watts: float) -> float:
    """Correctly inferred images per joule; *accuracy* is a fraction."""
    return accuracy * fps / watts


def figure_of_merit(row: Measurement, weights: Weights) -> float | None:
    """The weighted figure of merit of one row; None where a figure that it weighs is unknown."""
    total = 0.0
    for term in TERMS:
        weight = getattr(weights, term.name)
        if weight:
            value = term.value(row)
            if not value:
                return None
            total += weight * term.sign * math.log(value)
    return LOGARITHMS.score(total)
