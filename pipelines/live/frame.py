"""A captured frame, and what a worker made of it."""

from __future__ import annotations

from dataclasses import dataclass

from models.candidate import Candidate
from models.detection import Detection
from models.image import Image
from models.timing import Timing


@dataclass(frozen=True, slots=True)
class Frame:
    """A shot in a ring's slot: *image* is a read-only view, valid until the frame is released."""

    seq: int
    captured_s: float
    image: Image
    slot: int
    truth: tuple[Detection, ...] | None = None


@dataclass(frozen=True, slots=True)
class Inference:
    """A worker's result for one frame.

    *age_ms* runs from the frame's capture to the result; *dropped* counts the frames that were
    overwritten since the previous result. *repeated*: the network did not run, since the picture
    had not changed; the detections are those of the last inference. *ended*: the numbers of tracks
    that are over since the previous result.
    """

    frame: Frame
    detections: tuple[Detection, ...]
    candidate: Candidate | None
    timing: Timing
    age_ms: float
    dropped: int
    repeated: bool = False
    ended: tuple[int, ...] = ()
