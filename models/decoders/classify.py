"""Classification of the whole image: one score for each class."""

from __future__ import annotations

from typing import Annotated

import msgspec
import numpy as np

from models.decoders import Decoded, Decoder, DecoderSpec
from models.decoders.checks import Arrays, expect, options_of, without
from models.errors import ManifestError


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*softmax*: the network gives logits, not probabilities.

    *background*: the class that means "nothing" and has no label; None if there is none.
    """

    softmax: bool = False
    background: Annotated[int, msgspec.Meta(ge=0)] | None = None


def make(spec: DecoderSpec) -> Decoder:
    """One output with as many values as there are classes, such as 1 × classes × 1 × 1."""
    options = options_of(spec, Options)

    def decode(outputs: Arrays) -> Decoded:
        expect(
            "classify",
            "one output of 1×classes",
            outputs,
            len(outputs) == 1 and 0 < outputs[0].size == max(outputs[0].shape, default=0),
        )
        scores = outputs[0].reshape(-1).astype(np.float32)
        with np.errstate(all="ignore"):
            if options.softmax:
                scores = np.exp(scores - scores.max())
                scores = scores / scores.sum()
            scores = without(scores, options.background, spec)
            scores = np.where(np.isfinite(scores), scores, -1)
            if scores.max() > 1.01:
                raise ManifestError(
                    f"decoder 'classify' expects probabilities, but the network gives "
                    f"{scores.max():.3g}; set softmax = true in the manifest's [decoder.options]"
                )
            best = np.argsort(-scores, kind="stable")[: spec.limit]
            best = best[scores[best] >= spec.score_threshold]
            return Decoded(np.minimum(scores[best], 1), best, None)

    return decode
