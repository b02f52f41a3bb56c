"""The whole study: every candidate, in rounds that interleave them.

Drift, be it heat, a clock or a neighbour, hits all candidates alike: every round measures each of
them once, in another order.
"""

from __future__ import annotations

import random
from dataclasses import replace

from models.candidate import Candidate
from pipelines.benchmark.ledger import Ledger
from pipelines.benchmark.progress import Pace, Progress, Tell
from pipelines.benchmark.sampling.sample import LEAST_FRAMES, Extent

# Of the planned samples, the share that may be taken once more in place of disturbed ones.
_REPEATS = 0.25
_ATTEMPTS, _VAIN = 3, 4
EXTENT = Extent(frames=1, seconds=1.5, early_s=1.0)


class Study:
    """Measures all candidates of *ledger*; what it has already is not done again."""

    def __init__(
        self,
        ledger: Ledger,
        rounds: int,
        tell: Tell,
        extent: Extent = EXTENT,
    ) -> None:
        """*extent*: of a sample; it has more frames where *rounds* of them would be too few."""
        self._ledger = ledger
        self._rounds = rounds
        frames = max(extent.frames, -(-LEAST_FRAMES // rounds))
        self._extent = replace(extent, frames=frames)
        self._tell = tell
        self._pace = Pace({"check": 3.0, "sample": extent.seconds + extent.early_s + 1.0})

    def run(self) -> None:
        """Check all of them, measure those that may be used. Raises SaccadeError."""
        for candidate in self._ledger.candidates:
            if not self._ledger.is_checked(candidate):
                self._begin(f"checking {candidate}")
                self._ledger.check(candidate)
                self._pace.end("check")
        for round_ in range(self._rounds):
            for candidate in self._order(round_):
                if not self._attempts(candidate, round_):
                    self._sample(candidate, round_)
            self._repeat(round_)
        for candidate in self._ledger.alive():
            self._ledger.finish(candidate)

    def _repeat(self, round_: int) -> None:
        """Take disturbed samples once more: whatever disturbed them may have gone by now.

        Several in vain in a row mean that it has not.
        """
        vain = 0
        for candidate in self._order(round_):
            while self._wants_repeat(candidate, round_):
                self._sample(candidate, round_)
                samples = self._ledger.samples(candidate)
                vain = 0 if samples and samples[-1].valid else vain + 1
                if vain == _VAIN:
                    return

    def _order(self, round_: int) -> list[Candidate]:
        order = self._ledger.alive()
        random.Random(round_).shuffle(order)
        return order

    def _sample(self, candidate: Candidate, round_: int) -> None:
        self._begin(f"round {round_ + 1} of {self._rounds}: {candidate.in_words()}")
        self._ledger.sample(candidate, round_, self._extent)
        self._pace.end("sample")

    def _attempts(self, candidate: Candidate, round_: int) -> int:
        return sum(sample.round == round_ for sample in self._ledger.samples(candidate))

    def _wants_repeat(self, candidate: Candidate, round_: int) -> bool:
        own = [sample for sample in self._ledger.samples(candidate) if sample.round == round_]
        return (
            candidate not in self._ledger.rejected
            and not any(sample.valid for sample in own)
            and len(own) < _ATTEMPTS
            and sum(map(self._ledger.repeats, self._ledger.candidates))
            < _REPEATS * len(self._ledger.candidates) * self._rounds
        )

    def _begin(self, what: str) -> None:
        alive = self._ledger.alive()
        known = {_checked_alike(c) for c in self._ledger.candidates if self._ledger.is_checked(c)}
        subjects = {_checked_alike(candidate) for candidate in self._ledger.candidates}
        done = sum(len({s.round for s in self._ledger.samples(c)}) for c in alive)
        planned = len(alive) * self._rounds
        self._tell(
            Progress(
                done=len(known) + done,
                total=len(subjects) + planned,
                left_s=self._pace.left_s(
                    {"check": len(subjects) - len(known), "sample": planned - done}
                ),
                what=what,
            )
        )
        self._pace.begin()


def _checked_alike(candidate: Candidate) -> tuple[str, ...]:
    return candidate.network, candidate.precision, candidate.engine, candidate.device
