"""Any order of calls keeps the ring's invariants; two real threads never see a torn frame."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from pipelines.live.frame import Frame
from pipelines.live.ring import Reservation, Ring
from pipelines.shot import Shot

PINS = 3


class RingMachine(RuleBasedStateMachine):
    """One writer, one taker and further pins, against a model that remembers every number."""

    extra = Bundle("extra")

    def __init__(self) -> None:
        super().__init__()
        self.ring = Ring(pins=PINS)
        self.writing: Reservation | None = None
        self.revoked: list[Reservation] = []
        self.taken: Frame | None = None
        self.pinned: list[Frame] = []
        self.committed = 0
        self.last_taken = 0
        self.finished = 0

    @rule(size=st.sampled_from([(2, 3), (3, 2)]))
    def begin(self, size: tuple[int, int]) -> None:
        if self.writing is None:
            self.writing = self.ring.begin(*size)
            self.writing.image[:] = 255  # a half-written frame

    @rule()
    def commit(self) -> None:
        if self.writing is not None:
            self.writing.image[:] = (self.committed + 1) % 200
            seq = self.ring.commit(self.writing, Shot(self.writing.image, 0.0))
            self.committed += 1
            assert seq == self.committed
            self.writing = None

    @rule()
    def cancel(self) -> None:
        if self.writing is not None:
            self.ring.cancel(self.writing)
            self.writing = None

    @rule()
    def revoke(self) -> None:
        if self.writing is not None:
            self.ring.revoke(self.writing)
            self.revoked.append(self.writing)
            self.writing = None

    @rule()
    def wake_revoked(self) -> None:
        for reservation in self.revoked:
            reservation.image[:] = 254
            assert self.ring.commit(reservation, Shot(reservation.image, 0.0)) is None

    @rule()
    def acquire(self) -> None:
        if self.taken is None:
            frame = self.ring.acquire(0)
            if self.committed > self.last_taken:
                assert frame is not None
                assert frame.seq == self.committed
                self.last_taken = frame.seq
                self.taken = frame
            else:
                assert frame is None

    @rule(target=extra)
    def pin(self) -> Frame | None:
        if self.taken is None or len(self.pinned) >= PINS - 1:
            return None
        self.ring.pin(self.taken)
        self.pinned.append(self.taken)
        return self.taken

    @rule(frame=consumes(extra))
    def unpin(self, frame: Frame | None) -> None:
        if frame is not None:
            self.ring.unpin(frame)
            self.pinned.remove(frame)

    @rule()
    def release(self) -> None:
        if self.taken is not None:
            self.ring.release(self.taken)
            self.finished += 1
            self.taken = None

    @rule()
    def give_back(self) -> None:
        self.ring.give_back()
        for frame in (self.taken, *self.pinned):
            assert frame is None or self.ring._slots[frame.slot].image is frame.image.base

    @invariant()
    def counts_add_up(self) -> None:
        counts = self.ring.accounting()
        assert counts.captured == self.committed
        assert counts.processed == self.finished
        assert counts.in_flight == (self.taken is not None)
        assert counts.pending == (self.committed > self.last_taken)
        assert (
            counts.captured
            == counts.processed + counts.overwritten + counts.in_flight + counts.pending
        )

    @invariant()
    def held_frames_are_whole(self) -> None:
        for frame in (self.taken, *self.pinned):
            if frame is not None:
                assert (frame.image == frame.seq % 200).all()


RingMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=50)
TestRingStates = RingMachine.TestCase


def test_two_threads_full_hd_no_torn_frame() -> None:
    """The writer runs flat out; the reader checks corners and a stripe of each frame twice."""
    ring = Ring(pins=1)
    total = 400

    def write() -> None:
        for value in range(1, total + 1):
            reservation = ring.begin(1080, 1920)
            reservation.image[:] = value % 251
            ring.commit(reservation, Shot(reservation.image, 0.0))
        ring.end()

    writer = threading.Thread(target=write)
    writer.start()
    last = 0
    while not ring.finished:
        with ring.newest(1) as frame:
            if frame is None:
                continue
            assert frame.seq > last
            last = frame.seq
            for _ in range(2):
                stripe = frame.image[::60]
                assert int(np.min(stripe)) == int(np.max(stripe)) == frame.seq % 251
    writer.join()
    counts = ring.accounting()
    assert last == total
    assert counts.captured == total
    assert counts.processed + counts.overwritten == total
    assert counts.processed > 1
