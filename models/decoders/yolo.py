"""YOLO with objectness, its boxes already decoded in the network: x, y, w, h of each."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from models.decoders import Decoded, Decoder, DecoderSpec
from models.decoders.checks import Arrays, expect, expect_classes, options_of
from models.decoders.grid import around
from models.decoders.nms import Picker, shortlist, suppress


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*unit* of the boxes: "pixel" of the input, or "fraction" of its width and height."""

    unit: Literal["pixel", "fraction"] = "pixel"


def make(spec: DecoderSpec) -> Decoder:
    """One output, 1 × boxes × (5 + classes): centre x, y, w, h, objectness, class scores."""
    pixels = options_of(spec, Options).unit == "pixel"
    scale_x, scale_y = (1, 1) if pixels else (spec.width, spec.height)
    pick = Picker()

    def decode(outputs: Arrays) -> Decoded:
        expect(
            "yolo",
            "one output of 1×boxes×(5 + classes)",
            outputs,
            len(outputs) == 1 and outputs[0].shape[:1] == (1,) and outputs[0].ndim == 3,
        )
        table = outputs[0][0]
        expect_classes(spec, table.shape[1] - 5)
        with np.errstate(all="ignore"):
            rows, classes, values = pick.with_objectness(table, spec.score_threshold)
            best = shortlist(values, spec)
            x, y, width, height = table[rows[best], :4].T
            boxes = around(x * scale_x, y * scale_y, width * scale_x, height * scale_y)
            return suppress(boxes, values[best], classes[best], spec)

    return decode
