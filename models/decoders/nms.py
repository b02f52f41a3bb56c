"""From many scored boxes to few: a shortlist by score, then non-maximum suppression per class.

Suppression costs the square of the number of boxes, so it only ever sees the best few hundred.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from models.decoders import Decoded, DecoderSpec, FloatArray

IntArray = npt.NDArray[np.intp]


class Picker:
    """Finds the scores that reach a threshold; keeps its scratch memory from call to call."""

    def __init__(self) -> None:
        self._room = np.empty(0, bool)

    def __call__(
        self, scores: npt.NDArray[Any], threshold: float
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """Row, column and value of every finite score of an (n, m) array that reaches it.

        A row may be picked more than once: a box may be of two classes.
        """
        if self._room.size < scores.size:
            self._room = np.empty(scores.size, bool)
        mask = self._room[: scores.size].reshape(scores.shape)
        np.greater_equal(scores, threshold, out=mask)
        rows, columns = np.divmod(np.flatnonzero(mask), scores.shape[1])
        values = scores[rows, columns].astype(np.float32)
        finite = np.isfinite(values)
        if not finite.all():
            return rows[finite], columns[finite], values[finite]
        return rows, columns, values

    def with_objectness(
        self, table: npt.NDArray[Any], threshold: float
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """The same of an (n, 5 + classes) table of x, y, w, h, objectness, class scores.

        A value is objectness times class score.
        """
        # No class scores above 1, so nothing is lost.
        likely = np.flatnonzero(table[:, 4] >= threshold)
        rows, columns, values = self(table[likely, 5:] * table[likely, 4:5], threshold)
        return likely[rows], columns, values


def shortlist(values: FloatArray, spec: DecoderSpec) -> IntArray:
    """The indices of the best values that suppression shall look at, best first.

    Of equal values the first comes first: quantised networks give many, and their order shows
    in the accuracy.
    """
    most = max(300, 3 * spec.limit)
    indices = np.arange(len(values))
    if len(values) > most:
        least = np.partition(values, len(values) - most)[len(values) - most]
        indices = np.flatnonzero(values >= least)
    return indices[np.argsort(-values[indices], kind="stable")][:most]


def suppress(
    boxes: FloatArray, scores: FloatArray, classes: IntArray, spec: DecoderSpec
) -> Decoded:
    """Of boxes of one class that overlap by more than the threshold keep the best.

    *boxes*: (n, 4) left top right bottom in pixels of the input, to which they are clipped.
    Boxes that are empty or not finite are dropped.
    """
    edge = np.array((spec.width, spec.height) * 2, np.float32)
    inside = np.clip(boxes, 0, edge).astype(np.float32)
    sizes = inside[:, 2:] - inside[:, :2]
    real = np.flatnonzero((sizes > 0).all(axis=1) & np.isfinite(boxes).all(axis=1))
    inside, scores, classes = inside[real], scores[real], classes[real]
    kept = np.empty(0, np.intp)
    if len(real):
        # Far apart in the plane, boxes of different classes do not overlap. OpenCV takes
        # x, y, w, h, and float64 without converting them one by one.
        apart = np.empty((len(real), 4))
        apart[:, :2] = inside[:, :2] + (classes * (max(spec.width, spec.height) + 1.0))[:, None]
        apart[:, 2:] = sizes[real]
        best = cv2.dnn.NMSBoxes(apart, scores, 0.0, spec.iou_threshold)  # type: ignore[arg-type]
        kept = np.asarray(best, np.intp).ravel()[: spec.limit]
    return Decoded(np.minimum(scores[kept], 1), classes[kept], inside[kept])
