"""A captured frame, and what a worker made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.candidate import Candidate
from models.detection import Detection
from models.timing import Timing

__all__ = ["Frame", "Image", "Inference", "Shot", "Timing"]

Image = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Shot:
    """What a camera delivers: *image* BGR uint8, height × width × 3, and when it was captured.

    *captured_s* is on the monotonic clock. *truth* is what a rendered scene knows to be in the
    image, None for every other camera.
    """

    image: Image
    captured_s: float
    truth: tuple[Detection, ...] | None = None


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
    overwritten since the previous result.
    """

    frame: Frame
    detections: tuple[Detection, ...]
    candidate: Candidate | None
    timing: Timing
    age_ms: float
    dropped: int
