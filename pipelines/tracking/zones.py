"""Zones: polygons in the picture, and which of them a thing stands in.

Points are fractions of the picture, (0, 0) its upper left and (1, 1) its lower right corner, so
that a zone stays where it is when the camera delivers another size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from models.detection import Detection

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon with a name, for things of *labels* only, or of any for ()."""

    name: str
    points: tuple[Point, ...]
    labels: tuple[str, ...] = ()


def zones_of(zones: Iterable[Zone], found: Detection, width: int, height: int) -> tuple[str, ...]:
    """The names of *zones* that *found* stands in, in a picture of *width* × *height* pixels.

    A thing stands where the middle of its box's lower side is, which is also where people, vehicles
    and parcels touch the ground. What has no box stands nowhere.
    """
    if found.box is None:
        return ()
    # A box that reaches beyond the picture's lower edge stands on that edge.
    x = (found.box.left + found.box.right) / 2 / width
    y = min(found.box.bottom / height, 1.0)
    return tuple(
        zone.name
        for zone in zones
        if (not zone.labels or found.label in zone.labels) and contains(zone.points, (x, y))
    )


def contains(points: Sequence[Point], point: Point) -> bool:
    """Whether *point* is in the polygon of *points*, its edge included; by the even-odd rule.

    A ray to the right crosses the edge an odd number of times from inside (Shimrat, "Algorithm
    112: Position of point relative to polygon", Communications of the ACM 5(8), 1962).
    """
    inside, y = False, point[1]
    for a, b in _edges(points):
        side = _side(a, b, point)
        if side == 0 and _in_span(a, b, point):
            return True
        # Half-open in y, so that a ray through a corner counts the corner once.
        if (a[1] > y) != (b[1] > y) and (side > 0) == (b[1] > a[1]):
            inside = not inside
    return inside


def crosses_itself(points: Sequence[Point]) -> bool:
    """Whether two sides of the polygon meet anywhere but in the corner that neighbours share."""
    edges = list(_edges(points))
    if len(edges) == 3:
        return _side(*points) == 0
    # Where neighbours lie on each other, one of them also meets the other's next neighbour.
    return any(
        _meet(*edges[i], *edges[j])
        for i, j in combinations(range(len(edges)), 2)
        if 1 < j - i < len(edges) - 1
    )


def _edges(points: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    return zip(points, [*points[1:], points[0]], strict=True)


def _side(a: Point, b: Point, p: Point) -> float:
    """On which side of the line from *a* to *b* point *p* lies; 0 on it."""
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the edges from *a* to *b* and from *c* to *d* have a point in common."""
    if _between_sides(a, b, c, d) and _between_sides(c, d, a, b):
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(_side(one, other, p) == 0 and _in_span(one, other, p) for one, other, p in ends)


def _between_sides(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether *c* and *d* lie on opposite sides of the line from *a* to *b*."""
    one, other = _side(a, b, c), _side(a, b, d)
    return (one < 0 < other) or (other < 0 < one)


def _in_span(a: Point, b: Point, p: Point) -> bool:
    """Whether *p* lies in the upright rectangle that *a* and *b* span."""
    return all(min(u, v) <= w <= max(u, v) for u, v, w in zip(a, b, p, strict=True))
