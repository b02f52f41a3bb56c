"""What is measured of the bundled networks, and the file that keeps it."""

from __future__ import annotations

from msgspec import Struct

from models.manifest import Precision, Task

COMMAND = "make networks-page"
"""What measures them."""


class Interval(Struct, frozen=True):
    """A fraction, and half the width of its interval of 95 %."""

    value: float
    half: float

    def __str__(self) -> str:
        return f"{self.value * 100:.1f} ± {self.half * 100:.1f}"


class Conveyor(Struct, frozen=True):
    """Of a detector on the rendered scene, at its own threshold.

    *recall*: the share of the labels that it found, and *worst* that of the worst seed. *extra*:
    findings a frame that lie on no such label.
    """

    recall: float
    worst: float
    extra: float


class Point(Struct, frozen=True):
    """Of a learning curve: the *score* on the steering pictures, a fraction, after *step* steps."""

    step: int
    score: float


class Figures(Struct, frozen=True, kw_only=True):
    """One network. What was not measured is None.

    *macs*: multiplications with addition for one input, and *square_macs* those for one that is
    as wide as it is high. *accuracy* has an entry for each set, AP50 or top-1. *false_alarms*:
    findings a photograph without labels. *milliseconds*: of one picture on one thread, for each
    engine; None where that may not run the network.
    """

    name: str
    title: str
    task: Task
    precision: Precision
    sha256: str
    bytes: int
    width: int
    height: int
    threshold: float
    parameters: int
    macs: int
    square_macs: int
    accuracy: dict[str, Interval]
    false_alarms: float | None
    conveyor: Conveyor | None
    milliseconds: dict[str, float | None]
    curve: tuple[Point, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """One run. *default* is the network that the application takes unless told otherwise."""

    machine: str
    pictures: int
    photos: int
    default: str
    networks: tuple[Figures, ...]
