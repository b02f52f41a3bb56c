"""What one camera's pipeline says of itself, for the window, telemetry and the report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from models.candidate import Candidate
from models.timing import Timing


class CameraState(str, Enum):
    """The state of one camera, as a user would name it."""

    STARTING = "starting"
    LIVE = "live"
    PAUSED = "paused"
    STALE = "stale"  # the camera or the network has been silent for longer than its time-out
    RECONNECTING = "reconnecting"  # closed after a failure; the next try is due soon
    NO_CAMERA = "no camera"  # it never delivered a frame
    ENDED = "ended"  # a finite source is used up
    ERROR = "error"  # the pipeline failed for good: its network, or its camera in an unforeseen way


@dataclass(frozen=True, slots=True)
class Accounting:
    """Where every captured frame went.

    captured = processed + overwritten + in_flight + pending at every instant.
    """

    captured: int = 0
    processed: int = 0
    overwritten: int = 0
    in_flight: int = 0
    pending: int = 0


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """One camera's pipeline at one moment; rates and percentiles over the last seconds.

    *source* carries no credentials. *message* says in one sentence what is wrong and what is
    being done about it, "" while all is well. What is not known yet is None.
    """

    name: str
    source: str
    state: CameraState
    message: str = ""
    width: int | None = None
    height: int | None = None
    frames: Accounting = Accounting()
    skipped: int = 0  # of the processed frames, those that the motion gate spared the network
    capture_fps: float | None = None
    fps: float | None = None
    age_ms: Percentiles | None = None
    latency: Timing | None = None
    candidate: Candidate | None = None
    objects: tuple[tuple[str, int], ...] = ()  # label and count in the latest result
    reconnects: int = 0
    stalls: int = 0
