"""A camera's picture turned and cut, for one that hangs askew or sees more than matters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from models.detection import Box, Detection
from models.image import Image
from pipelines.cameras import Camera, Region, View
from pipelines.shot import Shot

_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
# As in the rendered scene: what is less than half in the picture is not asked for.
_MIN_VISIBLE = 0.5


class ViewedCamera:
    """*camera*, not yet opened, seen through *view*; it is used like any `Camera`.

    The inner camera decodes into a buffer of its own, and one copy, of the kept part alone, turns
    it into the ring's slot.
    """

    def __init__(self, camera: Camera, view: View) -> None:
        self._camera = camera
        self._view = view
        self._whole: Image = np.empty((0, 0, 3), np.uint8)

    @property
    def fps(self) -> float | None:
        return self._camera.fps

    def open(self) -> tuple[int, int]:
        height, width = self._camera.open()
        self._whole = np.empty((height, width, 3), np.uint8)
        return self._turned(self._cut(height, width))

    def read(self, buffer: Image) -> Shot:
        shot = self._camera.read(self._whole)
        self._whole = shot.image  # of another size where the camera's has changed
        cut = self._cut(*shot.image.shape[:2])
        kept = shot.image[cut.top : cut.bottom, cut.left : cut.right]
        size = self._turned(cut)
        if buffer.shape[:2] != size:
            buffer = np.empty((*size, 3), np.uint8)
        if self._view.rotation:
            cv2.rotate(kept, _TURNS[self._view.rotation], dst=buffer)
        else:
            np.copyto(buffer, kept)
        truth = None if shot.truth is None else self._seen(shot.truth, cut)
        return replace(shot, image=buffer, truth=truth)

    def close(self) -> None:
        self._camera.close()

    def _cut(self, height: int, width: int) -> _Cut:
        """What is kept of the camera's own picture of that size, at least one pixel."""
        left, top, wide, high = self._unturned()
        x, y = min(width - 1, round(left * width)), min(height - 1, round(top * height))
        right, bottom = round((left + wide) * width), round((top + high) * height)
        return _Cut(x, y, min(width, max(x + 1, right)), min(height, max(y + 1, bottom)))

    def _unturned(self) -> Region:
        """The region in the camera's own picture."""
        left, top, wide, high = self._view.region
        if self._view.rotation == 90:
            return top, 1 - left - wide, high, wide
        if self._view.rotation == 180:
            return 1 - left - wide, 1 - top - high, wide, high
        if self._view.rotation == 270:
            return 1 - top - high, left, high, wide
        return self._view.region

    def _turned(self, cut: _Cut) -> tuple[int, int]:
        """The height and width of what is shown."""
        size = cut.bottom - cut.top, cut.right - cut.left
        return size if self._view.rotation in (0, 180) else size[::-1]

    def _seen(self, truth: tuple[Detection, ...], cut: _Cut) -> tuple[Detection, ...]:
        """What the source knows, where it is seen now."""
        found = []
        for each in truth:
            if each.box is None:
                found.append(each)
            elif (box := _clipped(each.box, cut)) is not None:
                found.append(replace(each, box=self._turn(box, cut)))
        return tuple(found)

    def _turn(self, box: Box, cut: _Cut) -> Box:
        """*box*, in the camera's own pixels, in those of what is shown."""
        left, top = box.left - cut.left, box.top - cut.top
        right, bottom = box.right - cut.left, box.bottom - cut.top
        wide, high = cut.right - cut.left, cut.bottom - cut.top
        if self._view.rotation == 90:
            return Box(high - bottom, left, high - top, right)
        if self._view.rotation == 180:
            return Box(wide - right, high - bottom, wide - left, high - top)
        if self._view.rotation == 270:
            return Box(top, wide - right, bottom, wide - left)
        return Box(left, top, right, bottom)


@dataclass(frozen=True, slots=True)
class _Cut:
    """Pixels of the camera's own picture; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


def _clipped(box: Box, cut: _Cut) -> Box | None:
    """*box* cut at the edges; None where too little of it is left."""
    left, top = max(box.left, cut.left), max(box.top, cut.top)
    right, bottom = min(box.right, cut.right), min(box.bottom, cut.bottom)
    whole = (box.right - box.left) * (box.bottom - box.top)
    if right <= left or bottom <= top or (right - left) * (bottom - top) < _MIN_VISIBLE * whole:
        return None
    return Box(left, top, right, bottom)
