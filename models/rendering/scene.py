"""A picture that things are laid on, and the map of which label each pixel shows."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from models.rendering.pen import Points
from models.rendering.stickers import Sticker
from models.rendering.textures import Image, Tone

# Less than this of a label is no truth; the side in a picture of 256 pixels or less.
MIN_SIDE, MIN_VISIBLE = 10, 0.55
_EDGE = 14.0  # of difference or deviation at a label's edge
_NEAR = np.ones((7, 7), np.uint8)
_CALM = 32.0  # deviation of the grey values of what one can print on

Quad = npt.NDArray[np.float32]  # (4, 2): top left, top right, bottom right, bottom left


class Scene:
    """The picture so far; what is laid on hides what lies below."""

    def __init__(self, image: Image) -> None:
        self.image = image
        self._owner = np.zeros(image.shape[:2], np.int16)  # n: the n-th label, −1: other things
        self._ink = np.zeros_like(self._owner)  # the same of the printed pixels alone
        self._least = MIN_SIDE * max(1.0, min(image.shape[:2]) / 256)
        self._classes: list[int] = []
        self._whole: list[tuple[int, int]] = []  # pixels and printed pixels if nothing hid them
        self._found: list[int] | None = None  # what _seen counted, until something is laid again

    def lay(
        self, sticker: Sticker, quad: Quad, label: int | None = None, light: Tone | None = None
    ) -> None:
        """Put the sticker's corners on *quad*; *label* is its class where it is one.

        *light*: (n, n), spread over the extent of the sticker; 1 shows its colours as they are.
        """
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
        if light is None:
            self._blend(place, seen, np.ones((1, 1, 1), np.float32))
        else:
            spread = cv2.resize(light, extent, interpolation=cv2.INTER_LINEAR)
            self._blend(place, seen, np.asarray(spread[cut][..., None], np.float32))
        self._found = None
        hidden = seen.cover > 127
        self._owner[place][hidden] = -1
        self._ink[place][hidden] = 0
        if label is not None:
            self._classes.append(label)
            cover, ink = np.count_nonzero(layers > 127, axis=(0, 1)).tolist()
            self._whole.append((cover, ink))
            self._owner[place][hidden] = len(self._classes)
            self._ink[place][seen.ink > 127] = len(self._classes)

    def _blend(self, place: tuple[slice, slice], sticker: Sticker, light: Tone) -> None:
        """Paint the sticker, lit so, over the pixels at *place*, which has its size."""
        under = self.image[place]
        opacity, colour = sticker.over(under)
        seen = under + opacity * (np.minimum(colour * light, 255) - under)
        under[:] = np.rint(seen)

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
        self._found = None
        self._owner[place][mask[place] > 0] = 0
        self._ink[place][mask[place] > 0] = 0

    def free(self, quad: Quad) -> bool:
        """Whether nothing has been laid where *quad* is."""
        low = np.maximum(np.floor(quad.min(axis=0)).astype(int), 0)
        high = np.ceil(quad.max(axis=0)).astype(int)
        return not self._owner[low[1] : high[1], low[0] : high[0]].any()

    def calm(self, quad: Quad) -> bool:
        """Whether what is seen at *quad* is even enough to print on it."""
        low = np.maximum(np.floor(quad.min(axis=0)).astype(int), 0)
        high = np.ceil(quad.max(axis=0)).astype(int)
        under = self.image[low[1] : high[1], low[0] : high[0]]
        return bool(under.size) and float(under.mean(axis=2).std()) < _CALM

    def contrasts(self, image: Image) -> list[float]:
        """How far each label of the truth stands out in *image*, in grey values.

        *image* is the scene as it was photographed. What counts is the difference between the
        print and what is next to it, be that the label's paper or the surface; 0 where the
        label's edge cannot be told from the surface, so that nobody could say how far it goes.
        """
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        found = []
        for number in self._seen():
            left, top, right, bottom = self._box(number)
            place = np.s_[max(0, top - 3) : bottom + 3, max(0, left - 3) : right + 3]
            ink = (self._ink[place] == number + 1).astype(np.uint8)
            beside = cv2.dilate(ink, _NEAR) - ink
            mine = (self._owner[place] == number + 1).astype(np.uint8)
            if (paper := beside & mine).any():
                beside = paper
            on, off = (cv2.mean(grey[place], mask)[0] for mask in (ink, beside))
            edge = mine - cv2.erode(mine, _NEAR)
            inside, _ = cv2.meanStdDev(image[place], mask=edge)
            outside, spread = cv2.meanStdDev(image[place], mask=cv2.dilate(mine, _NEAR) - mine)
            bounded = np.abs(inside - outside).max() + spread.max() > _EDGE
            found.append(abs(on - off) if bounded else 0.0)
        return found

    def truth(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.intp]]:
        """Boxes (n, 4) left, top, right, bottom in pixels, and classes (n,)."""
        boxes = [self._box(number) for number in self._seen()]
        classes = [self._classes[number] for number in self._seen()]
        return np.array(boxes, np.float32).reshape(-1, 4), np.array(classes, np.intp)

    def _seen(self) -> list[int]:
        """The numbers of the labels of which enough is visible."""
        if self._found is not None:
            return self._found
        labels = len(self._classes) + 1
        covers, inks = (
            np.bincount(np.maximum(of, 0).ravel(), minlength=labels)[1:]
            for of in (self._owner, self._ink)
        )
        found = []
        for number, (cover, ink) in enumerate(self._whole):
            if covers[number] > MIN_VISIBLE * cover and inks[number] > MIN_VISIBLE * ink:
                left, top, right, bottom = self._box(number)
                if min(right - left, bottom - top) >= self._least:
                    found.append(number)
        self._found = found
        return found

    def _box(self, number: int) -> tuple[int, int, int, int]:
        """The extent of the label's visible pixels."""
        mine = self._owner == number + 1
        rows, columns = np.flatnonzero(mine.any(axis=1)), np.flatnonzero(mine.any(axis=0))
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
