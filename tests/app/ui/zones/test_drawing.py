"""Zones while they are drawn: what each press, key and drag makes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.zones.drawing import Drawing, Fault
from pipelines.tracking.zones import Point, Zone, crosses_itself

SQUARE = ((0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6))
REACH = (0.02, 0.03)


@pytest.fixture
def drawing() -> Drawing:
    return Drawing(
        [Zone("door", SQUARE), Zone("yard", ((0.7, 0.1), (0.9, 0.1), (0.8, 0.4)))], "zone"
    )


def press(drawing: Drawing, *points: Point) -> Fault | None:
    fault = None
    for point in points:
        fault = drawing.press(point, REACH)
        drawing.drop()
    return fault


def test_corners_become_a_zone_with_a_name_of_its_own() -> None:
    drawing = Drawing([], "zone")
    press(drawing, (0.1, 0.1), (0.5, 0.1), (0.5, 0.5))
    assert drawing.zones == []
    assert drawing.close() is None
    assert drawing.zones == [Zone("zone 1", ((0.1, 0.1), (0.5, 0.1), (0.5, 0.5)))]
    assert drawing.zone == drawing.zones[0]
    drawing.describe("door", ("person",))
    press(drawing, (0.6, 0.6), (0.9, 0.6), (0.9, 0.9), (0.61, 0.61))  # the first corner again
    assert [(zone.name, zone.labels) for zone in drawing.zones] == [
        ("door", ("person",)),
        ("zone 1", ()),
    ]
    assert len(drawing.zones[1].points) == 3


def test_what_is_no_zone_stays_open() -> None:
    drawing = Drawing([], "zone")
    press(drawing, (0, 0), (1, 1))
    assert drawing.close() is Fault.TOO_FEW
    press(drawing, (1, 0), (0, 1))
    assert drawing.close() is Fault.CROSSING
    drawing.remove()
    assert drawing.close() is None
    assert drawing.zones[0].points == ((0, 0), (1, 1), (1, 0))


def test_a_press_beside_the_picture_is_one_on_its_edge() -> None:
    drawing = Drawing([], "zone")
    press(drawing, (-0.2, 0.5), (0.5, 1.7), (1.2, 0.5))
    drawing.close()
    assert drawing.zones[0].points == ((0, 0.5), (0.5, 1), (1, 0.5))


def test_a_corner_is_taken_and_dragged(drawing: Drawing) -> None:
    assert drawing.press((0.59, 0.61), REACH) is None
    assert (drawing.chosen, drawing.corner) == (0, 2)
    drawing.drag((0.7, 0.7))
    assert drawing.zones[0].points[2] == pytest.approx((0.71, 0.69))
    drawing.drag((0.75, 1.2))
    assert drawing.drop() is None
    assert drawing.zones[0].points[2] == pytest.approx((0.76, 1.0))
    drawing.drag((0.1, 0.1))  # it was let go
    assert drawing.zones[0].points[2] == pytest.approx((0.76, 1.0))


def test_a_drag_that_makes_the_sides_cross_is_taken_back(drawing: Drawing) -> None:
    drawing.press((0.6, 0.6), REACH)
    drawing.drag((0.4, 0.0))
    assert drawing.drop() is Fault.CROSSING
    assert drawing.zones[0].points == SQUARE


def test_a_press_into_a_zone_chooses_it_unless_a_new_one_was_begun(drawing: Drawing) -> None:
    press(drawing, (0.4, 0.4))
    assert (drawing.chosen, drawing.corner, drawing.open) == (0, None, [])
    drawing.begin()
    press(drawing, (0.4, 0.4), (0.5, 0.4), (0.5, 0.5))
    assert len(drawing.open) == 3
    assert drawing.give_up()
    assert not drawing.give_up()
    assert len(drawing.zones) == 2


def test_removing_takes_the_corner_then_the_zone(drawing: Drawing) -> None:
    press(drawing, (0.6, 0.2))
    drawing.remove()
    assert drawing.zones[0].points == ((0.2, 0.2), (0.6, 0.6), (0.2, 0.6))
    drawing.remove()  # two corners are no zone
    assert [zone.name for zone in drawing.zones] == ["yard"]
    drawing.remove()  # nothing is chosen
    assert len(drawing.zones) == 1
    press(drawing, (0.8, 0.2))
    drawing.remove()
    assert drawing.zones == []


def test_everything_can_be_done_without_a_pointer(drawing: Drawing) -> None:
    drawing.step()
    assert (drawing.chosen, drawing.corner) == (0, 0)
    drawing.nudge(-0.1, 0.05)
    assert drawing.zones[0].points[0] == pytest.approx((0.1, 0.25))
    for _ in range(4):
        drawing.step()
    assert (drawing.chosen, drawing.corner) == (1, 0)
    for _ in range(3):
        drawing.step()
    assert (drawing.chosen, drawing.corner) == (0, 0)
    drawing.add_rectangle()
    assert (drawing.chosen, drawing.corner) == (2, 0)
    assert drawing.nudge(0.6, 0.1) is Fault.CROSSING
    drawing.remove()
    assert len(drawing.zones[2].points) == 3


def test_a_zone_is_moved_as_a_whole_and_never_out_of_the_picture(drawing: Drawing) -> None:
    press(drawing, (0.4, 0.4))
    drawing.nudge(0.1, 0)
    assert drawing.zones[0].points[0] == pytest.approx((0.3, 0.2))
    drawing.nudge(0, -0.3)
    assert drawing.zones[0].points[0] == pytest.approx((0.3, 0.2))


@given(
    st.lists(
        st.one_of(
            st.tuples(st.floats(-0.1, 1.1), st.floats(-0.1, 1.1)),
            st.sampled_from(["close", "remove", "step", "rectangle", "begin", "nudge", "drag"]),
        ),
        max_size=40,
    )
)
def test_whatever_is_done_what_is_drawn_are_zones(acts: list[Point | str]) -> None:
    drawing = Drawing([], "zone")
    for act in acts:
        match act:
            case "close":
                drawing.close()
            case "remove":
                drawing.remove()
            case "step":
                drawing.step()
            case "rectangle":
                drawing.add_rectangle()
            case "begin":
                drawing.begin()
            case "nudge":
                drawing.nudge(0.3, -0.2)
            case "drag":
                drawing.press((0.3, 0.5), REACH)
                drawing.drag((0.9, 0.1))
                drawing.drop()
            case (x, y):
                press(drawing, (float(x), float(y)))
        assert len({zone.name for zone in drawing.zones}) == len(drawing.zones)
        for zone in drawing.zones:
            assert len(zone.points) >= 3
            assert not crosses_itself(zone.points)
            assert all(0 <= edge <= 1 for point in zone.points for edge in point)
