"""How right a network is: on a set of samples, on photographs without labels, on the conveyor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import lru_cache
from statistics import mean, stdev

import numpy as np

from benchmarks.networks.figures import Conveyor, Interval
from models.engines import EngineOptions
from models.evaluation import LEAST_SCORE, average_precision, top1
from models.image import Image
from models.manifest import Network
from models.predictor import Prediction, Predictor, load_predictor
from models.training.samples import Sample
from pipelines.cameras.scene import ConveyorScene
from pipelines.live.truth import match

PARTS = 10
SEEDS = range(5)
FRAMES = 30  # of each seed
_STEP_S = 0.7  # meanwhile the belt moves by a twelfth of the picture's width
_STUDENT = 2.262  # Student's t for 95 % and PARTS − 1 degrees of freedom
_NORMAL = 1.96

Advance = Callable[[int], object]


def accuracy(network: Network, samples: Sequence[Sample], advance: Advance) -> Interval:
    """AP50 of a detector, top-1 of a classifier; *advance* is called with every picture done.

    The interval of a detector comes from how PARTS parts of the samples differ, that of a
    classifier from the binomial distribution.
    """
    detects = network.manifest.task == "detect"
    found = []
    with closing(load(network, LEAST_SCORE if detects else 0.0)) as predictor:
        for sample in samples:
            found.append(predictor.predict(sample.image))
            advance(1)
    if not detects:
        right = top1(_Told(found), samples, network.labels)
        return Interval(right, _NORMAL * (right * (1 - right) / len(samples)) ** 0.5)

    def ap50(part: slice) -> float:
        return average_precision(_Told(found[part]), samples[part], network.labels).ap50

    parts = [ap50(slice(part, None, PARTS)) for part in range(PARTS)]
    return Interval(ap50(slice(None)), _STUDENT * stdev(parts) / PARTS**0.5)


def false_alarms(network: Network, photos: Iterable[Image], advance: Advance) -> float:
    """Findings a photograph without labels, at the manifest's own threshold."""
    counts = []
    with closing(load(network)) as predictor:
        for photo in photos:
            counts.append(len(predictor.predict(photo).detections))
            advance(1)
    return mean(counts)


def conveyor(network: Network, advance: Advance) -> Conveyor:
    """What a detector finds on the rendered scene, at the manifest's own threshold."""
    image = np.empty((720, 1280, 3), np.uint8)
    objects, found, extra = (dict.fromkeys(SEEDS, 0) for _ in range(3))
    with closing(load(network)) as predictor:
        for seed in SEEDS:
            for frame in range(FRAMES):
                truth = scene(seed).render(frame * _STEP_S, image)
                findings = predictor.predict(image).detections
                hits = match(findings, truth)
                objects[seed] += len(truth)
                found[seed] += hits
                extra[seed] += len(findings) - hits
                advance(1)
    return Conveyor(
        recall=sum(found.values()) / sum(objects.values()),
        worst=min(found[seed] / objects[seed] for seed in SEEDS),
        extra=sum(extra.values()) / (len(SEEDS) * FRAMES),
    )


def load(network: Network, threshold: float | None = None) -> Predictor:
    """*network* as it is measured: on ONNX Runtime, on one thread of the processor."""
    return load_predictor(network, "onnxruntime", EngineOptions(device="cpu"), threshold)


@lru_cache
def scene(seed: int) -> ConveyorScene:
    """The rendered scene as a camera of 1280×720 sees it."""
    return ConveyorScene(1280, 720, seed)


class _Told:
    """Predictions made before, told again in their order: each serves the whole and one part."""

    def __init__(self, predictions: Sequence[Prediction]) -> None:
        self._left = iter(predictions)

    def predict(self, image: Image) -> Prediction:
        return next(self._left)
