"""The three held-out sets: other seeds, other drawings, and composites over photographs.

They are drawn when they are first needed and kept in a cache folder; nothing of the photographs
gets anywhere else.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from models.errors import InputError
from models.image import Image
from models.rendering.dataset import composite
from models.training.rendered import Renders
from models.training.samples import SHARD, Sample, cached

SetName = Literal["seeds", "held-out", "composites"]
SETS: tuple[SetName, ...] = ("seeds", "held-out", "composites")

_SUFFIXES = (".jpg", ".jpeg", ".png")
_SCENE = 256  # the side of the composite that a crop is cut from
_ROOM = 1.15  # a crop's side, in sides of its label: as much as in the rendered crops
_NEXT = 1_000_003  # seeds from one composite to the next that is tried for the same crop


@dataclass(frozen=True, slots=True)
class Composites:
    """*count* held-out labels' scenes over *photos*, side × side; crops of one label for a
    classifier."""

    photos: tuple[Path, ...]
    count: int
    side: int
    crops: bool = False

    @property
    def name(self) -> str:
        digest = hashlib.sha256()
        for path in self.photos:
            digest.update(f"{path.name} {path.stat().st_size}\n".encode())
        renders = Renders("held-out", self.count, self.side, self.crops).name
        return f"{renders}-over-{digest.hexdigest()[:10]}"

    def __len__(self) -> int:
        return self.count

    def __call__(self, index: int) -> Sample:
        return self._crop(index) if self.crops else self._scene(index, self.side)

    def _scene(self, seed: int, side: int) -> Sample:
        made = composite(seed, read_photo(self.photos[seed % len(self.photos)]), side)
        return Sample(made.image, made.boxes, made.classes)

    def _crop(self, index: int) -> Sample:
        """One label of the first composite that has any."""
        scenes = (self._scene(seed, _SCENE) for seed in itertools.count(index, _NEXT))
        scene = next(scene for scene in scenes if len(scene.classes))
        which = index % len(scene.classes)
        left, top, right, bottom = scene.boxes[which].tolist()
        side = round(min(_SCENE, _ROOM * max(right - left, bottom - top)))
        x, y = (
            int(np.clip((low + high - side) / 2, 0, _SCENE - side))
            for low, high in ((left, right), (top, bottom))
        )
        part = scene.image[y : y + side, x : x + side]
        way = cv2.INTER_AREA if side > self.side else cv2.INTER_LINEAR
        image = np.asarray(cv2.resize(part, (self.side, self.side), interpolation=way), np.uint8)
        return Sample(image, np.zeros((0, 4), np.float32), scene.classes[which : which + 1])


@dataclass(frozen=True, slots=True)
class Sets:
    """*pictures* of each set; without *photos* there are no composites."""

    pictures: int
    photos: tuple[Path, ...]
    cache: Path
    workers: int

    @property
    def names(self) -> tuple[SetName, ...]:
        return SETS if self.photos else SETS[:2]

    def samples(
        self, name: SetName, side: int, crops: bool, progress: Callable[[int, int], None]
    ) -> Sequence[Sample]:
        """The samples of one set for networks of that input, drawn where the cache lacks them."""
        # Whole shards, so that a smaller number of pictures leaves nothing that a larger misses.
        count = -(-self.pictures // SHARD) * SHARD
        source = (
            Composites(self.photos, count, side, crops)
            if name == "composites"
            else Renders(name, count, side, crops)
        )
        drawn = cached(source, self.cache, self.workers, progress)
        return [drawn[index] for index in range(self.pictures)]


def find_photos(folder: Path) -> tuple[Path, ...]:
    """The pictures in *folder*. Raises InputError where there are none."""
    paths = sorted(path for path in folder.glob("*") if path.suffix.lower() in _SUFFIXES)
    if not paths:
        raise InputError(f"--photos {folder}: has no .jpg or .png pictures")
    return tuple(paths)


def read_photo(path: Path) -> Image:
    """The photograph, (h, w, 3) BGR. Raises InputError for a file that is none."""
    image = cv2.imread(str(path))
    if image is None:
        raise InputError(f"--photos {path.parent}: {path.name} cannot be read as a picture")
    return np.asarray(image, np.uint8)
