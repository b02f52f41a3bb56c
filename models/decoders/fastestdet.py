"""FastestDet: one grid; per cell objectness, box and classes, the arrays' planes first."""

from __future__ import annotations

import msgspec
import numpy as np

from models.decoders import Decoded, Decoder, DecoderSpec
from models.decoders.checks import Arrays, expect, expect_classes, options_of
from models.decoders.grid import around, grid
from models.decoders.nms import Picker, shortlist, suppress


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*stride*: the side of a cell in pixels."""

    stride: int = 16


def make(spec: DecoderSpec) -> Decoder:
    """One output, 1 × (5 + classes) × rows × columns: objectness, x, y, w, h, class scores.

    The score is objectness^0.6 · class^0.4; tanh gives the centre's offset in cells, the
    logistic function the size as a fraction of the input.
    """
    stride = options_of(spec, Options).stride
    places = grid(spec, (stride,))
    rows, columns = -(-spec.height // stride), -(-spec.width // stride)
    pick = Picker()

    def decode(outputs: Arrays) -> Decoded:
        expect(
            "fastestdet",
            f"one output of 1×(5 + classes)×{rows}×{columns}",
            outputs,
            len(outputs) == 1
            and outputs[0].ndim == 4
            and outputs[0].shape[::2] == (1, rows)
            and outputs[0].shape[3] == columns,
        )
        planes = outputs[0].reshape(outputs[0].shape[1], -1)
        expect_classes(spec, planes.shape[0] - 5)
        with np.errstate(all="ignore"):
            # No class scores above 1, so nothing is lost.
            objectness = planes[0] ** 0.6
            likely = np.flatnonzero(objectness >= spec.score_threshold)
            scores = objectness[likely] * planes[5:, likely] ** 0.4
            classes, found, values = pick(scores, spec.score_threshold)
            best = shortlist(values, spec)
            cell = likely[found[best]]
            x, y, width, height = planes[1:5, cell]
            boxes = around(
                (np.tanh(x) + places.column[cell]) * stride,
                (np.tanh(y) + places.row[cell]) * stride,
                spec.width / (1 + np.exp(-width)),
                spec.height / (1 + np.exp(-height)),
            )
            return suppress(boxes, values[best], classes[best], spec)

    return decode
