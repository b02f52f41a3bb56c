"""Newest frame → network → sinks."""

from __future__ import annotations

import enum
import logging
import threading
import time
from collections.abc import Callable, Sequence
from operator import attrgetter

from models.detection import Detection
from models.errors import SaccadeError
from models.predictor import Prediction, Recognizer
from models.timing import Timing
from pipelines.live.frame import Frame, Inference
from pipelines.live.motion import MotionGate
from pipelines.live.ring import Ring
from pipelines.tracking.tracker import Tracked, Tracker

log = logging.getLogger(__name__)

Sink = Callable[[Inference], None]
_NOTHING = Prediction((), Timing(0.0, 0.0, 0.0))


class Policy(str, enum.Enum):
    """Which frame the worker takes next."""

    NEWEST = "newest"  # the newest there is, at once
    FRESH = "fresh"  # wait for the next arrival where that lowers the age
    EVERY_FRAME = "every-frame"  # each one; the source waits


class Handover:
    """A predictor on its way to a worker. *done* is set once it is decided what becomes of it.

    *taken*: the worker runs it and has closed the one before. Otherwise it was closed, because of
    *failure* where it failed at its first frame.
    """

    def __init__(self, predictor: Recognizer) -> None:
        self.predictor = predictor
        self.taken = False
        self.failure: SaccadeError | None = None
        self.done = threading.Event()

    def accept(self) -> None:
        """The worker runs it, and the one before is closed."""
        self.taken = True
        self.done.set()

    def refuse(self, failure: SaccadeError | None = None) -> None:
        """Close the predictor, which will not be run."""
        self.failure = failure
        self.predictor.close()
        self.done.set()


class Worker:
    """Runs a predictor over a ring's frames and hands every result to its sinks.

    It has no thread of its own: whichever has the turn does the work. *name* is the camera's.
    Without a predictor (None) the frames pass through unexamined. Sinks run in order on the
    thread that works, while the frame is pinned: they must be quick. After *limit* frames it is
    finished. A frame that *gate* does not let pass gets the last detections again.
    *tracker* gives the detections their tracks. *moment*: of a frame, in seconds, for both.
    """

    def __init__(
        self,
        name: str,
        ring: Ring,
        sinks: Sequence[Sink],
        policy: Policy = Policy.NEWEST,
        limit: int | None = None,
        *,
        gate: MotionGate | None = None,
        tracker: Tracker | None = None,
        moment: Callable[[Frame], float] = attrgetter("captured_s"),
    ) -> None:
        self._name = name
        self._ring = ring
        self._remaining = limit
        self._predictor: Recognizer | None = None
        self._handing_over = threading.Lock()
        self._offered: Handover | None = None
        self._sinks = list(sinks)
        self._gate = gate
        self._tracker = tracker
        self._moment = moment
        self._found: tuple[Detection, ...] = ()
        self._fresh = policy is Policy.FRESH
        self._stopping = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self._turn = threading.Lock()
        self._turn.acquire()
        self._last_seq = 0
        self._finished = False
        self._busy_since: float | None = None
        self.loading = True
        self.failure: BaseException | None = None

    @property
    def predictor(self) -> Recognizer | None:
        return self._predictor

    def add_sink(self, sink: Sink) -> None:
        """One sink more; only before it begins."""
        self._sinks.append(sink)

    def begin(self, load: Callable[[], Recognizer | None]) -> None:
        """Have *load* build the predictor, then work: the first turn. A failure is kept."""
        try:
            self._predictor = load()
            self.loading = False
        except BaseException as error:
            self._failed(error)
            return
        self.work()

    def claim(self) -> bool:
        """The turn, if there is work and nobody at it; who gets it must `work`, then claim again:
        what came when the turn was taken is left to that thread.
        """
        return self._due() and self._turn.acquire(blocking=False)

    def work(self) -> None:
        """Process frames for as long as there are any; only after `claim`."""
        try:
            finished = self._drained()
        except BaseException as error:
            self._failed(error)
            return
        if finished:
            self._finish()
        else:
            self._turn.release()

    def offer(self, predictor: Recognizer) -> Handover:
        """Run *predictor*, loaded and warmed up, from the next frame on; the worker closes it.

        On any thread. One that was offered before and not yet taken is closed unused, and so is
        this one if the worker is finished.
        """
        handover = Handover(predictor)
        with self._handing_over:
            refused = handover if self._finished else self._offered
            self._offered = None if self._finished else handover
        if refused is not None:
            refused.refuse()
        return handover

    def request_stop(self) -> None:
        """End after the frame under way."""
        self._stopping.set()
        self._running.set()
        self._ring.close()

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
    def finished(self) -> bool:
        """True once the source or the limit is used up, or after a failure."""
        return self._finished

    @property
    def silent_s(self) -> float:
        """For how long the network has been at the frame under way; 0 between two frames."""
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    def _due(self) -> bool:
        if self._finished or self._remaining == 0:
            return False
        return self._stopping.is_set() or (self._running.is_set() and self._ring.due)

    def _drained(self) -> bool:
        """Process what there is; True once nothing will come any more."""
        while not self._stopping.is_set() and self._remaining != 0:
            if not self._running.is_set():
                return False
            with self._ring.newest(0, fresh=self._fresh) as frame:
                if frame is not None:
                    self._process(frame)
                    continue
            return self._ring.finished
        return True

    def _failed(self, error: BaseException) -> None:
        self.failure = error
        log.error("%s: the network's thread ended: %s", self._name, error or repr(error))
        self._finish()

    def _finish(self) -> None:
        """Close what there is to close; the turn is never given back."""
        with self._handing_over:
            self._finished = True
            refused, self._offered = self._offered, None
        if refused is not None:
            refused.refuse()
        if self._predictor is not None:
            self._predictor.close()

    def _process(self, frame: Frame) -> None:
        handover = self._take_over()
        changed = self._changed(frame)
        if handover is not None:
            self._process_first(frame, handover)
        elif changed:
            self._publish(frame, self._predict(frame))
        else:
            self._repeat(frame)
        if self._remaining is not None:
            self._remaining -= 1

    def _take_over(self) -> Handover | None:
        if self._offered is None:
            return None
        with self._handing_over:
            handover, self._offered = self._offered, None
        return handover

    def _process_first(self, frame: Frame, handover: Handover) -> None:
        """The first frame of another predictor, which stays if it can process it."""
        before, self._predictor = self._predictor, handover.predictor
        try:
            prediction = self._predict(frame)
        except SaccadeError as error:
            self._predictor = before
            handover.refuse(error)
            if before is None:
                raise
            self._publish(frame, self._predict(frame))
            return
        self._publish(frame, prediction)
        # Not before the result: closing a network may take longer than running one.
        if before is not None:
            before.close()
        handover.accept()

    def _changed(self, frame: Frame) -> bool:
        if self._gate is None or self._predictor is None:
            return True
        return self._gate.passes(frame.image, self._moment(frame))

    def _predict(self, frame: Frame) -> Prediction:
        predictor = self._predictor
        self._busy_since = time.monotonic()
        prediction = _NOTHING if predictor is None else predictor.predict(frame.image)
        self._busy_since = None
        return prediction

    def _publish(self, frame: Frame, prediction: Prediction) -> None:
        tracked = Tracked(prediction.detections)
        if self._tracker is not None:
            tracked = self._tracker.update(prediction.detections, self._moment(frame))
        self._found = tracked.detections
        self._hand_out(frame, tracked, prediction.timing, repeated=False)

    def _repeat(self, frame: Frame) -> None:
        """The last detections hold for this frame too."""
        if self._tracker is not None:
            self._tracker.rest(self._moment(frame))
        self._hand_out(frame, Tracked(self._found), _NOTHING.timing, repeated=True)

    def _hand_out(self, frame: Frame, tracked: Tracked, timing: Timing, *, repeated: bool) -> None:
        predictor = self._predictor
        inference = Inference(
            frame=frame,
            detections=tracked.detections,
            candidate=predictor.candidate if predictor else None,
            timing=timing,
            age_ms=(time.monotonic() - frame.captured_s) * 1e3,
            dropped=frame.seq - self._last_seq - 1,
            repeated=repeated,
            ended=tracked.ended,
        )
        self._last_seq = frame.seq
        for sink in self._sinks:
            sink(inference)
