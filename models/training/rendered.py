"""Rendered samples: each set has its own seeds, and the held-out one its own drawings too."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from models import rendering
from models.training.samples import Sample

Part = Literal["train", "validation", "held-out"]

# Far apart, so that no set grows into another.
_FIRST_SEED = {"train": 0, "validation": 1_000_000_000, "held-out": 2_000_000_000}


@dataclass(frozen=True, slots=True)
class Renders:
    """*count* images of parcels with labels, side × side; crops of one label for a classifier."""

    part: Part
    count: int
    side: int
    crops: bool = False

    @property
    def name(self) -> str:
        kind = "crops" if self.crops else "renders"
        return f"{kind}-{self.side}-{self.part}-{_version()}"

    def __len__(self) -> int:
        return self.count

    def __call__(self, index: int) -> Sample:
        from models.rendering import dataset

        seed = _FIRST_SEED[self.part] + index
        style = dataset.HELD_OUT if self.part == "held-out" else dataset.TRAIN
        if self.crops:
            image, label = dataset.render_crop(seed, self.side, style)
            return Sample(image, np.zeros((0, 4), np.float32), np.array([label], np.intp))
        rendered = dataset.render(seed, self.side, style)
        return Sample(rendered.image, rendered.boxes, rendered.classes)


@cache
def _version() -> str:
    """Changes with the renderer's code, so that no cache outlives what made it."""
    digest = hashlib.sha256()
    for path in sorted(Path(rendering.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
