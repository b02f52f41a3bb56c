"""The map: which candidate is the best in which scenarios, exactly.

With utilities u = (ln Accuracy, ln Throughput, −ln Power) candidate i is the best at the scenarios
R_i = simplex ∩ { w : w·(u_i − u_j) ≥ 0 for every j }: a convex polygon, what is left of the
triangle after one straight cut for each rival. The polygons tile the triangle. A candidate whose
polygon has an area belongs to the *reduced set*: only those "must actually be considered for real
deployment" (Velasco-Montero et al., LNCS 11182, 2018).

Further weights, of memory or latency, are kept in the proportion that the scenario gives them to
the sum of the three: they add a constant to each candidate's merit, and the map is drawn on that
face of the larger simplex.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from models.candidate import Candidate
from models.errors import InputError
from pipelines.selection.eligible import AXES, EXTRAS, find_eligible
from pipelines.selection.measurement import Measurement
from pipelines.selection.merit import LOGARITHMS, Term, Transform
from pipelines.selection.rows import Rejection
from pipelines.selection.scenario import Scenario
from pipelines.selection.simplex import WHOLE, Piece, Point, Vector, difference, whole_numbers

Utility = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Region:
    """The scenarios that *candidate* wins.

    *polygon*: its corners as (accuracy, throughput, power), exact, adding up to 1; two corners
    are an edge, one is a point. *share*: the part of all scenarios, 0 for an edge and a point.
    *tied*: others with exactly the same figures, who win the same.
    """

    candidate: Candidate
    share: Fraction
    polygon: tuple[Point, ...]
    tied: tuple[Candidate, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The region as reports write it."""
        return {
            "candidate": self.candidate.as_dict(),
            "share": float(self.share),
            "polygon": [[float(value) for value in point] for point in self.polygon],
            "tied": [candidate.as_dict() for candidate in self.tied],
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """Who wins at one scenario. *lead*: by what fraction the winner's figure of merit is larger."""

    winner: Candidate
    runner_up: Candidate | None
    lead: float | None


@dataclass(frozen=True, slots=True)
class OptimumMap:
    """The regions, the largest first; *edges* are optimal on an edge or in a point alone.

    *pareto*: the candidates that no other one beats or equals in everything and beats in
    something. *rows* and *utilities* are those of all eligible candidates.
    """

    scenario: Scenario
    regions: tuple[Region, ...]
    edges: tuple[Region, ...]
    pareto: tuple[Candidate, ...]
    rows: tuple[Measurement, ...]
    utilities: tuple[Utility, ...]
    rejected: tuple[Rejection, ...]
    notes: tuple[str, ...]
    transform: Transform = LOGARITHMS

    @property
    def reduced(self) -> tuple[Candidate, ...]:
        """The candidates that win an area, those with the same figures included."""
        return tuple(c for region in self.regions for c in (region.candidate, *region.tied))

    def at(self, point: Sequence[float]) -> Standing:
        """The winner at *point* (accuracy, throughput, power) and the next that differs from it.

        Where several win, the one that is best at equal weights, as `choose` takes it. The lead
        is that of weights with the same sum as the scenario's. There has to be a row.
        """
        totals = [sum(w * u for w, u in zip(point, us, strict=True)) for us in self.utilities]
        best = max(totals)
        winners = [n for n, total in enumerate(totals) if total >= best - 1e-9]
        winner = max(winners, key=lambda n: sum(self.utilities[n]))
        rest = [n for n in range(len(totals)) if n not in winners]
        if not rest:
            return Standing(self.rows[winner].candidate, None, None)
        second = max(rest, key=totals.__getitem__)
        difference = (totals[winner] - totals[second]) * self.scenario.weights.total
        lead = self.transform.lead(difference)
        return Standing(self.rows[winner].candidate, self.rows[second].candidate, lead)

    def as_dict(self) -> dict[str, Any]:
        """The map as reports write it; the shares add up to 1."""
        return {
            "axes": [term.name for term in AXES],
            "regions": [region.as_dict() for region in self.regions],
            "reduced": [candidate.as_dict() for candidate in self.reduced],
            "pareto": [candidate.as_dict() for candidate in self.pareto],
            "edges": [region.as_dict() for region in self.edges],
            "rejected": [rejection.as_dict() for rejection in self.rejected],
            "notes": list(self.notes),
        }


def draw_map(
    table: Sequence[Measurement],
    scenario: Scenario,
    *,
    platform: str | None = None,
    transform: Transform = LOGARITHMS,
) -> OptimumMap:
    """The map of the rows that *scenario* may choose from: its limits hold, its weights do not.

    Raises InputError where the scenario weighs neither accuracy nor throughput nor power.
    """
    if scenario.weights.point is None:
        raise InputError(
            f"scenario {scenario.name}: the map is drawn over accuracy, throughput and power, and "
            f"none of them has a weight"
        )
    field = find_eligible(table, scenario, platform)
    utilities = _utilities(field.rows, field.terms, scenario, transform)
    candidates = [row.candidate for row in field.rows]
    regions, edges, pareto = _regions(candidates, whole_numbers(utilities))
    return OptimumMap(
        scenario,
        regions,
        edges,
        pareto,
        field.rows,
        tuple(utilities),
        field.rejected,
        field.notes,
        transform,
    )


def _utilities(
    rows: Sequence[Measurement],
    terms: Sequence[Term],
    scenario: Scenario,
    transform: Transform,
) -> list[Utility]:
    """Every row's utilities on the map's axes; what is unknown of all rows is 0 for all."""
    columns = {
        term: transform.utilities(
            [value for row in rows if (value := term.value(row)) is not None], term.sign
        )
        for term in terms
        if rows
    }
    nothing = [0.0] * len(rows)
    a, t, p = (columns.get(term, nothing) for term in AXES)
    # On the face drawn the three weights add up to 1, so a constant can be had from each of them.
    offsets = nothing
    for term in EXTRAS:
        weight = getattr(scenario.weights, term.name) / scenario.weights.total
        column = columns.get(term, nothing)
        offsets = [offset + weight * u for offset, u in zip(offsets, column, strict=True)]
    return [(a[n] + offset, t[n] + offset, p[n] + offset) for n, offset in enumerate(offsets)]


def _regions(
    candidates: Sequence[Candidate], vectors: Sequence[Vector]
) -> tuple[tuple[Region, ...], tuple[Region, ...], tuple[Candidate, ...]]:
    """The regions, the optima without an area, and the Pareto set."""
    same: dict[Vector, list[Candidate]] = {}
    for candidate, vector in zip(candidates, vectors, strict=True):
        same.setdefault(vector, []).append(candidate)
    front = _pareto(same)
    # A rival outside the Pareto set cuts nothing off that the one which beats it does not.
    pieces = {vector: _piece(vector, front) for vector in front}
    areas = {vector: piece for vector, piece in pieces.items() if len(piece.corners) > 2}
    slivers = {vector: _piece(vector, list(areas)) for vector in same if vector not in areas}
    regions = [_region(same[vector], piece) for vector, piece in areas.items()]
    edges = [_region(same[vector], piece) for vector, piece in slivers.items() if piece.corners]
    regions.sort(key=lambda region: -region.share)
    pareto = tuple(candidate for vector in front for candidate in same[vector])
    return tuple(regions), tuple(edges), pareto


def _pareto(vectors: Iterable[Vector]) -> list[Vector]:
    """Those of *vectors*, all different, that no other one equals or exceeds in everything."""
    front: list[Vector] = []
    # What beats a vector stands before it in this order.
    for a, t, p in sorted(vectors, reverse=True):
        if not any(t <= other[1] and p <= other[2] for other in front):
            front.append((a, t, p))
    return front


def _piece(vector: Vector, rivals: Iterable[Vector]) -> Piece:
    """Where *vector* is worth as much as every rival, or more."""
    piece = WHOLE
    for rival in rivals:
        if rival != vector:
            piece = piece.clip(difference(vector, rival))
            if not piece.corners:
                break
    return piece


def _region(candidates: Sequence[Candidate], piece: Piece) -> Region:
    return Region(candidates[0], piece.share(), piece.points(), tuple(candidates[1:]))
