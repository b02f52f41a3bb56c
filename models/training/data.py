"""What a network learns from, kept apart: to train with, to steer the training, and to test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.manifest import Task
from models.training.rendered import Renders
from models.training.samples import Source


@dataclass(frozen=True, slots=True)
class Data:
    """*title* is what the manifest calls the images that the accuracy was measured on."""

    title: str
    labels: tuple[str, ...]
    train: Source
    validation: Source
    test: Source


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many rendered images each part has."""

    train: int
    validation: int
    test: int


DETECT = Sizes(train=16384, validation=256, test=2000)
CLASSIFY = Sizes(train=49152, validation=1024, test=4096)


def rendered(task: Task, side: int, sizes: Sizes | None = None) -> Data:
    """Labels on parcels. The test has other seeds, drawings, textures and fonts."""
    from models.rendering.dataset import CLASSES

    crops = task == "classify"
    sizes = sizes or (CLASSIFY if crops else DETECT)
    return Data(
        f"{sizes.test} rendered {'crops' if crops else 'pictures'} of labels, drawn otherwise "
        f"than those trained on",
        CLASSES,
        Renders("train", sizes.train, side, crops),
        Renders("validation", sizes.validation, side, crops),
        Renders("held-out", sizes.test, side, crops),
    )


def find(task: Task, side: int, path: Path | None) -> Data:
    """The user's data in *path*, or rendered labels. Raises InputError."""
    if path is None:
        return rendered(task, side)
    from models.training.photos import read

    return read(path, task, side)
