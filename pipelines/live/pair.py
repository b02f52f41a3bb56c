"""The two threads of a camera: whichever has captured a frame computes it, too.

While it does, the other one is at the camera. So a frame that finds the network free goes from the
camera to its result on one thread: nothing has to wake up for it, and it stays in that core's
cache. While the network is the slower one its thread stays with it, and the other one with the
camera (docs/decisions/0006-taking-turns.md).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from models.predictor import Recognizer
from pipelines.live.capture import Attempt, Capture
from pipelines.live.worker import Worker


@dataclass(frozen=True, slots=True)
class _Turn:
    """At the network, or where *attempt* is given at the camera."""

    attempt: Attempt | None


class Pair:
    """Shares the turns at *capture* and *worker* out to two threads with the camera's *name*."""

    def __init__(self, name: str, capture: Capture, worker: Worker) -> None:
        self._name = name
        self._capture = capture
        self._worker = worker
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []

    def start(self, load: Callable[[], Recognizer | None]) -> None:
        """Start both threads; one has *load* build the network while the other opens the camera."""
        self._begin(lambda: self._worker.begin(load))
        self._begin()

    def request_stop(self) -> None:
        """Ask both threads to end."""
        # The camera first: a thread that finds the ring closed must not open it again.
        self._capture.request_stop()
        self._worker.request_stop()
        self._wake()

    def join(self, deadline_s: float) -> None:
        """Wait for both threads until *deadline_s* on the monotonic clock.

        One that hangs in a camera or a network is left behind.
        """
        left_behind = self._capture.hung
        for thread in self._threads:
            if thread not in left_behind:
                thread.join(max(0.0, deadline_s - time.monotonic()))

    def set_paused(self, paused: bool) -> None:
        """Stop or resume taking frames; the camera stays open."""
        self._worker.set_paused(paused)
        self._wake()

    def supervise(self) -> None:
        """Replace a thread that hangs in its camera. Called a few times a second."""
        with self._changed:
            # Not while a turn changes hands: then nobody would have the one that is given up.
            replaced = self._capture.supervise()
        if replaced:
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            self._begin()

    def _begin(self, first: Callable[[], None] = lambda: None) -> None:
        def run() -> None:
            first()
            self._take_turns()

        thread = threading.Thread(target=run, name=f"camera {self._name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _take_turns(self) -> None:
        while (turn := self._next()) is not None:
            attempt = turn.attempt
            if attempt is None or self._captured(attempt):
                self._worker.work()
            if attempt is not None and attempt.replaced:
                # What came meanwhile is left to the thread that is there in place of this one.
                attempt.frames.close()
                self._wake()
                return

    def _next(self) -> _Turn | None:
        """Wait for something to do; None once there is nothing more."""
        with self._changed:
            # Whoever waits looks as well: this thread's last turn is free, or was the last of all.
            self._wake()
            while True:
                if self._worker.claim():
                    return _Turn(None)
                if (attempt := self._capture.take()) is not None:
                    return _Turn(attempt)
                if self._over:
                    return None
                self._changed.wait()

    def _captured(self, attempt: Attempt) -> bool:
        """Capture until there is a frame to compute and nobody at it; False if none will come."""
        for _ in attempt.frames:
            if self._worker.claim():
                with self._changed:
                    if not attempt.hung:
                        attempt.thread = None
                        self._wake()
                return True
        return False

    @property
    def _over(self) -> bool:
        """Nothing is left to do, or nothing that needs a second thread."""
        return self._worker.finished and (self._capture.over or self._capture.taken)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
