"""Candidates that disappointed are barred, each time for twice as long."""

from __future__ import annotations

from models.candidate import Candidate

FIRST_S = 600.0
LONGEST_S = 6 * 3600.0


class Bars:
    """Which candidates may not be chosen, until when. *now_s*: a clock that never goes back."""

    def __init__(self) -> None:
        self._until_s: dict[Candidate, float] = {}
        self._counts: dict[Candidate, int] = {}

    def bar(self, candidate: Candidate, now_s: float) -> float:
        """Bar *candidate*; for how many seconds."""
        count = self._counts[candidate] = self._counts.get(candidate, 0) + 1
        for_s = min(LONGEST_S, FIRST_S * 2.0 ** min(count - 1, 16))
        self._until_s[candidate] = now_s + for_s
        return for_s

    def barred(self, candidate: Candidate) -> bool:
        """Whether it may not be chosen, as of the last `lift`."""
        return candidate in self._until_s

    def due(self, now_s: float) -> bool:
        """Whether `lift` would end any."""
        return any(now_s >= until_s for until_s in self._until_s.values())

    def lift(self, now_s: float) -> bool:
        """End the bars that are over; whether there were any."""
        over = [candidate for candidate, until_s in self._until_s.items() if now_s >= until_s]
        for candidate in over:
            del self._until_s[candidate]
        return bool(over)
