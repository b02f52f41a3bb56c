"""The rendered conveyor with the true identity of every label on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from models.detection import Box, Detection
from models.image import Image
from pipelines.cameras.scene import ConveyorScene

# How far an edge may be from where the belt must have carried it, in pixels: of rounding.
_ROUNDING = 1.5
_SPEED = 150 / 720  # heights a second; the scene's own


class Conveyor:
    """Frames of the scene at *fps*, each with its truth, whose tracks are the true identities."""

    def __init__(self, width: int, height: int, fps: float, seed: int) -> None:
        self._scene = ConveyorScene(width, height, seed)
        self._size = (height, width)
        self._fps = fps
        self._last_number = 0

    def frames(self, count: int) -> Iterator[tuple[float, Image, tuple[Detection, ...]]]:
        """Time in seconds, picture (to be used before the next is asked for) and truth."""
        image = np.empty((*self._size, 3), np.uint8)
        step = _SPEED * self._size[0] / self._fps
        before: tuple[Detection, ...] = ()
        for number in range(count):
            at_s = number / self._fps
            truth = self._scene.render(at_s, image)
            before = tuple(self._identify(found, before, step) for found in truth)
            yield at_s, image, before

    def _identify(self, found: Detection, before: tuple[Detection, ...], step: float) -> Detection:
        """The same thing was *step* further left in the frame before, or it is new."""
        for other in before:
            if found.label == other.label and _carried(other.box, found.box, step):
                return replace(found, track=other.track)
        self._last_number += 1
        return replace(found, track=self._last_number)


def _carried(before: Box | None, after: Box | None, step: float) -> bool:
    assert before is not None
    assert after is not None
    # One of the sides may be cut by the picture's edge.
    side = min(abs(after.left - before.left - step), abs(after.right - before.right - step))
    return side <= _ROUNDING and (before.top, before.bottom) == (after.top, after.bottom)
