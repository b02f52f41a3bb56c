"""SSD whose boxes the network itself has decoded and chosen: TFLite_Detection_PostProcess.

TensorFlow Lite, tensorflow/lite/kernels/detection_postprocess.cc: boxes 1 × n × 4 (top, left,
bottom, right in 0…1), classes 1 × n without the background, scores 1 × n, and how many of the n
are findings.
"""

from __future__ import annotations

import msgspec
import numpy as np

from models.decoders import Decoded, Decoder, DecoderSpec
from models.decoders.checks import Arrays, expect, expect_classes, options_of
from models.decoders.nms import shortlist, suppress


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*scores_first*: of the two alike outputs the scores come before the classes."""

    scores_first: bool = False


def make(spec: DecoderSpec) -> Decoder:
    """Four outputs: boxes and count by their shapes, classes and scores by their order."""
    scores_first = options_of(spec, Options).scores_first
    size = np.array((spec.width, spec.height) * 2, np.float32)

    def decode(outputs: Arrays) -> Decoded:
        ordered = sorted(outputs, key=lambda output: -output.ndim)
        expect(
            "tflite-ssd",
            "four outputs, boxes of 1×n×4, classes and scores of 1×n, and a count",
            outputs,
            [output.ndim for output in ordered] == [3, 2, 2, 1]
            and ordered[0].shape == (1, ordered[1].shape[1], 4)
            and ordered[1].shape == ordered[2].shape
            and ordered[3].shape == (1,),
        )
        boxes, classes, scores, count = ordered
        if scores_first:
            classes, scores = scores, classes
        with np.errstate(all="ignore"):
            valid = np.arange(scores.shape[1]) < count[0]
            valid &= np.isfinite(scores[0]) & (scores[0] >= spec.score_threshold)
            valid &= np.isfinite(classes[0]) & (classes[0] >= 0)
            rows = np.flatnonzero(valid)
            found = np.rint(classes[0, rows])
            if len(found) and found.max() >= spec.classes:
                expect_classes(spec, int(found.max()) + 1)
            values = scores[0, rows].astype(np.float32)
            best = shortlist(values, spec)
            corners = boxes[0, rows[best]][:, [1, 0, 3, 2]] * size
            return suppress(corners, values[best], found[best].astype(np.intp), spec)

    return decode
