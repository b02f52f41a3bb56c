"""Results drawn into an image with OpenCV: snapshots and videos of runs without a window."""

from __future__ import annotations

from collections.abc import Sequence

import cv2

from app.colours import label_colour, text_on
from models.detection import Detection
from models.image import Image

_FONT = cv2.FONT_HERSHEY_SIMPLEX


def annotate(image: Image, detections: Sequence[Detection]) -> Image:
    """A copy of *image* (BGR) with boxes and labels; classes of the whole image at lower left."""
    drawn = image.copy()
    scale = max(0.4, min(image.shape[:2]) / 1100)
    line = max(1, round(2.4 * scale))
    whole = [found for found in detections if found.box is None]
    for found in detections:
        if found.box is None:
            continue
        left, top, right, bottom = (round(edge) for edge in found.box)
        red, green, blue = label_colour(found.label)
        cv2.rectangle(drawn, (left, top), (right, bottom), (blue, green, red), line, cv2.LINE_AA)
        _chip(drawn, found, left, top, scale)
    (_, height), _ = cv2.getTextSize("X", _FONT, scale, line)
    bottom = image.shape[0] - height
    for found in reversed(whole):
        _chip(drawn, found, height, bottom, scale)
        bottom -= 2 * height + 2
    return drawn


def caption(found: Detection) -> str:
    """What a label's chip says: "person 0.87", with the track's number where there is one."""
    track = "" if found.track is None else f" #{found.track}"
    return f"{found.label}{track} {found.score:.2f}"


def _chip(drawn: Image, found: Detection, left: int, bottom: int, scale: float) -> None:
    """The caption on its colour, above *bottom*, moved into the image where it would leave it."""
    text = caption(found)
    weight = max(1, round(1.6 * scale))
    (width, height), baseline = cv2.getTextSize(text, _FONT, scale, weight)
    pad = max(2, height // 3)
    left = max(0, min(left, drawn.shape[1] - width - 2 * pad))
    top = max(0, bottom - height - baseline - pad)
    red, green, blue = label_colour(found.label)
    corner = (left + width + 2 * pad, top + height + baseline + pad)
    cv2.rectangle(drawn, (left, top), corner, (blue, green, red), cv2.FILLED)
    ink = text_on((red, green, blue))[::-1]
    place = (left + pad, top + height + pad // 2 + 1)
    cv2.putText(drawn, text, place, _FONT, scale, ink, weight, cv2.LINE_AA)
