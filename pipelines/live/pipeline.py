"""One camera from end to end: camera, ring, network, two threads, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable

from models.errors import CameraError
from models.predictor import Recognizer
from pipelines.cameras import Camera
from pipelines.live.capture import Capture
from pipelines.live.frame import Frame, Inference
from pipelines.live.latest import Latest
from pipelines.live.meter import Meter
from pipelines.live.motion import MotionGate
from pipelines.live.pair import Pair
from pipelines.live.ring import Ring
from pipelines.live.status import CameraState, CameraStatus
from pipelines.live.switcher import Switcher
from pipelines.live.truth import TruthMeter
from pipelines.live.worker import Policy, Sink, Worker
from pipelines.tracking.tracker import Tracker

# Frames that may be held at once: the worker's, the last result's, and one that the display copies.
_PINS = 3
# A network that takes longer for one frame is said to hang.
NETWORK_LIMIT_S = 10.0


class Pipeline:
    """*source* is shown to users and carries no credentials.

    *open_camera* builds a fresh camera for every attempt to open it. *load_predictor* is called
    once, on one of the threads; None only shows the picture. *limit* frames are processed, all
    if None. *gate* spares the network frames without motion, *tracker* gives detections their
    tracks.
    """

    def __init__(
        self,
        name: str,
        source: str,
        open_camera: Callable[[], Camera],
        load_predictor: Callable[[], Recognizer | None],
        *,
        policy: Policy = Policy.NEWEST,
        timeout_s: float = 5.0,
        limit: int | None = None,
        gate: MotionGate | None = None,
        tracker: Tracker | None = None,
    ) -> None:
        self.name = name
        self.source = source
        self.meter = Meter()
        self.truth = TruthMeter()
        # What is being done before the first result, for people; "" for loading the network.
        self.activity = ""
        self._ring = Ring(_PINS, blocking=policy is Policy.EVERY_FRAME)
        self.latest = Latest(self._ring)
        self._every_frame = policy is Policy.EVERY_FRAME
        self._load_predictor = load_predictor
        self._capture = Capture(name, open_camera, self._ring, self.meter, timeout_s)
        self._worker = Worker(
            name,
            self._ring,
            (self.meter.record, self.truth.record, self.latest.offer),
            policy,
            limit,
            gate=gate,
            tracker=tracker,
            moment=self._moment,
        )
        self.switcher = Switcher(name, self._worker)
        self._worker.add_sink(self.switcher.record)
        self._pair = Pair(name, self._capture, self._worker)

    def add_sink(self, sink: Sink) -> None:
        """Have the worker call *sink* after every frame; only before `start`."""
        self._worker.add_sink(sink)

    def start(self) -> None:
        """Start both threads; the network loads while the camera opens."""
        self._pair.start(self._load_predictor)

    def request_stop(self) -> None:
        """Ask both threads to end."""
        self.switcher.request_stop()
        self._pair.request_stop()

    def join(self, deadline_s: float) -> None:
        """Wait for both threads until *deadline_s* on the monotonic clock."""
        self._pair.join(deadline_s)

    def supervise(self) -> None:
        """Look after a camera that hangs. Called a few times a second by the reporter."""
        self._pair.supervise()

    def set_paused(self, paused: bool) -> None:
        """Stop or resume taking frames; the camera stays open."""
        self._pair.set_paused(paused)

    @property
    def paused(self) -> bool:
        return self._worker.paused

    @property
    def finished(self) -> bool:
        """The source is used up and its last frame processed, or the pipeline has failed."""
        return self._worker.finished

    @property
    def failure(self) -> BaseException | None:
        """What ended one of the threads; None while all is well."""
        return self._worker.failure or self._capture.failure

    @property
    def never_delivered(self) -> CameraError | None:
        """The camera's complaint if no frame ever came; None if one did, or it had no time to."""
        if self._capture.delivered or not self._capture.complaint:
            return None
        return CameraError(self._capture.complaint)

    def camera_fps(self) -> float | None:
        """The rate that the open camera says it delivers."""
        return self._capture.fps

    def give_back(self) -> None:
        """Free what frames no longer need; once in some seconds."""
        self._ring.give_back()

    # What the window asks of a pipeline.

    def subscribe(self, on_arrival: Callable[[], None]) -> None:
        """See Latest."""
        self.latest.subscribe(on_arrival)

    def want(self) -> None:
        """See Latest."""
        self.latest.want()

    def take(self) -> Inference | None:
        """See Latest."""
        return self.latest.take()

    def release(self, inference: Inference) -> None:
        """See Latest."""
        self.latest.release(inference)

    def status(self) -> CameraStatus:
        """Figures over the last seconds."""
        predictor = self._worker.predictor
        state, message = self._state()
        live = state is CameraState.LIVE
        size = self._capture.size
        return CameraStatus(
            name=self.name,
            source=self.source,
            state=state,
            message=message,
            width=size[0] if size else None,
            height=size[1] if size else None,
            frames=self._ring.accounting(),
            skipped=self.meter.skipped,
            capture_fps=self.meter.capture_fps(),
            fps=self.meter.fps(),
            age_ms=self.meter.ages(),
            latency=self.meter.latency() if predictor else None,
            candidate=predictor.candidate if predictor else None,
            objects=self.meter.present() if live else (),
            reconnects=self._capture.reconnects,
            stalls=self._capture.stalls,
        )

    def _moment(self, frame: Frame) -> float:
        """When *frame* was captured. Where the source waits for the network, its own time counts:
        by the clock, things would move the faster the faster the network is.
        """
        fps = self._capture.fps if self._every_frame else None
        return frame.seq / fps if fps else frame.captured_s

    def _state(self) -> tuple[CameraState, str]:
        if self.failure is not None:
            return CameraState.ERROR, str(self.failure) or repr(self.failure)
        state = self._capture.state
        if state is CameraState.LIVE and self._worker.loading:
            return CameraState.STARTING, self.activity or "loading the network"
        if self._worker.silent_s > NETWORK_LIMIT_S:
            return (
                CameraState.STALE,
                f"the network has not answered for {self._worker.silent_s:.0f} s",
            )
        if state is CameraState.LIVE and self._worker.paused:
            return CameraState.PAUSED, ""
        return state, self._capture.message
