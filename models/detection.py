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
