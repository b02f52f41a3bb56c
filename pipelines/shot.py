"""What a camera delivers."""

from __future__ import annotations

from dataclasses import dataclass

from models.detection import Detection
from models.image import Image


@dataclass(frozen=True, slots=True)
class Shot:
    """*image* and when it was captured, on the monotonic clock.

    *truth* is what a rendered scene knows to be in the image, None for every other camera.
    """

    image: Image
    captured_s: float
    truth: tuple[Detection, ...] | None = None
