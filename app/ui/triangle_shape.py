"""The triangle of scenarios on the screen: scenario ↔ point, and room inside convex polygons.

A scenario is (accuracy, throughput, power), all ≥ 0 with sum 1: barycentric coordinates in an
equilateral triangle with accuracy above, low power at the left and throughput at the right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from PyQt5.QtCore import QPointF, QRectF

Scenario3 = tuple[float, float, float]
Polygon = list[QPointF]

_SLOPE = math.sqrt(3) / 2


class Shape:
    """An equilateral triangle, as large as *room* allows and in its middle."""

    def __init__(self, room: QRectF) -> None:
        self.side = max(1.0, min(room.width(), room.height() / _SLOPE))
        height = self.side * _SLOPE
        middle = room.center()
        top, bottom = middle.y() - height / 2, middle.y() + height / 2
        self.accuracy = QPointF(middle.x(), top)
        self.throughput = QPointF(middle.x() + self.side / 2, bottom)
        self.power = QPointF(middle.x() - self.side / 2, bottom)

    @property
    def corners(self) -> Polygon:
        return [self.accuracy, self.throughput, self.power]

    def point(self, scenario: Sequence[float]) -> QPointF:
        """Where *scenario* lies."""
        a, t, p = map(float, scenario)
        return self.accuracy * a + self.throughput * t + self.power * p

    def scenario(self, point: QPointF) -> Scenario3:
        """The scenario at *point*; outside the triangle that of the nearest point inside."""
        found = self._barycentric(point)
        if min(found) < 0:
            sides = pairwise([*self.corners, self.accuracy])
            nearest = (_nearest(point, one, other) for one, other in sides)
            found = self._barycentric(min(nearest, key=lambda other: _distance(point, other)))
        a, t, p = (max(0.0, value) for value in found)
        return a / (a + t + p), t / (a + t + p), p / (a + t + p)

    def contains(self, point: QPointF) -> bool:
        return min(self._barycentric(point)) >= 0

    def _barycentric(self, point: QPointF) -> Scenario3:
        bottom = self.power.y()
        a = (bottom - point.y()) / (bottom - self.accuracy.y())
        t = (point.x() - self.power.x() - a * self.side / 2) / self.side
        return a, t, 1 - a - t


def room_for(polygon: Polygon, width: float, height: float) -> Polygon:
    """Where the centre of an upright *width* × *height* rectangle may lie inside *polygon*.

    A convex polygon, its corners clockwise on the screen; so is the result, empty where nothing
    fits. Every side moves inwards by what the rectangle extends towards it.
    """
    left = polygon
    for start, end in pairwise([*polygon, polygon[0]]):
        inward = QPointF(start.y() - end.y(), end.x() - start.x())
        extent = (abs(inward.x()) * width + abs(inward.y()) * height) / 2
        left = _half(left, inward, QPointF.dotProduct(inward, start) + extent)
        if not left:
            break
    return left


def middle_of(polygon: Polygon) -> QPointF:
    """A point inside a convex *polygon*: the centre of its area, or of its corners."""
    total, x, y = 0.0, 0.0, 0.0
    first = polygon[0]
    for one, other in pairwise(polygon[1:]):
        a, b = one - first, other - first
        area = a.x() * b.y() - a.y() * b.x()
        total += area
        x += area * (a.x() + b.x()) / 3
        y += area * (a.y() + b.y()) / 3
    if abs(total) > 1e-9:
        return first + QPointF(x / total, y / total)
    count = len(polygon)
    return QPointF(sum(p.x() for p in polygon) / count, sum(p.y() for p in polygon) / count)


def hatching(polygon: Polygon, angle: float, spacing: float) -> list[tuple[QPointF, QPointF]]:
    """Lines at *angle* degrees that fill a convex *polygon*, *spacing* pixels apart.

    As lines, not as a pattern brush or a clipped area: SVG files of Qt know neither.
    """
    along = QPointF(math.cos(math.radians(angle)), math.sin(math.radians(angle)))
    across = QPointF(-along.y(), along.x())
    depths = [QPointF.dotProduct(across, corner) for corner in polygon]
    lines = []
    for number in range(math.ceil(min(depths) / spacing), math.floor(max(depths) / spacing) + 1):
        cut = _crossings(polygon, depths, number * spacing)
        if len(cut) >= 2:
            ordered = sorted(cut, key=lambda point: QPointF.dotProduct(along, point))
            lines.append((ordered[0], ordered[-1]))
    return lines


def _crossings(polygon: Polygon, depths: Sequence[float], depth: float) -> Polygon:
    found = []
    closed = [*zip(polygon, depths, strict=True), (polygon[0], depths[0])]
    for (start, here), (end, there) in pairwise(closed):
        if (here - depth) * (there - depth) < 0:
            found.append(start + (end - start) * ((depth - here) / (there - here)))
    return found


def _half(polygon: Polygon, inward: QPointF, limit: float) -> Polygon:
    """The part of *polygon* whose product with *inward* is *limit* or more."""
    kept = []
    sides = [QPointF.dotProduct(inward, corner) - limit for corner in polygon]
    for index, (corner, side) in enumerate(zip(polygon, sides, strict=True)):
        follower, there = polygon[index - len(polygon) + 1], sides[index - len(polygon) + 1]
        if side >= 0:
            kept.append(corner)
        if side * there < 0:
            kept.append(corner + (follower - corner) * (side / (side - there)))
    return kept


def _nearest(point: QPointF, start: QPointF, end: QPointF) -> QPointF:
    """The point of the segment from *start* to *end* that is nearest to *point*."""
    way = end - start
    part = QPointF.dotProduct(point - start, way) / QPointF.dotProduct(way, way)
    return start + way * min(1.0, max(0.0, part))


def _distance(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())
