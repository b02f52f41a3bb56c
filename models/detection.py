"""What a network finds in an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in pixels of the image it was found in; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Detection:
    """One finding: *score* in 0…1; *box* is None where the class speaks for the whole image.

    *track* is the identity a tracker gave it, None without one.
    """

    label: str
    score: float
    box: Box | None = None
    track: int | None = None


def overlap(one: Box | None, other: Box | None) -> float:
    """Intersection over union of two boxes; 0 where one is missing."""
    if one is None or other is None:
        return 0.0
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (_area(one) + _area(other) - both)


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
