"""A camera's picture as Qt shows it: converted and scaled into buffers that are kept."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PyQt5.QtCore import QPoint, QRect, QSize, Qt
from PyQt5.QtGui import QImage
from PyQt5.sip import voidptr

from models.image import Image


class Scaler:
    """Scales images of one shape to another through buffers made once.

    Halving until less than a factor of two is left, then linear: several times faster than an
    area average at an uneven factor, and without the jagged edges of linear alone.
    """

    def __init__(self, shape: tuple[int, ...], width: int, height: int) -> None:
        high, wide, channels = shape
        self._steps: list[tuple[Image, int]] = []
        while wide // 2 >= width and high // 2 >= height and (wide, high) != (width, height):
            wide, high = wide // 2, high // 2
            self._steps.append((np.empty((high, wide, channels), np.uint8), cv2.INTER_AREA))
        if (wide, high) != (width, height):
            self._steps.append((np.empty((height, width, channels), np.uint8), cv2.INTER_LINEAR))

    def __call__(self, image: Image) -> Image:
        """*image* scaled; the same buffer every time."""
        for target, method in self._steps:
            high, wide = target.shape[:2]
            cv2.resize(image, (wide, high), dst=target, interpolation=method)
            image = target
        return image


@dataclass(frozen=True, slots=True)
class Fit:
    """Where a picture is as large as its room allows: *size* in device pixels, *target* in Qt's."""

    size: QSize
    target: QRect


def fit(picture: QSize, room: QSize, ratio: float) -> Fit:
    """*picture* in the middle of a *room* in Qt's pixels, each of them *ratio* device pixels."""
    whole = QSize(round(room.width() * ratio), round(room.height() * ratio))
    size = picture.scaled(whole, Qt.KeepAspectRatio).expandedTo(QSize(1, 1))
    corner = QPoint(
        round((whole.width() - size.width()) / 2 / ratio),
        round((whole.height() - size.height()) / 2 / ratio),
    )
    return Fit(
        size, QRect(corner, QSize(round(size.width() / ratio), round(size.height() / ratio)))
    )


class Picture:
    """The latest picture: `set` copies every frame, `fitted` scales when it is painted."""

    def __init__(self) -> None:
        self.size = QSize()
        self._limit = QSize()
        self._shrink: Scaler | None = None
        self._pixels: Image = np.empty((0, 0, 4), np.uint8)
        self._fit: Scaler | None = None
        self._image = QImage()
        self._outdated = True

    def set(self, image: Image, limit: QSize) -> None:
        """Take over *image*, BGR height × width × 3; it is kept no larger than *limit*."""
        size = QSize(image.shape[1], image.shape[0])
        if self._shrink is None or (size, limit) != (self.size, self._limit):
            self.size, self._limit = size, limit
            kept = size
            if size.width() > limit.width() or size.height() > limit.height():
                kept = size.scaled(limit, Qt.KeepAspectRatio).expandedTo(QSize(1, 1))
            self._shrink = Scaler(image.shape, kept.width(), kept.height())
            self._pixels = np.empty((kept.height(), kept.width(), 4), np.uint8)
            self._fit = None
        # What Qt calls RGB32 lies as B, G, R, 255 in memory.
        cv2.cvtColor(self._shrink(image), cv2.COLOR_BGR2BGRA, dst=self._pixels)
        self._outdated = True

    def fitted(self, size: QSize) -> QImage:
        """The picture at *size* in device pixels; valid until the next `set`."""
        if self._fit is None or self._image.size() != size:
            self._fit = Scaler(self._pixels.shape, size.width(), size.height())
            self._outdated = True
        if self._outdated:
            pixels = self._fit(self._pixels)
            high, wide = pixels.shape[:2]
            self._image = QImage(
                voidptr(pixels.ctypes.data), wide, high, 4 * wide, QImage.Format_RGB32
            )
            self._outdated = False
        return self._image
