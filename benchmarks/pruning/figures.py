"""What the study measures, and the files that keep it."""

from __future__ import annotations

from msgspec import Struct

MOST_LOST = 0.003  # of accuracy, by what is called as good as the original
SCRATCH = 2  # times the steps of a pruning, for a network from nothing

COMMAND = "python -m benchmarks.pruning"
"""What measures them."""


class Row(Struct, frozen=True, kw_only=True):
    """One network. *method*: "original", one of pruning's, "trained on" for the whole network
    trained on like a pruned one, or "scratch" for one trained anew.

    *rate*: the share of the operations that was to be saved. *steps*: of training since the
    original, or since nothing. *untuned*: the score on the steering pictures before training on.
    *accuracy*: AP50 on the pictures kept apart. Fractions; None is what was not measured.
    """

    name: str
    method: str
    precision: str
    rate: float | None
    steps: int | None
    macs: int
    parameters: int
    bytes: int
    untuned: float | None
    accuracy: float


class Live(Struct, frozen=True):
    """Frames a second of the running application with each network, one for each round."""

    fps: dict[str, tuple[float, ...]]


class Decided(Struct, frozen=True, kw_only=True):
    """One layer with gates that decide for each picture.

    *needed*: the share of its kernels' groups that a picture needs on average. *pays_below*: that
    share below which leaving groups out is quicker; None where it never is.
    """

    layer: str
    needed: float
    pays_below: float | None


class FamilyStudy(Struct, frozen=True, kw_only=True):
    """All that is known of one family.

    *chosen*: of the networks as good as the original that with the fewest operations, or the best.
    *milliseconds*: by network and engine; None for an engine that may not run it. *utilisation*:
    by layer, for each kernel the share of pictures for which LKAM uses it. *dynamic*: what its
    gates would save if they stayed.
    """

    family: str
    rows: tuple[Row, ...]
    chosen: str
    milliseconds: dict[str, dict[str, float | None]]
    live: Live
    utilisation: dict[str, tuple[float, ...]]
    dynamic: tuple[Decided, ...]


class Report(Struct, frozen=True, kw_only=True):
    """One run of the study, with the steps of training by which methods are compared."""

    machine: str
    seed: int
    pictures: int
    steps: dict[str, int]
    families: tuple[FamilyStudy, ...]
