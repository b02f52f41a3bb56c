"""YuNet: faces; per cell a class score, objectness, a box and five landmarks, which are not used.

Wu, Peng, Yu, "YuNet: A Tiny Millisecond-level Face Detector", 2023.
"""

from __future__ import annotations

from itertools import accumulate

import msgspec
import numpy as np

from models.decoders import Decoded, Decoder, DecoderSpec
from models.decoders.checks import Arrays, expect, expect_classes, options_of
from models.decoders.grid import cells, grid
from models.decoders.nms import Picker, shortlist, suppress


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*strides*: the sides of the grids' cells in pixels, as the outputs' names say them."""

    strides: tuple[int, ...] = (8, 16, 32)


def make(spec: DecoderSpec) -> Decoder:
    """For each stride s three outputs: `cls_s` and `obj_s`, 1 × cells × 1, `bbox_s`, × 4.

    The score is √(class · objectness); a box is the centre's offset and the logarithm of the
    size, in cells.
    """
    expect_classes(spec, 1)
    strides = options_of(spec, Options).strides
    places = grid(spec, strides)
    counts = [cells(spec, stride) for stride in strides]
    starts = [0, *accumulate(counts)][:-1]
    shapes = {
        f"{kind}_{stride}": (1, n, values)
        for kind, values in (("cls", 1), ("obj", 1), ("bbox", 4))
        for stride, n in zip(strides, counts, strict=True)
    }
    expected = ", ".join(f"{name} of {'×'.join(map(str, s))}" for name, s in shapes.items())
    pick = Picker()

    def decode(outputs: Arrays) -> Decoded:
        named = dict(zip(spec.output_names, outputs, strict=False))
        fits = all(name in named and named[name].shape == s for name, s in shapes.items())
        expect("yunet", expected, outputs, fits)
        with np.errstate(all="ignore"):
            found = []
            for stride, start in zip(strides, starts, strict=True):
                classes = np.clip(named[f"cls_{stride}"][0], 0, 1)
                scores = np.sqrt(classes * np.clip(named[f"obj_{stride}"][0], 0, 1))
                rows, columns, values = pick(scores, spec.score_threshold)
                found.append((rows + start, columns, values, named[f"bbox_{stride}"][0][rows]))
            cell, faces, values, sides = map(np.concatenate, zip(*found, strict=True))
            best = shortlist(values, spec)
            boxes = places.boxes(cell[best], sides[best])
            return suppress(boxes, values[best], faces[best], spec)

    return decode
