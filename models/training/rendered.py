"""Rendered samples: each set has its own seeds, and the held-out one its own drawings too.

The set "seeds" has the drawings, textures and fonts of the training, photographed as the held-out
set is: what a network loses from it to "held-out" it loses for not knowing the drawings.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from models import rendering
from models.training.samples import Sample

Part = Literal["train", "validation", "seeds", "held-out"]

# Far apart, so that no set grows into another.
_FIRST_SEED: dict[Part, int] = {
    "train": 0,
    "validation": 1_000_000_000,
    "seeds": 1_500_000_000,
    "held-out": 2_000_000_000,
}


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
        styles = {"seeds": dataset.FAMILIAR, "held-out": dataset.HELD_OUT}
        style = styles.get(self.part, dataset.TRAIN)
        if self.crops:
            image, label = dataset.render_crop(seed, self.side, style)
            return Sample(image, np.zeros((0, 4), np.float32), np.array([label], np.intp))
        rendered = dataset.render(seed, self.side, style)
        return Sample(rendered.image, rendered.boxes, rendered.classes)


@cache
def _version() -> str:
    """Changes with the code of the renderer and the sets: no cache outlives what made it."""
    digest = hashlib.sha256()
    for path in (*sorted(Path(rendering.__file__).parent.glob("*.py")), Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
