"""The pictures that `quantize` calibrates a network with and judges it by: the user's, or drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
import platformdirs

from models.errors import InputError
from models.image import Image
from models.manifest import Network
from models.quantising.making import Material
from pipelines.benchmark.data.labelled import Labelled, Truth, Truths

# More do not move the ranges of activations.
_CALIBRATED = 128
# Of the user's pictures; the others judge.
_SHARE = 0.25
_LEAST = 20
_DRAWN = 1024

Note = Callable[[str], None]
Progress = Callable[[int, int], None]


def is_drawn_for(network: Network) -> bool:
    """Whether the network finds what Saccade can draw, as the bundled ones do."""
    from models.rendering.style import CLASSES

    return network.labels == CLASSES


def drawn(network: Network, workers: int, progress: Progress) -> Material:
    """Rendered labels: those trained on to calibrate with, others than these to judge by.

    They are kept in the cache that `train` uses. Raises SaccadeError.
    """
    from models.training.data import Sizes, rendered
    from models.training.samples import cached

    manifest = network.manifest
    cache = platformdirs.user_cache_path("saccade", appauthor=False) / "training" / "samples"
    sizes = Sizes(train=_CALIBRATED, validation=0, test=_DRAWN)
    data = rendered(manifest.task, manifest.input.height, sizes)
    samples = cached(data.train, cache, workers)
    tests = cached(data.test, cache, workers, progress)
    return Material(
        data.title,
        lambda: (sample.image for sample in samples),
        len(samples),
        lambda: tests,
        len(tests),
        len(data.labels),
    )


def own(network: Network, images: Path | None, annotations: Path | None, note: Note) -> Material:
    """The user's pictures, a quarter of them to calibrate with.

    *note* is told, once, what of the pictures is left out. Raises InputError.
    """
    from pipelines.benchmark.bench import read_data

    path = images or annotations
    data = read_data(str(images) if images else None, str(annotations) if annotations else None)
    if path is None or data is None:
        option = _option(network)
        raise InputError(
            f"network {network.name!r}: no pictures of its kind come with Saccade; give your own "
            f"with {option}"
        )
    if data.task != network.manifest.task:
        raise InputError(
            f"{path}: cannot tell what network {network.name!r} loses; give {_option(network)}"
        )
    index = data.indexes_for(network.labels)
    if not index:
        raise InputError(f"{path}: shows nothing that network {network.name!r} has a label for")
    usable = tuple(
        picture
        for picture in data.pictures
        if data.task == "detect" or any(thing.number in index for thing in picture.objects)
    )
    if len(usable) < _LEAST:
        raise InputError(
            f"{path}: has {len(usable)} pictures that network {network.name!r} can be judged by, "
            f"and {_LEAST} are the least"
        )
    count = min(_CALIBRATED, int(len(usable) * _SHARE))
    # Evenly over the folder, which is in the order of classes.
    chosen = {number * len(usable) // count for number in range(count)}
    taken = tuple(picture for number, picture in enumerate(usable) if number in chosen)
    others = tuple(picture for number, picture in enumerate(usable) if number not in chosen)
    told: set[str] = set(data.notes)
    for text in data.notes:
        note(text)

    def read(part: Labelled) -> Iterator[Truth]:
        truths = Truths(part, network.labels)
        yield from truths
        for text in truths.notes():
            if text not in told:
                told.add(text)
                note(text)

    def calibration() -> Iterable[Image]:
        return (truth.image for truth in read(msgspec.structs.replace(data, pictures=taken)))

    return Material(
        f"{len(others)} of the {data.name}",
        calibration,
        len(taken),
        lambda: read(msgspec.structs.replace(data, pictures=others)),
        len(others),
        len(index),
    )


def _option(network: Network) -> str:
    if network.manifest.task == "detect":
        return "--annotations FILE.json, boxes in COCO's format"
    return "--images DIR, one folder for each class"
