"""The figures of pruned networks, and which of them a tolerance allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

Method = Literal["lkam", "gamma", "taylor", "random"]

# Of the family's learning rate, for a network that is trained on. At more, one that has learned
# enough forgets what holds beyond the pictures that it learns from: VGG-SSD, 22 % fewer operations
# and not fitted, 240 steps, on 500 of other drawings: 82.8 at 0.05, 83.4 at 0.15, 82.9 at 0.5; the
# whole network comes from 85.0 to 82.7 at 0.5.
CAREFUL = 0.15


class Point(msgspec.Struct, frozen=True):
    """A pruned network's figures. *kept*: the share of the parent's operations that is left.

    *untuned* and *tuned*: its score on the steering pictures before and after training on;
    *accuracy* is that on the pictures kept apart. All are fractions.
    """

    rate: float
    kept: float
    macs: int
    parameters: int
    bytes: int
    untuned: float
    tuned: float
    accuracy: float


def within(points: Sequence[Point], accuracy: float, most_lost: float) -> Point | None:
    """The point with the fewest operations that loses at most that of *accuracy*; None if none."""
    # Accuracies are rounded to 4 digits, so equal losses must not differ by the last bit.
    allowed = [point for point in points if point.accuracy >= accuracy - most_lost - 1e-9]
    return min(allowed, key=lambda point: point.macs, default=None)


def line(accuracy: float, points: Sequence[Point]) -> list[tuple[float, float]]:
    """(operations, accuracy), both fractions, of the original with that *accuracy* and of each."""
    return [(1.0, accuracy), *((point.kept, point.accuracy) for point in points)]
