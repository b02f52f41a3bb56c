from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtCore import QPointF, QRectF

from app.ui.triangle_shape import Polygon, Shape, hatching, middle_of, room_for

SHAPE = Shape(QRectF(10, 20, 400, 300))
COORDINATES = st.floats(-500, 1000)


def polygon(*corners: tuple[float, float]) -> Polygon:
    return [QPointF(*corner) for corner in corners]


SQUARE = polygon((0, 0), (10, 0), (10, 10), (0, 10))


def test_the_triangle_is_equilateral_and_fits() -> None:
    a, t, p = SHAPE.corners
    sides = [math.dist((m.x(), m.y()), (n.x(), n.y())) for m, n in ((a, t), (t, p), (p, a))]
    assert sides == pytest.approx([SHAPE.side] * 3)
    assert QRectF(10, 20, 400, 300).contains(QRectF(p, QPointF(t.x(), a.y())).normalized())
    assert a.y() < p.y() == t.y()
    assert p.x() < a.x() < t.x()


def test_corners_are_the_extremes() -> None:
    assert SHAPE.point((1, 0, 0)) == SHAPE.accuracy
    assert SHAPE.scenario(SHAPE.throughput) == pytest.approx((0, 1, 0))
    assert SHAPE.scenario(SHAPE.power) == pytest.approx((0, 0, 1))


@given(st.tuples(*[st.floats(0.001, 1)] * 3))
def test_there_and_back(three: tuple[float, float, float]) -> None:
    scenario = tuple(value / sum(three) for value in three)
    assert SHAPE.scenario(SHAPE.point(scenario)) == pytest.approx(scenario, abs=1e-9)


@given(COORDINATES, COORDINATES)
def test_a_point_outside_is_taken_to_the_nearest_inside(x: float, y: float) -> None:
    point = QPointF(x, y)
    scenario = SHAPE.scenario(point)
    assert sum(scenario) == pytest.approx(1)
    assert min(scenario) >= 0
    found = SHAPE.point(scenario)
    reached = math.dist((x, y), (found.x(), found.y()))
    steps = [number / 60 for number in range(61)]
    for a, b in zip(SHAPE.corners, [*SHAPE.corners[1:], SHAPE.corners[0]], strict=True):
        for way in steps:
            other = a + (b - a) * way
            nearer = math.dist((x, y), (other.x(), other.y()))
            assert SHAPE.contains(point) or reached <= nearer + 1e-6


@pytest.mark.parametrize(
    ("width", "height", "corners"),
    [
        (4, 2, {(2, 1), (8, 1), (8, 9), (2, 9)}),
        (10, 10, {(5, 5)}),
        (11, 1, set()),
        (1, 11, set()),
    ],
)
def test_room_for_a_rectangle_in_a_square(
    width: float, height: float, corners: set[tuple[float, float]]
) -> None:
    assert {(p.x(), p.y()) for p in room_for(SQUARE, width, height)} == corners


@given(st.floats(1, 200), st.floats(1, 200))
def test_whatever_has_room_lies_inside(width: float, height: float) -> None:
    for centre in room_for(SHAPE.corners, width, height):
        for dx, dy in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
            corner = centre + QPointF(dx * width / 2, dy * height / 2)
            inside = corner + (middle_of(SHAPE.corners) - corner) * 1e-6
            assert SHAPE.contains(inside)


def test_the_middle_is_that_of_the_area() -> None:
    assert middle_of(SQUARE) == QPointF(5, 5)
    # A corner more on a side moves nothing.
    assert middle_of(polygon((0, 0), (5, 0), (10, 0), (10, 10), (0, 10))) == QPointF(5, 5)
    assert middle_of(polygon((0, 0), (4, 2))) == QPointF(2, 1)


@pytest.mark.parametrize(("angle", "count"), [(0, 4), (90, 4), (45, 7), (-45, 6)])
def test_hatching_fills_the_polygon(angle: float, count: int) -> None:
    square = polygon((0.1, 0.1), (10.1, 0.1), (10.1, 10.1), (0.1, 10.1))
    lines = hatching(square, angle, 2.3)
    assert len(lines) == count
    box = QRectF(0.1, 0.1, 10, 10).adjusted(-1e-6, -1e-6, 1e-6, 1e-6)
    for start, end in lines:
        assert box.contains(start)
        assert box.contains(end)
        way = end - start
        assert math.degrees(math.atan2(way.y(), way.x())) == pytest.approx(angle, abs=1e-6)
