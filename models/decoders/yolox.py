"""YOLOX: per cell the centre's offset, the logarithm of the size, objectness and classes.

Ge et al., "YOLOX: Exceeding YOLO Series in 2021", arXiv:2107.08430.
"""

from __future__ import annotations

import msgspec
import numpy as np

from models.decoders import Decoded, Decoder, DecoderSpec
from models.decoders.checks import Arrays, expect, expect_classes, options_of
from models.decoders.grid import grid
from models.decoders.nms import Picker, shortlist, suppress


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*strides*: the sides of the grids' cells in pixels, in the order of the output's rows."""

    strides: tuple[int, ...] = (8, 16, 32)


def make(spec: DecoderSpec) -> Decoder:
    """One output, 1 × cells × (5 + classes): x, y, log w, log h, objectness, class scores."""
    places = grid(spec, options_of(spec, Options).strides)
    cells = len(places.stride)
    pick = Picker()

    def decode(outputs: Arrays) -> Decoded:
        expect(
            "yolox",
            f"one output of 1×{cells}×(5 + classes)",
            outputs,
            len(outputs) == 1 and outputs[0].shape[:-1] == (1, cells) and outputs[0].ndim == 3,
        )
        table = outputs[0][0]
        expect_classes(spec, table.shape[1] - 5)
        with np.errstate(all="ignore"):
            rows, classes, values = pick.with_objectness(table, spec.score_threshold)
            best = shortlist(values, spec)
            boxes = places.boxes(rows[best], table[rows[best], :4])
            return suppress(boxes, values[best], classes[best], spec)

    return decode
