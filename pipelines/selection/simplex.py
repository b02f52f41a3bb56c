"""Convex pieces of the triangle of scenarios, cut exactly.

A scenario (a, t, p), all ≥ 0 with sum 1, is taken as a ray of the positive octant, so every
point and every cut is a vector of whole numbers. A corner is the cross product of the two cuts
that meet in it: however often a piece is cut, its numbers never grow beyond that, and no sign is
ever wrong.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

Vector = tuple[int, int, int]
Point = tuple[Fraction, Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Piece:
    """A convex piece: a polygon, or what is left of one: a segment, a point, nothing.

    *corners* go round in one sense. *cuts*[i] is the inner normal of the side from corner i to
    the next; a segment has the one cut it lies on, a point none.
    """

    corners: tuple[Vector, ...]
    cuts: tuple[Vector, ...]

    def clip(self, cut: Vector) -> Piece:
        """The part of this piece where w·*cut* ≥ 0."""
        sides = [_dot(cut, corner) for corner in self.corners]
        if all(side >= 0 for side in sides):
            return self
        if len(self.corners) > 2 and any(side > 0 for side in sides):
            return self._cut_polygon(cut, sides)
        if len(self.corners) == 2 and any(side > 0 for side in sides):
            (line,) = self.cuts
            kept = self.corners[sides[1] > 0]
            return Piece((kept, _meet(line, cut)), (line,))
        left = tuple(c for c, side in zip(self.corners, sides, strict=True) if side == 0)
        return Piece(left, (cut,) if len(left) == 2 else ())

    def _cut_polygon(self, cut: Vector, sides: Sequence[int]) -> Piece:
        corners, cuts = [], []
        for index, (corner, own) in enumerate(zip(self.corners, self.cuts, strict=True)):
            here, there = sides[index], sides[(index + 1) % len(sides)]
            if here >= 0:
                corners.append(corner)
                cuts.append(cut if here == 0 and there < 0 else own)
            if here * there < 0:
                corners.append(_meet(own, cut))
                cuts.append(cut if here > 0 else own)
        return Piece(tuple(corners), tuple(cuts))

    def share(self) -> Fraction:
        """The part of the triangle's area that the piece takes."""
        if len(self.corners) < 3:
            return Fraction(0)
        # In barycentric coordinates a triangle's share is its corners' determinant.
        first, *rest = self.corners
        return sum(
            (
                Fraction(abs(_dot(first, _cross(one, other))), sum(first) * sum(one) * sum(other))
                for one, other in pairwise(rest)
            ),
            Fraction(0),
        )

    def points(self) -> tuple[Point, ...]:
        """The corners as scenarios, coordinates adding up to 1."""
        return tuple(
            (Fraction(a, a + t + p), Fraction(t, a + t + p), Fraction(p, a + t + p))
            for a, t, p in self.corners
        )


WHOLE = Piece(((1, 0, 0), (0, 1, 0), (0, 0, 1)), ((0, 0, 1), (1, 0, 0), (0, 1, 0)))


def whole_numbers(rows: Sequence[Sequence[float]]) -> list[Vector]:
    """Triples of floats as triples of whole numbers, exactly, all scaled by the same factor."""
    ratios = [[value.as_integer_ratio() for value in row] for row in rows]
    scale = max((denominator for row in ratios for _, denominator in row), default=1)
    scaled = []
    for row in ratios:
        # Floats' denominators are powers of two, so the largest is a multiple of all.
        a, t, p = (numerator * (scale // denominator) for numerator, denominator in row)
        scaled.append((a, t, p))
    return scaled


def difference(one: Vector, other: Vector) -> Vector:
    """The cut on whose inner side *one* is worth more than *other*."""
    return one[0] - other[0], one[1] - other[1], one[2] - other[2]


def _dot(one: Vector, other: Vector) -> int:
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def _cross(one: Vector, other: Vector) -> Vector:
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )


def _meet(one: Vector, other: Vector) -> Vector:
    """The ray in which two cuts meet, on the side of the triangle and in lowest terms."""
    a, t, p = _cross(one, other)
    divisor = math.gcd(a, t, p) if a + t + p > 0 else -math.gcd(a, t, p)
    return a // divisor, t // divisor, p // divisor
