"""Questions to a drawn map, answered exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from models.candidate import Candidate
from pipelines.selection.regions import OptimumMap, Region
from pipelines.selection.simplex import Point, Vector, whole_numbers


def exact(drawn: OptimumMap) -> dict[Candidate, Vector]:
    """Every candidate's utilities as whole numbers, all scaled by the same factor."""
    candidates = [row.candidate for row in drawn.rows]
    return dict(zip(candidates, whole_numbers(drawn.utilities), strict=True))


def worth(utility: Vector, point: Sequence[Fraction]) -> int:
    """A utility at *point*, exact but for a factor that depends on the point alone."""
    scale = math.lcm(*(Fraction(value).denominator for value in point))
    return sum(u * int(value * scale) for u, value in zip(utility, point, strict=True))


def wins(drawn: OptimumMap, candidate: Candidate, point: Sequence[Fraction]) -> bool:
    """Whether nobody is better than *candidate* at *point*, exactly."""
    utilities = exact(drawn)
    own = worth(utilities[candidate], point)
    return all(worth(other, point) <= own for other in utilities.values())


def won_by(drawn: OptimumMap, candidate: Candidate) -> Region | None:
    """The region of *candidate*, alone or tied."""
    for region in drawn.regions:
        if candidate in (region.candidate, *region.tied):
            return region
    return None


def share(drawn: OptimumMap, candidate: Candidate) -> Fraction:
    region = won_by(drawn, candidate)
    return region.share if region else Fraction(0)


def centre(polygon: Sequence[Point]) -> tuple[Fraction, ...]:
    return tuple(sum(axis, Fraction(0)) / len(polygon) for axis in zip(*polygon, strict=True))


def holds(region: Region, point: tuple[Fraction, ...]) -> bool:
    """Whether *point* lies in *region* or on its border."""
    corners = [*region.polygon, region.polygon[0]]
    sides = [
        (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
        for a, b in pairwise(corners)
    ]
    return all(side >= 0 for side in sides) or all(side <= 0 for side in sides)
