"""NanoDet: per cell class scores and, for each of the four sides, a distribution of distances.

Li et al., "Generalized Focal Loss", arXiv:2006.04388, for the distributions.
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
    """*strides*: the sides of the grids' cells in pixels. *bins*: of a distribution."""

    strides: tuple[int, ...] = (8, 16, 32)
    bins: int = 8


def make(spec: DecoderSpec) -> Decoder:
    """For each stride two outputs, in any order: 1 × cells × classes and 1 × cells × 4·bins.

    A distance is the expectation of its distribution's soft-max, in cells, from the cell's
    centre at (i + 0.5)·stride − 0.5.
    """
    options = options_of(spec, Options)
    places = grid(spec, options.strides)
    centres = np.stack((places.column, places.row), axis=1) + np.float32(0.5)
    centres = centres * places.stride[:, None] - np.float32(0.5)
    counts = [cells(spec, stride) for stride in options.strides]
    starts = [0, *accumulate(counts)][:-1]
    width = 4 * options.bins
    expected = " and ".join(f"1×{n}×classes, 1×{n}×{width}" for n in counts)
    numbers = np.arange(options.bins, dtype=np.float32)
    pick = Picker()

    def levels(outputs: Arrays) -> list[Arrays]:
        """For each stride the scores and the distributions."""
        pairs = [[o[0] for o in outputs if o.ndim == 3 and o.shape[:2] == (1, n)] for n in counts]
        # With as many classes as *width* the shapes say nothing: then the scores come first.
        pairs = [sorted(pair, key=lambda o: o.shape[1] == width) for pair in pairs]
        fits = all(len(pair) == 2 and pair[1].shape[1] == width for pair in pairs)
        expect("nanodet", expected, outputs, fits and len(outputs) == 2 * len(counts))
        for scores, _ in pairs:
            expect_classes(spec, scores.shape[1])
        return list(pairs)

    def decode(outputs: Arrays) -> Decoded:
        with np.errstate(all="ignore"):
            found = []
            for start, (scores, sides) in zip(starts, levels(outputs), strict=True):
                rows, columns, values = pick(scores, spec.score_threshold)
                found.append((rows + start, columns, values, sides[rows]))
            cell, classes, values, logits = map(np.concatenate, zip(*found, strict=True))
            best = shortlist(values, spec)
            cell, logits = cell[best], logits[best].reshape(-1, 4, options.bins)
            weights = np.exp(logits - logits.max(axis=2, keepdims=True))
            reach = weights @ numbers / weights.sum(axis=2) * places.stride[cell, None]
            near, far = centres[cell] - reach[:, :2], centres[cell] + reach[:, 2:]
            boxes = np.concatenate((near, far), axis=1)
            return suppress(boxes, values[best], classes[best], spec)

    return decode
