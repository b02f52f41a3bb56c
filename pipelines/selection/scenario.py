"""What the user wants: how much accuracy, throughput and power matter, and hard limits."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, fields

from models.errors import InputError
from models.manifest import Task


@dataclass(frozen=True, slots=True)
class Weights:
    """Exponents of the figure of merit, all ≥ 0; see pipelines/selection/merit.py.

    *memory* and *latency* (the 95th percentile) divide it, as *power* does. Raises InputError
    where one is negative or no number, or none is above 0.
    """

    accuracy: float = 1.0
    throughput: float = 1.0
    power: float = 1.0
    memory: float = 0.0
    latency: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 <= value <= MOST:  # a NaN fails it too
                raise InputError(
                    f"weight {field.name} = {value}: expected a number from 0 to {MOST}"
                )
        if not any(astuple(self)):
            raise InputError("all weights are 0: expected at least one above 0")

    @property
    def total(self) -> float:
        """What accuracy, throughput and power weigh together."""
        return math.fsum((self.accuracy, self.throughput, self.power))

    @property
    def point(self) -> tuple[float, float, float] | None:
        """(accuracy, throughput, power) scaled to a sum of 1; None where all three are 0."""
        if self.total == 0:
            return None
        return self.accuracy / self.total, self.throughput / self.total, self.power / self.total


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named wish. *min_accuracy* is a fraction; None sets no limit.

    *task* keeps to detectors or classifiers, as their accuracies do not compare.
    """

    name: str
    weights: Weights
    task: Task | None = None
    min_accuracy: float | None = None
    min_fps: float | None = None
    max_power_w: float | None = None


# Larger exponents than anybody means, small enough that no figure of merit overflows.
MOST = 100

# Exponents (1, 1, 1) are Equation 1 itself. The others put four fifths of the weight on one term.
NAMED = {
    "balanced": Weights(1, 1, 1),
    "accuracy": Weights(0.8, 0.1, 0.1),
    "throughput": Weights(0.1, 0.8, 0.1),
    "energy": Weights(0.1, 0.1, 0.8),
}
