"""Samples: images with their truth, cached on the disk so that every epoch reads them at once.

    <cache>/<name of the source>/shard-00000.npy    images of one size, (256, side, side, 3)
    <cache>/<name of the source>/shard-00000.npz    their truths

A shard's images get their name last, after the truths, so an interruption leaves no half shard and
the next call makes only what is missing.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from models.errors import SaccadeError
from models.image import Image

SHARD = 256

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.intp]
Progress = Callable[[int, int], None]


class Sample(NamedTuple):
    """*image*: BGR uint8, side × side × 3. *boxes*: (n, 4) left top right bottom in its pixels.

    *classes*: (n,). A classifier's sample has one class and no boxes.
    """

    image: Image
    boxes: FloatArray
    classes: IntArray


class Source(Protocol):
    """Where samples come from; it goes to worker processes. *name* changes with its content."""

    @property
    def name(self) -> str: ...

    @property
    def side(self) -> int: ...

    def __len__(self) -> int: ...

    def __call__(self, index: int) -> Sample:
        """The sample of that index, always the same."""
        ...


@dataclass(frozen=True, slots=True)
class _Shard:
    images: Image
    boxes: FloatArray
    classes: IntArray
    ends: IntArray


class Cached(Sequence[Sample]):
    """The samples of a source, read from the disk."""

    def __init__(self, shards: Sequence[_Shard], count: int) -> None:
        self._shards = shards
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]
        if not 0 <= index < self._count:
            raise IndexError(index)
        shard = self._shards[index // SHARD]
        row = index % SHARD
        rows = slice(int(shard.ends[row]), int(shard.ends[row + 1]))
        return Sample(shard.images[row], shard.boxes[rows], shard.classes[rows])


def cached(
    source: Source, cache: Path, workers: int = 1, progress: Progress | None = None
) -> Cached:
    """All samples of *source*, made by *workers* processes where the cache does not have them.

    *progress* is called with the number of samples that are there, and of all. Raises
    SaccadeError if the cache cannot be written, and what the source raises.
    """
    folder = cache / source.name
    shards = range(-(-len(source) // SHARD))
    paths = [_path(folder, shard, len(_rows(source, shard))) for shard in shards]
    missing = [shard for shard in shards if not paths[shard].exists()]
    # Two trainings that begin together then seldom make the same shard.
    random.shuffle(missing)
    done = (len(shards) - len(missing)) * SHARD
    make = partial(_make, source, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if workers <= 1 or len(missing) <= 1:
            for shard in missing:
                done += make(shard)
                _tell(progress, done, len(source))
        else:
            # Not forked: a fork of a process with PyTorch's threads may hang.
            with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
                for future in as_completed([pool.submit(make, shard) for shard in missing]):
                    done += future.result()
                    _tell(progress, done, len(source))
        return Cached([_read(path) for path in paths], len(source))
    except OSError as error:
        raise SaccadeError(
            f"{folder}: the training samples cannot be kept there: {error.strerror or error}"
        ) from error


def _make(source: Source, folder: Path, shard: int) -> int:
    """Make one shard, if nobody else did meanwhile; returns how many samples it has."""
    rows = _rows(source, shard)
    path = _path(folder, shard, len(rows))
    if path.exists():
        return len(rows)
    # There is a process for every core already.
    cv2.setNumThreads(1)
    samples = [source(index) for index in rows]
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            np.savez(
                stream,
                boxes=np.concatenate([sample.boxes for sample in samples]).astype(np.float32),
                classes=np.concatenate([sample.classes for sample in samples]).astype(np.int64),
                ends=np.cumsum([0, *(len(sample.classes) for sample in samples)]),
            )
        temporary.replace(path.with_suffix(".npz"))
        with temporary.open("wb") as stream:
            np.save(stream, np.stack([sample.image for sample in samples]))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return len(rows)


def _read(path: Path) -> _Shard:
    with np.load(path.with_suffix(".npz")) as truth:
        boxes, classes, ends = (truth[name] for name in ("boxes", "classes", "ends"))
    if classes.size and len(boxes) not in (0, len(classes)):
        raise SaccadeError(f"{path}: is damaged; remove the folder, and it is made again")
    return _Shard(np.load(path, mmap_mode="r"), boxes, classes, ends)


def _rows(source: Source, shard: int) -> range:
    return range(shard * SHARD, min(len(source), (shard + 1) * SHARD))


def _path(folder: Path, shard: int, rows: int) -> Path:
    """The last shard has the number of its *rows* in its name: a larger set needs more of them."""
    return folder / f"shard-{shard:05}{'' if rows == SHARD else f'-{rows}'}.npy"


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress:
        progress(min(done, total), total)
