"""One run of a candidate in a process of its own, and what went on around it."""

from __future__ import annotations

from dataclasses import dataclass

from models.candidate import Candidate
from pipelines.benchmark.conditions.watch import Conditions
from pipelines.benchmark.sampling.job import Timed

# The least number of images that the source of the method takes its mean over.
LEAST_FRAMES = 100


@dataclass(frozen=True, slots=True)
class Extent:
    """How long a sample is: at least *frames* and *seconds*, after *early_s* kept apart."""

    frames: int
    seconds: float
    early_s: float


@dataclass(frozen=True, slots=True)
class Sample:
    """*round*: counted from 0; a repeated sample has the round of the one that it replaces.

    *took_s*: with the start of its process and the warm-up.
    """

    candidate: Candidate
    round: int
    timed: Timed
    conditions: Conditions
    took_s: float

    @property
    def valid(self) -> bool:
        """Whether nothing disturbed it."""
        return not self.conditions.disturbance
