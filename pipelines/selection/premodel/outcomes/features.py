"""Cheap features of an image, from which the premodel tells which network will do.

After Taylor et al., "Adaptive Selection of Deep Learning Models on Embedded Systems" (LCTES 2018):
keypoints, perceived brightness, contrast, and histograms of edge lengths and of hue. Keypoints are
FAST corners (Rosten and Drummond, ECCV 2006), since SURF, the paper's, is slow and not in every
OpenCV. The paper's two features of the main object's box, aspect ratio and area by perimeter, are
left out: nobody knows the box before a network has run.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from models.image import Image

FloatArray = npt.NDArray[np.float64]

_BINS = 7
NAMES = (
    "keypoints",
    "brightness",
    "contrast",
    *(f"edge_length_{number}" for number in range(1, _BINS + 1)),
    *(f"hue_{number}" for number in range(1, _BINS + 1)),
)

# The copy's longer side in pixels: the features tell rough scenes from smooth ones, not details.
_SIDE = 128
# Of blue, green and red, squared, in perceived brightness (Finley, "HSP Color Model", 2006).
_WEIGHTS = np.array((0.068, 0.691, 0.241), np.float32)
_CORNER = 20  # grey levels by which a corner's ring differs from its middle
_WEAK, _STRONG = 60, 150  # Canny's thresholds
# The shortest edges that fall into the second to the last bin, in pixels of the copy.
_LENGTHS = np.array((4, 8, 16, 32, 64, 128))
_GREYISH = 32  # a pixel of less saturation has no hue worth counting


class Describer:
    """Computes the features of images. Used by one thread."""

    def __init__(self) -> None:
        self._corners = cv2.FastFeatureDetector.create(_CORNER)

    def __call__(self, image: Image) -> FloatArray:
        """The features in the order of NAMES, (17,), of a BGR image, height × width × 3.

        *keypoints*: ln(1 + count). *brightness*: the mean of √(0.241 R² + 0.691 G² + 0.068 B²) in
        0…255, and *contrast* its standard deviation. *edge_length*: of the connected edges, the
        share in each bin. *hue*: of the pixels with a colour, the share in each seventh of the
        circle; all 0 in a picture without.
        """
        small = _shrink(image)
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        pixels = small.reshape(-1, 3).astype(np.float32)
        perceived = np.sqrt((pixels * pixels) @ _WEIGHTS)
        return np.array(
            (
                math.log1p(len(self._corners.detect(grey, None))),
                float(perceived.mean()),
                float(perceived.std()),
                *_edge_lengths(grey),
                *_hues(small),
            )
        )


def _shrink(image: Image) -> Image:
    height, width = image.shape[:2]
    scale = _SIDE / max(height, width)
    if scale >= 1:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Nearest first where much is to go: averaging every pixel of a large frame costs more than
    # all the features.
    step = int(1 / scale) // 4
    if step > 1:
        image = image[::step, ::step]
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _edge_lengths(grey: npt.NDArray[Any]) -> FloatArray:
    edges = cv2.Canny(grey, _WEAK, _STRONG)
    count, _, statistics, _ = cv2.connectedComponentsWithStats(edges, connectivity=8)
    # The first component is what is no edge. Edges are one pixel wide: their area is their length.
    lengths = statistics[1:, cv2.CC_STAT_AREA]
    bins = np.bincount(np.searchsorted(_LENGTHS, lengths, "right"), minlength=_BINS)
    return np.asarray(bins / max(1, count - 1), np.float64)


def _hues(small: Image) -> FloatArray:
    hue, saturation, _ = cv2.split(cv2.cvtColor(small, cv2.COLOR_BGR2HSV))
    coloured = hue[saturation >= _GREYISH]
    # OpenCV counts a circle as 180.
    bins = np.bincount(coloured.astype(np.intp) * _BINS // 180, minlength=_BINS)
    return np.asarray(bins / max(1, coloured.size), np.float64)
