"""The filter against what is known of it: a straight way, seconds instead of frames, less doubt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.detection import Box
from pipelines.tracking.kalman import BoxFilter

FIRST = Box(100, 100, 140, 180)
SECONDS = st.floats(0.001, 2.0)


def moved(box: Box, x: float, y: float) -> Box:
    return Box(box.left + x, box.top + y, box.right + x, box.bottom + y)


def test_it_learns_a_constant_velocity_from_irregular_frames() -> None:
    boxes = BoxFilter()
    boxes.add([FIRST])
    at = 0.0
    for step in (0.03, 0.1, 0.05, 0.2, 0.03, 0.03, 0.3, 0.1, 0.05, 0.1):
        at += step
        boxes.predict(step)
        boxes.correct([0], [moved(FIRST, 60 * at, -30 * at)])
    assert boxes.velocities[0] == pytest.approx((60, -30, 0, 0), abs=3)
    boxes.predict(0.5)
    expected = moved(FIRST, 60 * (at + 0.5), -30 * (at + 0.5))
    assert boxes.boxes[0] == pytest.approx(expected, abs=4)


@given(st.lists(SECONDS, min_size=1, max_size=6))
def test_many_steps_are_one_step_of_their_length(steps: list[float]) -> None:
    many, one = BoxFilter(), BoxFilter()
    for boxes in (many, one):
        boxes.add([FIRST])
        boxes.predict(0.1)
        boxes.correct([0], [moved(FIRST, 3, 2)])
        # Sizes that change would change the noise from step to step.
        boxes.rest()
    for step in steps:
        many.predict(step)
    one.predict(sum(steps))
    after = moved(FIRST, 20, 10)
    for boxes in (many, one):
        boxes.correct([0], [after])
    np.testing.assert_allclose(many.boxes, one.boxes, rtol=1e-9)
    np.testing.assert_allclose(many.velocities, one.velocities, rtol=1e-6, atol=1e-9)


def test_a_box_that_was_seen_often_is_moved_less_by_one_that_is_off() -> None:
    often, once = BoxFilter(), BoxFilter()
    for boxes, sights in ((often, 20), (once, 1)):
        boxes.add([FIRST])
        for _ in range(sights):
            boxes.predict(0.03)
            boxes.correct([0], [FIRST])
        boxes.predict(0.03)
        boxes.correct([0], [moved(FIRST, 10, 0)])
    assert FIRST.left < often.boxes[0, 0] < once.boxes[0, 0] < FIRST.left + 10


def test_rows_are_independent_and_kept_in_order() -> None:
    boxes = BoxFilter()
    others = [moved(FIRST, 200 * n, 0) for n in range(3)]
    boxes.add(others)
    boxes.predict(0.1)
    boxes.correct([1], [moved(others[1], 8, 0)])
    assert boxes.boxes[0] == pytest.approx(others[0])
    assert boxes.boxes[1, 0] > others[1].left + 4
    boxes.keep([2, 1])
    assert len(boxes) == 2
    assert boxes.boxes[0] == pytest.approx(others[2])


def test_what_rests_stays_where_it_is() -> None:
    boxes = BoxFilter()
    boxes.add([FIRST])
    for n in range(1, 6):
        boxes.predict(0.1)
        boxes.correct([0], [moved(FIRST, 20 * n, 0)])
    here = boxes.boxes.copy()
    boxes.rest()
    boxes.predict(5.0)
    np.testing.assert_allclose(boxes.boxes, here)


def test_a_size_never_falls_to_nothing() -> None:
    boxes = BoxFilter()
    boxes.add([Box(0, 0, 40, 40)])
    for size in (30, 20, 10, 4):
        boxes.predict(0.1)
        boxes.correct([0], [Box(0, 0, size, size)])
    boxes.predict(5.0)
    left, top, right, bottom = boxes.boxes[0]
    assert right - left >= 1
    assert bottom - top >= 1
