"""`make networks-report`: how good and how fast the bundled networks are, as a Markdown table.

    python -m models.training.report [NAME …] [--photos FOLDER] [--pictures 2000]

The intervals are 95 % of the mean over ten parts of the set. Without photographs the composites
and the false alarms are left out. Needs pycocotools, and not PyTorch.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

import cv2
import numpy as np

from models.engines import ENGINES, EngineOptions
from models.errors import InputError, SaccadeError
from models.evaluation import LEAST_SCORE, average_precision, top1
from models.image import Image
from models.manifest import Network
from models.predictor import Predictor, load_predictor
from models.rendering.dataset import composite
from models.store import Store
from models.training.rendered import Renders
from models.training.samples import Sample
from models.training.speed import milliseconds

UNKNOWN = "–"
_PARTS = 10
_COMPOSITES = 400
_COLUMNS = ("network", "MB", "held-out", "composites", "false alarms a photo", *ENGINES.names())


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over parts of a set, with half the width of its interval."""

    value: float
    half: float

    def __str__(self) -> str:
        return f"{self.value * 100:.1f} ± {self.half * 100:.1f}"


def accuracy(network: Network, samples: Sequence[Sample]) -> Figure:
    """AP50 of a detector, top-1 of a classifier."""
    detects = network.manifest.task == "detect"
    parts = []
    with closing(_load(network, LEAST_SCORE if detects else 0.0)) as predictor:
        found = _Remembering(predictor)
        for part in range(_PARTS):
            some = samples[part::_PARTS]
            if detects:
                parts.append(average_precision(found, some, network.labels).ap50)
            else:
                parts.append(top1(found, some, network.labels))
        whole = average_precision(found, samples, network.labels).ap50 if detects else mean(parts)
    return Figure(whole, 1.96 * stdev(parts) / _PARTS**0.5)


def false_alarms(network: Network, photos: Sequence[Image]) -> float:
    """Findings a photograph without labels, at the manifest's own threshold."""
    with closing(_load(network, None)) as predictor:
        return mean(len(predictor.predict(photo).detections) for photo in photos)


def composites(photos: Sequence[Image], count: int, side: int) -> list[Sample]:
    """Held-out labels laid into photographs."""
    made = (composite(seed, photos[seed % len(photos)], side) for seed in range(count))
    return [Sample(one.image, one.boxes, one.classes) for one in made]


def row(network: Network, pictures: int, photos: Sequence[Image]) -> list[str]:
    """One network's line of the table."""
    side = network.manifest.input.width
    crops = network.manifest.task == "classify"
    source = Renders("held-out", pictures, side, crops)
    samples = [source(index) for index in range(pictures)]
    cells = [
        network.name,
        f"{network.path.stat().st_size / 1e6:.2f}",
        str(accuracy(network, samples)),
    ]
    if photos and not crops:
        laid = composites(photos, _COMPOSITES, side)
        cells += [str(accuracy(network, laid)), f"{false_alarms(network, photos):.2f}"]
    else:
        cells += [UNKNOWN, UNKNOWN]
    images = [sample.image for sample in samples[:100]]
    return cells + [_speed(network, engine, images) for engine in ENGINES.names()]


class _Remembering:
    """A predictor that is asked twice for the same image, and works once."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._known: dict[int, object] = {}

    def predict(self, image: Image) -> object:
        key = id(image)
        if key not in self._known:
            self._known[key] = self._predictor.predict(image)
        return self._known[key]


def _load(network: Network, threshold: float | None) -> Predictor:
    options = EngineOptions(device="cpu")
    return load_predictor(network, "onnxruntime", options, score_threshold=threshold)


def _speed(network: Network, engine: str, images: Sequence[Image]) -> str:
    try:
        return f"{milliseconds(network, engine, images):.2f} ms"
    except SaccadeError:
        return UNKNOWN


def _photos(folder: Path | None) -> Iterator[Image]:
    if folder is None:
        return
    paths = sorted(path for path in folder.glob("*") if path.suffix in (".jpg", ".png"))
    if not paths:
        raise InputError(f"--photos {folder}: has no .jpg or .png pictures")
    for path in paths:
        image = cv2.imread(str(path))
        if image is not None:
            yield np.asarray(image, np.uint8)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit status."""
    parser = argparse.ArgumentParser(description="Measure the networks that come with Saccade.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--photos", type=Path, metavar="FOLDER", help="without any labels in them")
    parser.add_argument("--pictures", type=int, default=2000, metavar="N", help="held-out renders")
    args = parser.parse_args(arguments)
    try:
        bundled = [entry for entry in Store(Path("none")).list() if entry.bundled and entry.network]
        photos = list(_photos(args.photos))
        print("| " + " | ".join(_COLUMNS) + " |\n" + "| --- " * len(_COLUMNS) + "|")
        for entry in bundled:
            if entry.network and (not args.names or entry.name in args.names):
                cells = row(entry.network, args.pictures, photos)
                print("| " + " | ".join(cells) + " |", flush=True)
    except SaccadeError as error:
        print(f"networks-report: {error}", file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
