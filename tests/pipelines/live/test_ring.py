"""The ring's specification, one sentence a test."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from pipelines.live.ring import Ring
from pipelines.live.status import Accounting
from pipelines.shot import Shot


def publish(ring: Ring, value: int = 0, size: tuple[int, int] = (4, 6)) -> int | None:
    reservation = ring.begin(*size)
    reservation.image[:] = value
    return ring.commit(reservation, Shot(reservation.image, time.monotonic()))


def test_the_newest_frame_is_taken_once_and_then_nothing() -> None:
    ring = Ring()
    publish(ring, 1)
    publish(ring, 2)
    frame = ring.acquire(0)
    assert frame is not None
    assert frame.seq == 2
    assert (frame.image == 2).all()
    ring.release(frame)
    assert ring.acquire(0) is None


def test_every_frame_is_accounted_for() -> None:
    ring = Ring()
    for value in range(5):
        publish(ring, value)
    frame = ring.acquire(0)
    publish(ring)
    assert ring.accounting() == Accounting(6, 0, 4, 1, 1)
    assert frame is not None
    ring.release(frame)
    assert ring.accounting() == Accounting(6, 1, 4, 0, 1)


def test_the_writer_goes_on_while_a_reader_never_returns() -> None:
    ring = Ring(pins=1)
    publish(ring, 7)
    frame = ring.acquire(0)
    for _ in range(1000):
        publish(ring, 9)
    assert frame is not None
    assert (frame.image == 7).all()


def test_nothing_is_copied() -> None:
    ring = Ring()
    reservation = ring.begin(4, 6)
    ring.commit(reservation, Shot(reservation.image, 0.0))
    frame = ring.acquire(0)
    assert frame is not None
    assert np.shares_memory(frame.image, reservation.image)


def test_a_frame_cannot_be_written_to() -> None:
    ring = Ring()
    publish(ring)
    frame = ring.acquire(0)
    assert frame is not None
    with pytest.raises(ValueError, match="read-only"):
        frame.image[:] = 1


def test_a_pinned_frame_outlives_its_release() -> None:
    ring = Ring()
    publish(ring, 3)
    frame = ring.acquire(0)
    assert frame is not None
    ring.pin(frame)
    ring.release(frame)
    for _ in range(10):
        publish(ring, 4)
    assert (frame.image == 3).all()
    ring.unpin(frame)


def buffers(ring: Ring) -> int:
    return sum(slot.image is not None for slot in ring._slots)


def test_a_slot_that_is_no_longer_needed_is_given_back() -> None:
    ring = Ring(pins=3)
    held = []
    for value in range(3):
        publish(ring, value)
        frame = ring.acquire(timeout=0)
        assert frame is not None
        held.append(frame)
    publish(ring, 3)
    publish(ring, 4)
    for value, frame in enumerate(held):
        assert (frame.image == value).all()
        ring.release(frame)
    ring.give_back()
    assert buffers(ring) == 5  # written to not long ago
    for value in range(10):
        publish(ring, value)
    ring.give_back()
    assert buffers(ring) == 2
    publish(ring, 9)
    with ring.newest(timeout=0) as frame:
        assert frame is not None
        assert (frame.image == 9).all()


def test_a_frame_that_is_held_is_never_given_back() -> None:
    ring = Ring(pins=3)
    publish(ring, 7)
    frame = ring.acquire(timeout=0)
    assert frame is not None
    for value in range(3):
        publish(ring, value)
        ring.give_back()
    assert any(slot.image is frame.image.base for slot in ring._slots)
    assert (frame.image == 7).all()
    ring.release(frame)


def test_an_exception_in_the_reader_gives_the_frame_back() -> None:
    ring = Ring()
    publish(ring)
    with pytest.raises(ZeroDivisionError), ring.newest(0):
        raise ZeroDivisionError
    assert ring.accounting() == Accounting(1, 1, 0, 0, 0)


def test_a_failed_capture_publishes_nothing() -> None:
    ring = Ring()
    for _ in range(20):
        ring.cancel(ring.begin(4, 6))
    assert ring.acquire(0) is None
    assert publish(ring) == 1


def test_a_revoked_writer_publishes_nothing_and_harms_nothing() -> None:
    ring = Ring(pins=1)
    hung = ring.begin(4, 6)
    ring.revoke(hung)
    for value in range(5):
        publish(ring, value)
    frame = ring.acquire(0)
    hung.image[:] = 99  # it wakes up and writes, late
    assert ring.commit(hung, Shot(hung.image, 0.0)) is None
    assert frame is not None
    assert (frame.image == 4).all()
    assert ring.accounting().captured == 5


def test_the_frame_size_may_change_at_any_frame() -> None:
    ring = Ring()
    for height, width in [(4, 6), (1, 1), (8, 3), (4, 6)]:
        publish(ring, 1, (height, width))
        with ring.newest(0) as frame:
            assert frame is not None
            assert frame.image.shape == (height, width, 3)


def test_a_camera_that_returns_another_array_is_taken_over() -> None:
    ring = Ring()
    reservation = ring.begin(4, 6)
    other = np.full((2, 2, 3), 5, np.uint8)
    ring.commit(reservation, Shot(other, 0.0))
    with ring.newest(0) as frame:
        assert frame is not None
        assert np.shares_memory(frame.image, other)


def test_closing_wakes_the_reader() -> None:
    ring = Ring()
    threading.Timer(0.05, ring.close).start()
    assert ring.acquire(30) is None
    assert publish(ring) is None


def test_an_ended_source_still_hands_over_its_last_frame() -> None:
    ring = Ring()
    publish(ring)
    ring.end()
    assert not ring.finished
    with ring.newest(30) as frame:
        assert frame is not None
    assert ring.finished
    assert ring.acquire(30) is None


def test_a_blocking_ring_drops_nothing() -> None:
    ring = Ring(blocking=True)
    total = 200

    def write() -> None:
        for value in range(total):
            publish(ring, value)
        ring.end()

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while not ring.finished:
        with ring.newest(0.1) as frame:
            if frame is not None:
                seen.append(frame.seq)
    writer.join()
    assert seen == list(range(1, total + 1))
    assert ring.accounting() == Accounting(total, total, 0, 0, 0)


def test_closing_wakes_a_blocked_writer() -> None:
    ring = Ring(blocking=True)
    publish(ring)
    threading.Timer(0.05, ring.close).start()
    assert publish(ring) is None
    assert ring.accounting() == Accounting(1, 0, 0, 0, 1)


def test_fresh_lets_an_old_frame_go_for_the_next_arrival() -> None:
    ring = Ring()
    for _ in range(3):
        publish(ring)
        time.sleep(0.2)
    threading.Timer(0.02, publish, (ring,)).start()
    with ring.newest(30, fresh=True) as frame:
        assert frame is not None
        assert frame.seq == 4


def test_fresh_takes_the_old_frame_if_the_camera_falls_silent() -> None:
    ring = Ring()
    for _ in range(3):
        publish(ring)
        time.sleep(0.02)
    with ring.newest(30, fresh=True) as frame:
        assert frame is not None
        assert frame.seq == 3
