"""The worker thread: newest frame → network → sinks."""

from __future__ import annotations

import enum
import logging
import threading
import time
from collections.abc import Callable, Sequence

from models.predictor import Predictor
from pipelines.live.frame import Frame, Inference, Timing
from pipelines.live.ring import Ring

log = logging.getLogger(__name__)

Sink = Callable[[Inference], None]
_NO_TIME = Timing(0.0, 0.0, 0.0)
# How often a waiting worker looks whether it shall stop.
_POLL_S = 0.25


class Policy(str, enum.Enum):
    """Which frame the worker takes next."""

    NEWEST = "newest"  # the newest there is, at once
    FRESH = "fresh"  # wait for the next arrival where that lowers the age
    EVERY_FRAME = "every-frame"  # each one; the source waits


class Worker:
    """Runs a predictor over a ring's frames and hands every result to the *sinks*.

    Without a predictor (None) the frames pass through unexamined. Sinks run on this thread, in order,
    while the frame is pinned: they must be quick.
    """

    def __init__(
        self,
        ring: Ring,
        sinks: Sequence[Sink],
        policy: Policy = Policy.NEWEST,
    ) -> None:
        self._ring = ring
        self._predictor: Predictor | None = None
        self._sinks = tuple(sinks)
        self._fresh = policy is Policy.FRESH
        self._stopping = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._last_seq = 0
        self.failure: BaseException | None = None

    @property
    def predictor(self) -> Predictor | None:
        return self._predictor

    def start(self, predictor: Predictor | None) -> None:
        """Start the worker's thread, which owns *predictor* from here on and closes it."""
        self._predictor = predictor
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """End after the frame under way, and wait at most *timeout* seconds for it."""
        self._stopping.set()
        self._running.set()
        self._ring.close()
        if self._thread.ident is not None:
            self._thread.join(timeout)

    @property
    def paused(self) -> bool:
        return not self._running.is_set()

    def set_paused(self, paused: bool) -> None:
        """Stop taking frames; the camera goes on and its frames are overwritten."""
        if paused:
            self._running.clear()
        else:
            self._running.set()

    @property
    def alive(self) -> bool:
        """False once every frame of an ended source is processed, or after a failure."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                if not self._running.wait(_POLL_S):
                    continue
                with self._ring.newest(_POLL_S, fresh=self._fresh) as frame:
                    if frame is not None:
                        self._process(frame)
                        continue
                if self._ring.finished:
                    break
        except BaseException as error:
            self.failure = error
            log.error("the network's thread ended: %s", error)
        finally:
            if self._predictor is not None:
                self._predictor.close()

    def _process(self, frame: Frame) -> None:
        predictor = self._predictor
        if predictor is None:
            detections, timing, candidate = (), _NO_TIME, None
        else:
            prediction = predictor.predict(frame.image)
            detections, timing = prediction.detections, prediction.timing
            candidate = predictor.candidate
        inference = Inference(
            frame=frame,
            detections=detections,
            candidate=candidate,
            timing=timing,
            age_ms=(time.monotonic() - frame.captured_s) * 1e3,
            dropped=frame.seq - self._last_seq - 1,
        )
        self._last_seq = frame.seq
        for sink in self._sinks:
            sink(inference)
