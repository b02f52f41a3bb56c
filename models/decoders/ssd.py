"""SSD with its boxes already decoded in the network: boxes and scores as two outputs."""

from __future__ import annotations

from typing import Annotated

import msgspec
import numpy as np

from models.decoders import Decoded, Decoder, DecoderSpec
from models.decoders.checks import Arrays, expect, options_of, without
from models.decoders.nms import Picker, shortlist, suppress


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*background*: the class that means "nothing" and has no label; None if there is none."""

    background: Annotated[int, msgspec.Meta(ge=0)] | None = None


def make(spec: DecoderSpec) -> Decoder:
    """Two outputs, 1 × n × 4 (top left bottom right in 0…1) and 1 × n × classes, in any order."""
    background = options_of(spec, Options).background
    size = np.array((spec.width, spec.height) * 2, np.float32)
    pick = Picker()

    def decode(outputs: Arrays) -> Decoded:
        # With four classes the shapes say nothing: then the name does, or the boxes come first.
        named = zip(spec.output_names or ("",) * len(outputs), outputs, strict=True)
        ordered = sorted(named, key=lambda pair: (pair[1].shape[-1:] != (4,), pair[0] != "boxes"))
        expect(
            "ssd",
            "two outputs, boxes of 1×n×4 and scores of 1×n×classes",
            outputs,
            len(ordered) == 2
            and ordered[1][1].ndim == 3
            and ordered[0][1].shape == (1, ordered[1][1].shape[1], 4),
        )
        (_, boxes), (_, scores) = ordered
        with np.errstate(all="ignore"):
            labelled = without(scores[0], background, spec)
            rows, classes, values = pick(labelled, spec.score_threshold)
            best = shortlist(values, spec)
            found = boxes[0][rows[best]][:, [1, 0, 3, 2]] * size
            return suppress(found, values[best], classes[best], spec)

    return decode
