"""Which rows of a table may be ranked against each other, and why the others may not."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.candidate import Candidate
from models.manifest import Task
from pipelines.selection.measurement import Measurement, Metric
from pipelines.selection.merit import TERMS, Term
from pipelines.selection.rows import Rejection
from pipelines.selection.scenario import Scenario

# The map's axes count whatever they weigh, so that a choice always agrees with the map.
AXES, EXTRAS = TERMS[:3], TERMS[3:]

_DOES = {"detect": "detects objects", "classify": "classifies whole images"}


@dataclass(frozen=True, slots=True)
class Eligible:
    """The rows to rank, one per candidate, all of one task, metric, platform and kind of watts.

    *terms* are the known ones of the figures that count; *notes* say in sentences what else one
    should know of the ranking.
    """

    rows: tuple[Measurement, ...]
    terms: tuple[Term, ...]
    rejected: tuple[Rejection, ...]
    notes: tuple[str, ...]


def find_eligible(
    rows: Sequence[Measurement], scenario: Scenario, platform: str | None = None
) -> Eligible:
    """What *scenario* may choose from: of *rows* that compare, the largest group within its limits.

    Where there are rows of *platform*, the group is one of theirs. Of a candidate measured
    several times the newest row counts.
    """
    sieve = _Sieve(rows)
    sieve.keep(_faulty)
    if scenario.task is not None:
        sieve.keep(lambda row: _other_task(row, scenario.task, "was asked for"))
    if not sieve.rows:
        return Eligible((), AXES, sieve.rejected(), ())
    kind = _largest(sieve.rows, platform)
    sieve.keep(kind.differs)
    sieve.keep_newest()
    terms, notes = _known_terms(sieve, scenario)
    sieve.keep(lambda row: _beyond_limits(row, scenario))
    notes = [*kind.notes(), *notes, *_declared(sieve.rows)]
    return Eligible(tuple(sieve.rows), terms, sieve.rejected(), tuple(notes))


class _Sieve:
    """Rows that tests drop one after the other, each with its reason."""

    def __init__(self, rows: Sequence[Measurement]) -> None:
        self._kept = list(enumerate(rows))
        self._dropped: list[tuple[int, Rejection]] = []

    @property
    def rows(self) -> list[Measurement]:
        return [row for _, row in self._kept]

    def keep(self, test: Callable[[Measurement], str | None]) -> None:
        """Keep the rows for which *test* has no reason against them."""
        self._sift([test(row) for _, row in self._kept])

    def keep_newest(self) -> None:
        """Keep each candidate's newest row, of those without a date the last."""
        dated = sorted(self._kept, key=lambda pair: pair[1].measured_at or "")
        newest = {row.candidate: number for number, row in dated}
        older = "measured again: the newer row counts"
        self._sift([None if newest[row.candidate] == n else older for n, row in self._kept])

    def _sift(self, reasons: Sequence[str | None]) -> None:
        pairs = list(zip(self._kept, reasons, strict=True))
        self._kept = [numbered for numbered, reason in pairs if reason is None]
        self._dropped += [
            (number, Rejection(row.candidate, reason)) for (number, row), reason in pairs if reason
        ]

    def rejected(self) -> tuple[Rejection, ...]:
        """What was dropped, in the order of the table."""
        return tuple(rejection for _, rejection in sorted(self._dropped, key=lambda pair: pair[0]))


class _Kind(NamedTuple):
    """What rows must have in common to be ranked together."""

    task: Task
    platform: str
    metric: Metric | None
    power: tuple[str, ...] | None

    @classmethod
    def of(cls, row: Measurement) -> _Kind:
        power = row.power
        return cls(
            row.task,
            row.platform,
            row.metric if row.accuracy is not None else None,
            (power.kind, power.scope, power.source) if power else None,
        )

    def differs(self, row: Measurement) -> str | None:
        """Why *row* is of another kind; None where it is not."""
        other = _Kind.of(row)
        if other == self:
            return None
        if reason := _other_task(row, self.task, "is ranked"):
            return reason
        if other.platform != self.platform:
            return f"measured on another platform: {_or_unnamed(other.platform)}"
        if other.metric != self.metric:
            return f"its accuracy is {_metric(other)}, that of the ranking is {_metric(self)}"
        return f"its power is {_provenance(other)}, that of the ranking is {_provenance(self)}"

    def notes(self) -> list[str]:
        notes = []
        if self.power and self.power[0] == "modelled":
            notes.append("the watts are modelled, not measured")
        if not self.platform:
            notes.append("the table does not name its platform; its rows are taken to be of one")
        return notes


def _largest(rows: Sequence[Measurement], platform: str | None) -> _Kind:
    """The kind of most candidates; of equals what was measured, then what stands first."""
    groups: dict[_Kind, set[Candidate]] = defaultdict(set)
    for row in rows:
        groups[_Kind.of(row)].add(row.candidate)
    kinds = [kind for kind in groups if kind.platform == platform] or list(groups)
    trust = {"measured": 2, "modelled": 1}
    return max(
        kinds, key=lambda kind: (len(groups[kind]), trust[kind.power[0]] if kind.power else 0)
    )


def _known_terms(sieve: _Sieve, scenario: Scenario) -> tuple[tuple[Term, ...], list[str]]:
    """The terms to rank by; a row that lacks what others have is dropped."""
    extras = tuple(term for term in EXTRAS if getattr(scenario.weights, term.name) > 0)
    known, unknown = [], []
    for term in (*AXES, *extras):
        if any(term.value(row) is not None for row in sieve.rows):
            known.append(term)
            sieve.keep(lambda row, term=term: _lacks(row, term))  # type: ignore[misc]
        else:
            unknown.append(term.name)
    if not unknown:
        return tuple(known), []
    names = " and ".join(term.name for term in known)
    verb = "is" if len(unknown) == 1 else "are"
    return tuple(known), [f"{' and '.join(unknown)} {verb} unknown: ranked by {names} alone"]


def _declared(rows: Sequence[Measurement]) -> list[str]:
    count = sum(row.accuracy_source == "declared" for row in rows)
    if not count:
        return []
    return [f"{count} of {len(rows)} accuracies are declared, not measured"]


def _lacks(row: Measurement, term: Term) -> str | None:
    return f"its {term.name} is unknown" if term.value(row) is None else None


def _faulty(row: Measurement) -> str | None:
    for term in TERMS:
        value = term.value(row)
        if value is not None and not 0 < value < math.inf:
            return f"its {term.name} is {value}: expected a number above 0"
    if row.accuracy is not None and row.accuracy > 1:
        return f"its accuracy is {row.accuracy}: expected a fraction"
    return None


def _other_task(row: Measurement, task: Task | None, wanted: str) -> str | None:
    if row.task == task or task is None:
        return None
    return f"it {_DOES[row.task]}; what {_DOES[task]} {wanted}"


def _beyond_limits(row: Measurement, scenario: Scenario) -> str | None:
    least, fps, most = scenario.min_accuracy, scenario.min_fps, scenario.max_power_w
    if least is not None and row.accuracy is None:
        return f"its accuracy is unknown, and at least {least:.4g} is asked for"
    if least is not None and row.accuracy is not None and row.accuracy < least:
        return f"accuracy {row.accuracy:.4g} is under the {least:.4g} asked for"
    if fps is not None and row.fps < fps:
        return f"{row.fps:.4g} fps is under the {fps:.4g} fps asked for"
    if most is not None and row.power is None:
        return f"its power is unknown, and at most {most:.4g} W is allowed"
    if most is not None and row.power is not None and row.power.watts > most:
        return f"{row.power.watts:.4g} W is over the {most:.4g} W allowed"
    return None


def _or_unnamed(platform: str) -> str:
    return platform or "one that is not named"


def _metric(kind: _Kind) -> str:
    return kind.metric or "unknown"


def _provenance(kind: _Kind) -> str:
    if kind.power is None:
        return "unknown"
    power, *where = kind.power
    return f"{power} ({', '.join(filter(None, where))})"
