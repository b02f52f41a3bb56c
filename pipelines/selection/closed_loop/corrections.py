"""What running candidates taught about their rows, kept apart from the table.

A camera, a window and other programs slow every candidate down alike. If only the row of the one
that runs were corrected, every other would look better for never having been tried. So what is seen
of one counts in part for all: by the mean over the candidates that ran, with one more that ran
exactly as measured (shrinkage with a prior of one observation; Efron and Morris, "Stein's
Estimation Rule and Its Competitors", JASA 68, 1973).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.candidate import Candidate
from pipelines.selection.closed_loop.deviation import TERMS, Deviation

SMOOTH_S = 10.0
HALF_LIFE_S = 1800.0
# What was seen for less is not fully believed.
_ENOUGH_S = 5.0


@dataclass(slots=True)
class _Evidence:
    """A mean of logarithms in which the last of the *weight_s* seconds count most."""

    mean: float = 0.0
    weight_s: float = 0.0
    at_s: float = -math.inf

    def add(self, value: float, now_s: float) -> None:
        passed_s = max(0.0, now_s - self.at_s)
        kept_s = self.weight_s * math.exp(-passed_s / SMOOTH_S)
        # After a pause the new value stands for a second, not for the pause.
        new_s = min(1.0, passed_s)
        if kept_s + new_s > 0:
            self.mean = (self.mean * kept_s + value * new_s) / (kept_s + new_s)
        self.weight_s = kept_s + new_s
        self.at_s = now_s

    def trust(self, now_s: float) -> float:
        """0…1: how much of it still counts."""
        fresh = 2 ** (-max(0.0, now_s - self.at_s) / HALF_LIFE_S)
        return fresh * min(1.0, self.weight_s / _ENOUGH_S)


class Corrections:
    """By candidate: the smoothed deviation of each figure, which is forgotten while it rests."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[Candidate, _Evidence]] = {term: {} for term in TERMS}

    def observe(self, candidate: Candidate, seen: Deviation, now_s: float) -> None:
        """One second of a running *candidate*. *now_s*: a clock that never goes back."""
        for term, by_candidate in self._seen.items():
            value = getattr(seen, term)
            if value is not None:
                by_candidate.setdefault(candidate, _Evidence()).add(value, now_s)

    def realised(self, candidate: Candidate) -> Deviation:
        """What was last seen of it, smoothed; None for what never was."""
        found = [by_candidate.get(candidate) for by_candidate in self._seen.values()]
        return Deviation(*(evidence.mean if evidence else None for evidence in found))

    def expected(self, candidate: Candidate, now_s: float) -> Deviation:
        """What is to be expected of it: its own evidence as far as it counts, else all others'."""
        return Deviation(
            *(
                self._estimate(by_candidate, candidate, now_s)
                for by_candidate in self._seen.values()
            )
        )

    @staticmethod
    def _estimate(
        by_candidate: dict[Candidate, _Evidence], candidate: Candidate, now_s: float
    ) -> float:
        trusts = {other: evidence.trust(now_s) for other, evidence in by_candidate.items()}
        common = sum(trusts[other] * by_candidate[other].mean for other in trusts)
        common /= sum(trusts.values()) + 1
        own = by_candidate.get(candidate)
        return common if own is None else common + trusts[candidate] * (own.mean - common)
