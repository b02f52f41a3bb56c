"""A picture that things are laid on, and the map of which label each pixel shows."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from models.rendering.pen import Points
from models.rendering.stickers import Sticker
from models.rendering.textures import Image

MIN_SIDE, MIN_VISIBLE = 10, 0.55  # less than this of a label is no truth

Quad = npt.NDArray[np.float32]  # (4, 2): top left, top right, bottom right, bottom left


class Scene:
    """The picture so far; what is laid on hides what lies below."""

    def __init__(self, image: Image) -> None:
        self.image = image
        self._owner = np.zeros(image.shape[:2], np.int16)  # n: the n-th label, −1: other things
        self._ink = np.zeros_like(self._owner)  # the same of the printed pixels alone
        self._classes: list[int] = []
        self._whole: list[tuple[int, int]] = []  # pixels and printed pixels if nothing hid them

    def lay(self, sticker: Sticker, quad: Quad, label: int | None = None) -> None:
        """Put the sticker's corners on *quad*; *label* is its class where it is one."""
        height, width = self.image.shape[:2]
        low = np.floor(quad.min(axis=0)).astype(int) - 1
        high = np.ceil(quad.max(axis=0)).astype(int) + 1
        extent = (int(high[0] - low[0]), int(high[1] - low[1]))
        side = sticker.cover.shape[0]
        flat = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float32) - 0.5
        matrix = cv2.getPerspectiveTransform(flat, quad - low.astype(np.float32) - 0.5)
        flat_layers = cv2.merge([sticker.cover, sticker.ink])
        layers = np.asarray(cv2.warpPerspective(flat_layers, matrix, extent), np.uint8)
        left, top = np.maximum(-low, 0)
        right, bottom = np.minimum((width, height) - low, extent)
        if left >= right or top >= bottom:
            return
        cut = np.s_[top:bottom, left:right]
        place = np.s_[low[1] + top : low[1] + bottom, low[0] + left : low[0] + right]
        seen = Sticker(layers[cut][..., 0], layers[cut][..., 1], sticker.paper, sticker.ink_colour)
        self._blend(place, seen)
        hidden = seen.cover > 127
        self._owner[place][hidden] = -1
        self._ink[place][hidden] = 0
        if label is not None:
            self._classes.append(label)
            cover, ink = np.count_nonzero(layers > 127, axis=(0, 1)).tolist()
            self._whole.append((cover, ink))
            self._owner[place][hidden] = len(self._classes)
            self._ink[place][seen.ink > 127] = len(self._classes)

    def _blend(self, place: tuple[slice, slice], sticker: Sticker) -> None:
        """Paint the sticker over the pixels at *place*, which has its size."""
        under = self.image[place]
        opacity, colour = sticker.over(under)
        under[:] = np.rint(under + opacity * (colour - under))

    def cover(self, points: Points, texture: Image, light: float = 1.0) -> None:
        """Hide a polygon under a texture as large as the picture."""
        mask = np.zeros(self._owner.shape, np.uint8)
        cv2.fillPoly(mask, [np.rint(points * 16).astype(np.int32)], 255, cv2.LINE_8, 4)
        x, y, w, h = cv2.boundingRect(np.rint(points).astype(np.int32))
        place = np.s_[max(0, y - 1) : max(0, y + h + 1), max(0, x - 1) : max(0, x + w + 1)]
        if not mask[place].size:
            return
        lit = cv2.convertScaleAbs(texture[place], alpha=light)
        cv2.copyTo(lit, mask[place], self.image[place])
        self._owner[place][mask[place] > 0] = 0
        self._ink[place][mask[place] > 0] = 0

    def free(self, quad: Quad) -> bool:
        """Whether nothing has been laid where *quad* is."""
        low = np.maximum(np.floor(quad.min(axis=0)).astype(int), 0)
        high = np.ceil(quad.max(axis=0)).astype(int)
        return not self._owner[low[1] : high[1], low[0] : high[0]].any()

    def pixels(self) -> list[npt.NDArray[np.bool_]]:
        """For each label that can be seen well enough, the map of its pixels."""
        return [self._owner == number + 1 for number in self._seen()]

    def truth(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.intp]]:
        """Boxes (n, 4) left, top, right, bottom in pixels, and classes (n,)."""
        boxes = [self._box(number) for number in self._seen()]
        classes = [self._classes[number] for number in self._seen()]
        return np.array(boxes, np.float32).reshape(-1, 4), np.array(classes, np.intp)

    def _seen(self) -> list[int]:
        labels = len(self._classes) + 1
        covers, inks = (
            np.bincount(np.maximum(of, 0).ravel(), minlength=labels)[1:]
            for of in (self._owner, self._ink)
        )
        found = []
        for number, (cover, ink) in enumerate(self._whole):
            if covers[number] > MIN_VISIBLE * cover and inks[number] > MIN_VISIBLE * ink:
                left, top, right, bottom = self._box(number)
                if min(right - left, bottom - top) >= MIN_SIDE:
                    found.append(number)
        return found

    def _box(self, number: int) -> tuple[int, int, int, int]:
        """The extent of the label's visible pixels."""
        mine = self._owner == number + 1
        rows, columns = np.flatnonzero(mine.any(axis=1)), np.flatnonzero(mine.any(axis=0))
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
