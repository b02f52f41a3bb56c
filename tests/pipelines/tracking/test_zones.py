"""Which zone a thing stands in, against OpenCV and against exact numbers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.detection import Box, Detection
from pipelines.tracking.zones import Zone, contains, crosses_itself, zones_of

# Whole numbers, with which OpenCV computes exactly; near each other, so that points on edges, on
# corners and level with corners are common.
places = st.tuples(st.integers(0, 12), st.integers(0, 12))
polygons = st.lists(places, min_size=3, max_size=7)
SQUARE = ((0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6))


@given(polygons, places)
def test_inside_is_where_opencv_says(points: list[tuple[int, int]], point: tuple[int, int]) -> None:
    assume(not crosses_itself(points))
    distance = cv2.pointPolygonTest(np.array(points, np.int32), point, measureDist=False)
    assert contains(points, point) == (distance >= 0)


@given(polygons, places, st.integers(0, 6))
def test_where_a_polygon_begins_and_which_way_it_goes_makes_no_difference(
    points: list[tuple[int, int]], point: tuple[int, int], first: int
) -> None:
    turned = points[first % len(points) :] + points[: first % len(points)]
    assert contains(points, point) == contains(turned, point) == contains(turned[::-1], point)
    assert crosses_itself(points) == crosses_itself(turned) == crosses_itself(turned[::-1])


@given(st.lists(st.floats(0, 6.28), min_size=3, max_size=12, unique=True))
def test_corners_in_order_around_a_middle_never_cross(angles: list[float]) -> None:
    angles = sorted({round(angle, 2) for angle in angles})
    assume(len(angles) >= 3)
    assert not crosses_itself([(np.cos(angle), np.sin(angle)) for angle in angles])


def drawn_edges_meet(points: list[tuple[int, int]]) -> bool:
    """Edges as exact sets of the fractions at which another one passes, in rational numbers."""
    from fractions import Fraction

    def meets(
        a: tuple[int, int], b: tuple[int, int], c: tuple[int, int], d: tuple[int, int]
    ) -> bool:
        ux, uy, vx, vy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
        wx, wy = c[0] - a[0], c[1] - a[1]
        det = ux * vy - uy * vx
        if det:
            t, s = Fraction(wx * vy - wy * vx, det), Fraction(wx * uy - wy * ux, det)
            return 0 <= t <= 1 and 0 <= s <= 1
        if wx * uy - wy * ux or wx * vy - wy * vx:
            return False
        # On one line: their spans overlap in both directions.
        return all(
            max(min(a[k], b[k]), min(c[k], d[k])) <= min(max(a[k], b[k]), max(c[k], d[k]))
            for k in (0, 1)
        )

    edges = list(zip(points, points[1:] + points[:1], strict=True))
    return any(
        meets(*edges[i], *edges[j])
        for i in range(len(edges))
        for j in range(i + 2, len(edges))
        if (i, j) != (0, len(edges) - 1)
    )


@given(st.lists(places, min_size=4, max_size=7, unique=True))
def test_edges_that_are_no_neighbours_meet_where_exact_numbers_say(
    points: list[tuple[int, int]],
) -> None:
    if drawn_edges_meet(points):
        assert crosses_itself(points)
    else:
        # What is left are neighbours that run back over each other.
        corners = zip(points[-1:] + points[:-1], points, points[1:] + points[:1], strict=True)
        folded = any(
            (a[0] - b[0]) * (c[1] - b[1]) == (a[1] - b[1]) * (c[0] - b[0])
            and (a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1]) > 0
            for a, b, c in corners
        )
        assert crosses_itself(points) == folded


@pytest.mark.parametrize(
    ("points", "crosses"),
    [
        (((0, 0), (1, 0), (1, 1), (0, 1)), False),
        (((0, 0), (1, 1), (1, 0), (0, 1)), True),  # a bow tie
        (((0, 0), (1, 0), (0.5, 0)), True),  # a line
        (((0, 0), (0, 0), (1, 1)), True),  # a corner twice
        (((0, 0), (2, 0), (2, 2), (1, 0), (0, 2)), True),  # a corner on another edge
        (((0, 0), (1, 0), (2, 0), (2, 2)), False),  # a corner in the middle of a side
    ],
)
def test_a_polygon_that_crosses_itself_is_known(
    points: tuple[tuple[float, float], ...], crosses: bool
) -> None:
    assert crosses_itself(points) is crosses


def test_a_thing_stands_where_the_middle_of_its_lower_side_is() -> None:
    zones = (Zone("door", SQUARE), Zone("all", ((0, 0), (1, 0), (1, 1), (0, 1))))
    # 200 × 100 pixels: the foot is at (80, 50), the box's middle at (80, 10).
    person = Detection("person", 0.9, Box(60, -30, 100, 50))
    assert zones_of(zones, person, 200, 100) == ("door", "all")
    above = Detection("person", 0.9, Box(60, -50, 100, 10))
    assert zones_of(zones, above, 200, 100) == ("all",)


def test_what_reaches_below_the_picture_stands_on_its_edge() -> None:
    zones = (Zone("all", ((0, 0), (1, 0), (1, 1), (0, 1))),)
    assert zones_of(zones, Detection("person", 0.9, Box(0, 0, 10, 130)), 100, 100) == ("all",)


def test_a_zone_is_for_its_labels_only() -> None:
    zones = (Zone("door", SQUARE, ("person", "dog")), Zone("any", SQUARE))
    cat, dog = (Detection(label, 0.9, Box(30, 30, 50, 50)) for label in ("cat", "dog"))
    assert zones_of(zones, cat, 100, 100) == ("any",)
    assert zones_of(zones, dog, 100, 100) == ("door", "any")


def test_what_has_no_box_stands_nowhere() -> None:
    assert zones_of((Zone("door", SQUARE),), Detection("street", 0.9), 100, 100) == ()
