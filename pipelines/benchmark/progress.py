"""How far a benchmark is, and how long it will take."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

Step = Literal["check", "sample"]


@dataclass(frozen=True, slots=True)
class Progress:
    """*done* of *total* steps; *left_s* is an estimate, *what* is being done now, for people."""

    done: int
    total: int
    left_s: float
    what: str


Tell = Callable[[Progress], None]


class Pace:
    """Estimates the time left from how long each kind of step has taken so far."""

    def __init__(self, expected_s: Mapping[Step, float]) -> None:
        """*expected_s*: what a step is taken to need until one was done."""
        self._took_s: dict[Step, list[float]] = defaultdict(list)
        self._expected_s = expected_s
        self._began_s = 0.0

    def begin(self) -> None:
        """A step begins."""
        self._began_s = time.monotonic()

    def end(self, step: Step) -> None:
        """It has ended, and was one of these."""
        self._took_s[step].append(time.monotonic() - self._began_s)

    def left_s(self, counts: Mapping[Step, int]) -> float:
        """The time for so many more steps of each kind."""
        return sum(
            count * fmean(self._took_s[step] or [self._expected_s[step]])
            for step, count in counts.items()
        )
