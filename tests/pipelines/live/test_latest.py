"""The last result, for a display and for snapshots, and the slots that it takes of a real ring."""

from __future__ import annotations

import time

import numpy as np

from models.timing import Timing
from pipelines.live.frame import Inference
from pipelines.live.latest import Latest
from pipelines.live.ring import Ring
from pipelines.shot import Shot


def result(ring: Ring, latest: Latest, value: int) -> int:
    """One frame, all *value*, through the ring to *latest*; returns its slot."""
    reservation = ring.begin(4, 6)
    reservation.image[:] = value
    ring.commit(reservation, Shot(reservation.image, time.monotonic()))
    with ring.newest() as frame:
        assert frame is not None
        latest.offer(Inference(frame, (), None, Timing(0.1, 1.0, 0.1), 1.0, 0))
    return reservation.index


def shown(latest: Latest) -> int:
    taken = latest.take()
    assert taken is not None
    try:
        return int(taken.frame.image[0, 0, 0])
    finally:
        latest.release(taken)


def test_who_wants_a_result_is_told_of_one_and_takes_the_newest() -> None:
    ring = Ring(pins=3)
    latest = Latest(ring)
    told: list[int] = []
    latest.subscribe(lambda: told.append(1))
    assert latest.take() is None
    result(ring, latest, 1)
    assert not told
    latest.want()
    result(ring, latest, 2)
    result(ring, latest, 3)
    assert told == [1]
    assert shown(latest) == 3


def test_a_result_that_is_taken_stays_as_it_is_until_it_is_released() -> None:
    ring = Ring(pins=3)
    latest = Latest(ring)
    result(ring, latest, 1)
    taken = latest.take()
    assert taken is not None
    for value in range(2, 12):
        result(ring, latest, value)
    assert (taken.frame.image == 1).all()
    latest.release(taken)
    assert shown(latest) == 11


def test_a_display_that_copies_at_once_costs_no_slot() -> None:
    ring = Ring(pins=3)
    latest = Latest(ring)
    used = set()
    for value in range(20):
        used.add(result(ring, latest, value))
        assert shown(latest) == value
    assert used == {0, 1}  # the last result's, and the one that is written


def test_a_copy_is_the_caller_s_own() -> None:
    ring = Ring(pins=3)
    latest = Latest(ring)
    assert latest.copy() is None
    result(ring, latest, 5)
    found = latest.copy()
    assert found is not None
    result(ring, latest, 6)
    assert np.array_equal(found[0], np.full((4, 6, 3), 5, np.uint8))
    assert found[0].flags.owndata
