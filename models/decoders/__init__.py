"""Decoders: a network's output arrays → candidates for boxes or classes. Pure functions.

A decoder is built once for a network by `make(spec)` and then called for every frame with the
engine's outputs, in the order of `spec.output_names`. `make` raises ManifestError for wrong
options; the decoder raises ModelFileError for outputs that it cannot read, and ManifestError where
the network has another number of classes than there are labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from models.plugins import PluginTable

FloatArray = npt.NDArray[np.float32]

DECODERS = PluginTable(
    "decoder",
    "saccade.decoders",
    {
        "classify": "models.decoders.classify:make",
        "yolox": "models.decoders.yolox:make",
        "nanodet": "models.decoders.nanodet:make",
        "fastestdet": "models.decoders.fastestdet:make",
        "yolo": "models.decoders.yolo:make",
        "ssd": "models.decoders.ssd:make",
        "tflite-ssd": "models.decoders.tflite_ssd:make",
        "yunet": "models.decoders.yunet:make",
    },
)


@dataclass(frozen=True, slots=True)
class DecoderSpec:
    """What a decoder is built from.

    *width*, *height*: the network's input in pixels. *classes*: how many labels it has.
    *score_threshold*: findings below are dropped. *iou_threshold*: of overlapping boxes of one
    class, all but the best are dropped. *limit*: the most findings returned. *output_names*: of
    the arrays the decoder will be given. *options*: the decoder's own keys of the manifest.
    """

    width: int
    height: int
    classes: int
    score_threshold: float = 0.35
    iou_threshold: float = 0.45
    limit: int = 100
    output_names: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Findings, best first.

    *scores*: (n,) float32 in 0…1. *classes*: (n,) intp, index of the label. *boxes*: (n, 4)
    float32, left top right bottom in pixels of the network's input; None for a classifier.
    """

    scores: FloatArray
    classes: npt.NDArray[np.intp]
    boxes: FloatArray | None


Decoder = Callable[[Sequence[npt.NDArray[Any]]], Decoded]
