"""The free-running ring: the camera never waits, the network takes the newest frame.

Counters grow for ever and old frames are overwritten. A slot that somebody looks at is *pinned*
and is not written to, so that no frame is copied and none is torn; with two slots more than
there are pins, the writer always finds a free one (docs/decisions/0001-ring.md).

One writer and one taker at a time; `pin` lets further readers keep a taken frame for longer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from models.detection import Detection
from models.image import Image
from pipelines.live.frame import Frame
from pipelines.live.status import Accounting
from pipelines.shot import Shot

# Waiting for the next arrival pays when the pending frame is older than this share of a period.
_FRESH_SHARE = 0.1
# A frame that is later than this many periods is not worth waiting for.
_LATE_PERIODS = 1.5


class Reservation:
    """A slot that a writer may fill: *image* is the buffer to decode into."""

    __slots__ = ("image", "index")

    def __init__(self, index: int, image: Image) -> None:
        self.index = index
        self.image = image


@dataclass(slots=True, eq=False)
class _Slot:
    index: int
    image: Image | None = None
    seq: int = 0
    captured_s: float = 0.0
    truth: tuple[Detection, ...] | None = None
    pins: int = 0
    reservation: Reservation | None = None


class Ring:
    """Slots for frames of any size; a slot is reallocated only when the size changes.

    *pins*: how many frames may be held at once, the worker's included. *blocking*: `commit`
    waits until the previous frame was taken, so that nothing is dropped: for files and
    evaluation.
    """

    def __init__(self, pins: int = 3, *, blocking: bool = False) -> None:
        self._slots = [_Slot(index) for index in range(pins + 2)]
        self._changed = threading.Condition()
        self._blocking = blocking
        self._latest: _Slot | None = None
        self._committed_s = 0.0
        self._period_s: float | None = None
        self._captured = 0
        self._processed = 0
        self._overwritten = 0
        self._in_flight = 0
        self._pending = 0
        self._given_back = 0  # how many were captured when memory was last given back
        self._ended = False
        self._closed = False

    # The writer's side: the thread at the camera.

    def begin(self, height: int, width: int) -> Reservation:
        """Reserve a slot to decode into. Never waits."""
        with self._changed:
            slot = self._free_slot()
            image = slot.image
            if image is None or image.shape[:2] != (height, width):
                image = slot.image = np.empty((height, width, 3), np.uint8)
            slot.reservation = Reservation(slot.index, image)
            return slot.reservation

    def commit(self, reservation: Reservation, shot: Shot) -> int | None:
        """Publish what was captured into *reservation*; returns its sequence number.

        A shot whose image is another array than the slot's (its size has changed) is taken over
        without a copy. Returns None, publishing nothing, if the reservation was revoked or the
        ring is closed. Waits only in a blocking ring.
        """
        with self._changed:
            while self._blocking and self._pending and not self._closed:
                self._changed.wait()
            slot = self._slots[reservation.index]
            if slot.reservation is not reservation:
                return None
            slot.reservation = None
            if self._closed:
                return None
            now = time.monotonic()
            if self._captured:
                self._observe_period(now - self._committed_s)
            self._committed_s = now
            self._captured += 1
            self._overwritten += self._pending
            self._pending = 1
            slot.image = shot.image
            slot.seq = self._captured
            slot.captured_s = shot.captured_s
            slot.truth = shot.truth
            self._latest = slot
            self._ended = False
            self._changed.notify_all()
            return slot.seq

    def cancel(self, reservation: Reservation) -> None:
        """Give a slot back unpublished, after a failed capture."""
        with self._changed:
            slot = self._slots[reservation.index]
            if slot.reservation is reservation:
                slot.reservation = None

    def revoke(self, reservation: Reservation) -> None:
        """Take a slot away from a writer that hangs.

        Its buffer is left to it, since it may still write there whenever it wakes; what it
        commits then is ignored.
        """
        with self._changed:
            slot = self._slots[reservation.index]
            if slot.reservation is reservation:
                slot.reservation = None
                slot.image = None

    def end(self) -> None:
        """The source is used up: `acquire` still returns the pending frame, then None at once."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    # The reader's side: the worker.

    def acquire(self, timeout: float | None = None, *, fresh: bool = False) -> Frame | None:
        """Take and pin the newest frame, never the same one twice.

        Waits for one at most *timeout* seconds, and returns None after that or once the ring is
        closed or has ended. With *fresh*, a frame that has been pending for a while is let go
        for the next arrival, which lowers the age of the result.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while not self._pending:
                if self._closed or self._ended:
                    return None
                remaining = None if deadline is None else deadline - time.monotonic()
                if remaining is not None and remaining <= 0:
                    return None
                self._changed.wait(remaining)
            if fresh:
                self._await_arrival()
            if self._closed:
                return None
            slot = self._latest
            assert slot is not None
            assert slot.image is not None
            self._pending = 0
            self._in_flight += 1
            slot.pins += 1
            view = slot.image.view()
            view.flags.writeable = False
            if self._blocking:
                self._changed.notify_all()
            return Frame(slot.seq, slot.captured_s, view, slot.index, slot.truth)

    def release(self, frame: Frame) -> None:
        """The worker is done with *frame*. Raises RuntimeError if it was overwritten meanwhile."""
        with self._changed:
            self._in_flight -= 1
            self._processed += 1
            self._unpin(frame)

    def pin(self, frame: Frame) -> None:
        """Keep a frame that is pinned already for one reader more."""
        with self._changed:
            self._slots[frame.slot].pins += 1

    def unpin(self, frame: Frame) -> None:
        """Undo one `pin`."""
        with self._changed:
            self._unpin(frame)

    @contextmanager
    def newest(
        self, timeout: float | None = None, *, fresh: bool = False
    ) -> Iterator[Frame | None]:
        """`acquire`, and `release` whatever happens."""
        frame = self.acquire(timeout, fresh=fresh)
        try:
            yield frame
        finally:
            if frame is not None:
                self.release(frame)

    # Both sides.

    def close(self) -> None:
        """Wake every waiter; nothing is published or taken any more. Pinned frames stay valid."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def due(self) -> bool:
        """There is a frame to take, or nothing will come any more."""
        with self._changed:
            return bool(self._pending) or self._closed or self._ended

    @property
    def finished(self) -> bool:
        """Closed, or ended with no frame left to take."""
        with self._changed:
            return self._closed or (self._ended and not self._pending)

    def give_back(self) -> None:
        """Let go of the buffers that nothing was written to since the last call.

        One moment in which everybody holds a frame would otherwise cost a frame for ever.
        """
        with self._changed:
            for slot in self._slots:
                if slot.seq <= self._given_back and self._free(slot):
                    slot.image = None
            self._given_back = self._captured

    def accounting(self) -> Accounting:
        """The counters, read at one instant."""
        with self._changed:
            return Accounting(
                captured=self._captured,
                processed=self._processed,
                overwritten=self._overwritten,
                in_flight=self._in_flight,
                pending=self._pending,
            )

    def _free_slot(self) -> _Slot:
        for slot in self._slots:
            if self._free(slot):
                return slot
        raise RuntimeError("more frames are pinned than the ring was made for")

    def _free(self, slot: _Slot) -> bool:
        return slot is not self._latest and not slot.pins and slot.reservation is None

    def _unpin(self, frame: Frame) -> None:
        slot = self._slots[frame.slot]
        slot.pins -= 1
        if slot.seq != frame.seq or slot.reservation is not None:
            raise RuntimeError(f"frame {frame.seq} was overwritten while it was pinned")

    def _observe_period(self, elapsed_s: float) -> None:
        if self._period_s is None:
            self._period_s = elapsed_s
        else:
            self._period_s += 0.1 * (elapsed_s - self._period_s)

    def _await_arrival(self) -> None:
        """Wait for a newer frame than the pending one, if the source is on time."""
        if self._period_s is None or self._blocking:
            return
        if time.monotonic() - self._committed_s <= _FRESH_SHARE * self._period_s:
            return
        captured = self._captured
        deadline = self._committed_s + _LATE_PERIODS * self._period_s
        while self._captured == captured and not (self._closed or self._ended):
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return
            self._changed.wait(remaining)
