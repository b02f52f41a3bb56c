"""What the user wants: how much accuracy, throughput and power matter, and hard limits."""

from __future__ import annotations

from dataclasses import dataclass

from models.manifest import Task


@dataclass(frozen=True, slots=True)
class Weights:
    """Exponents of the figure of merit, all ≥ 0; see pipelines/selection/merit.py.

    *memory* and *latency* (the 95th percentile) divide it, as *power* does.
    """

    accuracy: float = 1.0
    throughput: float = 1.0
    power: float = 1.0
    memory: float = 0.0
    latency: float = 0.0


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


# Exponents (1, 1, 1) are Equation 1 itself. The others put four fifths of the weight on one term.
NAMED = {
    "balanced": Weights(1, 1, 1),
    "accuracy": Weights(0.8, 0.1, 0.1),
    "throughput": Weights(0.1, 0.8, 0.1),
    "energy": Weights(0.1, 0.1, 0.8),
}
