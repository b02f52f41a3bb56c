"""The choice: a ranking by the figure of merit that says why, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.candidate import Candidate
from pipelines.selection.eligible import AXES, Eligible, find_eligible
from pipelines.selection.measurement import Measurement
from pipelines.selection.merit import LOGARITHMS, Transform
from pipelines.selection.rows import Rejection
from pipelines.selection.scenario import Scenario, Weights
from pipelines.selection.uncertainty import Z95, relative_errors

# Sums of the same figures differ by rounding at most; a billionth is less than any measurement.
_EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Ranked:
    """One place of the ranking."""

    measurement: Measurement
    score: float

    @property
    def candidate(self) -> Candidate:
        return self.measurement.candidate


@dataclass(frozen=True, slots=True)
class Margin:
    """How far the first is ahead of the first that it does not tie with.

    *lead* is what the transform makes of the difference: for the weighted figure of merit the
    fraction by which it is larger. *ci95* is its 95 % interval, None where an uncertainty is not
    known. *certain*: whether the lead is more than the measurements' uncertainty.
    """

    runner_up: Candidate
    lead: float
    ci95: tuple[float, float] | None

    @property
    def certain(self) -> bool | None:
        return None if self.ci95 is None else self.ci95[0] > 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What a scenario chooses, and its account.

    *candidate* is None where nothing is left to choose from. *tie* has all that share the first
    place, the chosen one included, and is empty where it stands alone. *margin* is None where
    there is no second. *notes* say in sentences what else one should know.
    """

    scenario: Scenario
    ranking: tuple[Ranked, ...]
    rejected: tuple[Rejection, ...]
    tie: tuple[Candidate, ...] = ()
    margin: Margin | None = None
    notes: tuple[str, ...] = ()

    @property
    def candidate(self) -> Candidate | None:
        return self.ranking[0].candidate if self.ranking else None

    @property
    def score(self) -> float | None:
        return self.ranking[0].score if self.ranking else None

    def as_dict(self) -> dict[str, Any]:
        """The choice as reports write it."""
        margin = self.margin
        return {
            "scenario": self.scenario.name,
            "candidate": self.candidate.as_dict() if self.candidate else None,
            "score": self.score,
            "ranking": [
                {"candidate": place.candidate.as_dict(), "score": place.score}
                for place in self.ranking
            ],
            "rejected": [rejection.as_dict() for rejection in self.rejected],
            "tie": [candidate.as_dict() for candidate in self.tie],
            "margin": margin
            and {
                "runner_up": margin.runner_up.as_dict(),
                "lead": margin.lead,
                "ci95": margin.ci95 and list(margin.ci95),
                "certain": margin.certain,
            },
            "notes": list(self.notes),
        }


def choose(
    table: Sequence[Measurement],
    scenario: Scenario,
    *,
    platform: str | None = None,
    transform: Transform = LOGARITHMS,
    beside: Mapping[Candidate, float] | None = None,
) -> Choice:
    """Rank the rows of *table* that compare by the figure of merit of *scenario*.

    *platform*: whose rows to take where the table has rows of several. *beside*: utility that a
    candidate has for others; it counts in the order and in the margin, not in the score. Where
    candidates tie, the one that is best at equal weights stands first, so that a weight of 0
    costs nothing.
    """
    field = find_eligible(table, scenario, platform)
    if not field.rows:
        return Choice(scenario, (), field.rejected, notes=field.notes)
    columns = [[_known(term.value(row)) for row in field.rows] for term in field.terms]
    utilities = [
        transform.utilities(column, term.sign)
        for column, term in zip(columns, field.terms, strict=True)
    ]
    own = _totals(utilities, [getattr(scenario.weights, term.name) for term in field.terms])
    more = beside or {}
    totals = [u + more.get(row.candidate, 0.0) for u, row in zip(own, field.rows, strict=True)]
    balanced = _totals(utilities, [float(term in AXES) for term in field.terms])
    best = max(totals)
    order = sorted(range(len(totals)), key=lambda n: (-min(totals[n], best - _EQUAL), -balanced[n]))
    ties = [n for n in order if totals[n] >= best - _EQUAL]
    first, second = order[0], next(iter(order[len(ties) :]), None)
    margin = None
    if second is not None:
        spread = _spread(field, columns, scenario.weights, transform, first, second)
        margin = _margin(field.rows[second], totals[first] - totals[second], spread, transform)
    return Choice(
        scenario,
        tuple(Ranked(field.rows[n], transform.score(own[n])) for n in order),
        field.rejected,
        tuple(field.rows[n].candidate for n in ties) if len(ties) > 1 else (),
        margin,
        (*field.notes, *_weightless(field, scenario)),
    )


def _known(value: float | None) -> float:
    assert value is not None  # eligible rows have every term
    return value


def _totals(utilities: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    totals = [0.0] * len(utilities[0])
    for column, weight in zip(utilities, weights, strict=True):
        if weight:
            totals = [total + weight * u for total, u in zip(totals, column, strict=True)]
    return totals


def _spread(
    field: Eligible,
    columns: Sequence[Sequence[float]],
    weights: Weights,
    transform: Transform,
    first: int,
    second: int,
) -> float | None:
    """The standard error of the difference of two totals; None where one is not known."""
    variance = 0.0
    for term, column in zip(field.terms, columns, strict=True):
        weight = getattr(weights, term.name)
        if not weight:
            continue
        errors = relative_errors(field.rows[first], field.rows[second], term.name)
        if errors is None:
            return None
        for index, error in zip((first, second), errors, strict=True):
            variance += (weight * transform.slope(column[index], column) * error) ** 2
    return math.sqrt(variance)


def _margin(
    runner_up: Measurement, difference: float, spread: float | None, transform: Transform
) -> Margin:
    lead = transform.lead(difference)
    if spread is None:
        return Margin(runner_up.candidate, lead, None)
    ends = (transform.lead(difference + sign * Z95 * spread) for sign in (-1, 1))
    return Margin(runner_up.candidate, lead, (next(ends), next(ends)))


def _weightless(field: Eligible, scenario: Scenario) -> list[str]:
    if any(getattr(scenario.weights, term.name) for term in field.terms):
        return []
    return ["nothing that the scenario weighs is known, so all tie and equal weights decide"]
