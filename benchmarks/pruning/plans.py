"""What is done with each family, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.training.data import Sizes
from models.training.pruning.points import CAREFUL


@dataclass(frozen=True, slots=True)
class FamilyPlan:
    """All methods save the share *rate* of the operations, with as many *steps* of training.

    What wins is trained for a *longer* number of steps, since that is what one would do with it,
    at *learning_rate* times the family's; it is quantised and shown live. Where that is more than
    careful, the original is trained on like it, so that one sees what comes of the training.
    """

    rate: float
    steps: int
    longer: int
    learning_rate: float = CAREFUL


# Those that were trained for half an hour before can still learn; VGG-SSD would forget.
PLANS = {
    "vgg-ssd": FamilyPlan(rate=0.19, steps=250, longer=1300),
    "pva-ssd": FamilyPlan(rate=0.25, steps=400, longer=1200, learning_rate=0.5),
    "squeezenet-ssd": FamilyPlan(rate=0.3, steps=400, longer=1200, learning_rate=0.5),
    "tiny-yolo": FamilyPlan(rate=0.25, steps=400, longer=1500, learning_rate=0.5),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """*plans*: what is done with each family. *cache*: where the samples are.

    *live_s*: the length of one run of the application; *rounds* of them, in which the networks
    take turns.
    """

    work: Path
    cache: Path
    plans: Mapping[str, FamilyPlan]
    seed: int = 1
    threads: int = 1
    sizes: Sizes | None = None
    live_s: float = 10.0
    rounds: int = 5
