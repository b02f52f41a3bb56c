"""From a camera's image to a network's input tensor, without allocating anything per frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from models.errors import ManifestError
from models.image import Image
from models.manifest import Input

FloatArray = npt.NDArray[np.float32]

# Bilinear interpolation alone aliases when it shrinks an image by more than this, which costs
# a classifier 1.6 points of top-1 at 1.4. Detectors were measured to be indifferent to it.
_ALIASES = 1.3


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where the network's input lies in the image: x_image = x_input · scale_x + left.

    *width* and *height* are the image's, in pixels.
    """

    scale_x: float
    scale_y: float
    left: float
    top: float
    width: int
    height: int

    def to_image(self, boxes: FloatArray) -> FloatArray:
        """Map (n, 4) boxes, left top right bottom, from the input to the image; clip them to it."""
        scale = np.array((self.scale_x, self.scale_y) * 2, np.float32)
        offset = np.array((self.left, self.top) * 2, np.float32)
        edge = np.array((self.width, self.height) * 2, np.float32)
        mapped: FloatArray = np.clip(boxes * scale + offset, 0, edge)
        return mapped


class Preprocessor:
    """Makes the input tensor that *spec*, a manifest's `input`, describes. Used by one thread.

    Raises ManifestError for a uint8 input with a mean or a standard deviation.
    """

    def __init__(self, spec: Input) -> None:
        identity = not any(spec.mean) and set(spec.std) == {1.0}
        if spec.dtype == "uint8" and not identity:
            raise ManifestError(
                "input.dtype = 'uint8' takes the pixels as they are; "
                "leave out input.mean and input.std, or use 'float32'"
            )
        self._spec = spec
        planes = (1, 3, spec.height, spec.width)
        self._blob: npt.NDArray[Any] = np.empty(planes, spec.dtype)
        # A view with the colour first, whatever the order in memory.
        self._planes = self._blob
        if spec.layout == "nhwc":
            self._blob = np.empty((1, spec.height, spec.width, 3), spec.dtype)
            self._planes = self._blob.transpose(0, 3, 1, 2)
        self._size: tuple[int, int] | None = None

    def __call__(self, image: Image) -> tuple[npt.NDArray[Any], Geometry]:
        """The tensor for a BGR image, H×W×3, and how to map the network's findings back.

        The tensor is valid until the next call.
        """
        if image.shape[:2] != self._size:
            self._lay_out(image.shape[0], image.shape[1])
        source: npt.NDArray[Any] = image[self._source]
        for canvas in self._canvases:
            source = cv2.resize(source, canvas.shape[1::-1], dst=canvas)
        cv2.split(source, self._channels)
        for channel, plane, scale, shift in self._conversions:
            if scale == 1 and shift == 0:
                np.copyto(plane, channel)
                continue
            np.multiply(channel, scale, out=plane, dtype=np.float32)
            if shift != 0:
                np.add(plane, shift, out=plane)
        return self._blob, self._geometry

    def _lay_out(self, height: int, width: int) -> None:
        """Prepare everything that depends on the image's size."""
        spec = self._spec
        self._source = (slice(0, height), slice(0, width))
        left = top = 0  # of the resized image in the input
        wide, high = spec.width, spec.height
        if spec.fit == "crop":
            side = max(1, round(spec.crop * min(height, width)))
            crop_top, crop_left = (height - side) // 2, (width - side) // 2
            self._source = (slice(crop_top, crop_top + side), slice(crop_left, crop_left + side))
        elif spec.fit != "stretch":
            ratio = min(spec.width / width, spec.height / height)
            wide = min(spec.width, max(1, round(width * ratio)))
            high = min(spec.height, max(1, round(height * ratio)))
            if spec.fit == "letterbox":
                left, top = (spec.width - wide) // 2, (spec.height - high) // 2
        rows, columns = self._source
        scale_x = (columns.stop - columns.start) / wide
        scale_y = (rows.stop - rows.start) / high
        self._geometry = Geometry(
            scale_x, scale_y, columns.start - left * scale_x, rows.start - top * scale_y,
            width, height,
        )  # fmt: skip
        # Twice the size, then half of it: the second step averages 2×2 pixels and is nearly free.
        twice = spec.fit == "crop" and min(scale_x, scale_y) > _ALIASES
        self._canvases = [
            np.empty((high * factor, wide * factor, 3), np.uint8)
            for factor in ((2, 1) if twice else (1,))
        ]
        self._channels = [np.empty((high, wide), np.uint8) for _ in range(3)]
        self._conversions = []
        for index in range(3):
            mean, std = spec.mean[index], spec.std[index]
            whole = self._planes[0, index]
            whole[:] = (spec.pad - mean) / std
            self._conversions.append(
                (
                    self._channels[index if spec.colour == "bgr" else 2 - index],
                    whole[top : top + high, left : left + wide],
                    np.float32(1 / std),
                    np.float32(-mean / std),
                )
            )
        self._size = (height, width)
