"""Successive elimination: measures only candidates that can still win.

After Even-Dar, Mannor and Mansour, "Action Elimination and Stopping Conditions for the Multi-Armed
Bandit and Reinforcement Learning Problems" (JMLR 7, 2006): what is certainly below another's figure
of merit is not measured any more. Three things are ours. The accuracy, which is dear, is measured
of the most promising first, and counts until then as the most that it can be. A candidate is
first run on one thread, which bounds what more threads can reach. And a prediction, where there
is one, spares those that cannot win by any means.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean
from typing import NamedTuple

from models.candidate import Candidate
from pipelines.benchmark.ledger import Ledger
from pipelines.benchmark.sampling.sample import LEAST_FRAMES, Extent
from pipelines.benchmark.search.judge import NEVER, Judge, Prior
from pipelines.selection.scenario import Scenario

# The first look at a candidate, and every further one.
_FIRST = Extent(frames=5, seconds=0.4, early_s=0.0)
_NEXT = Extent(frames=20, seconds=1.0, early_s=0.5)
_ENOUGH = 5
# So many looks before the first check.
_LOOKS = 3
# What the start of a process and the warm-up take beside the frames, at most, on a small board.
_START_S = 3.0
_CHECK_S = 4.0


class Least(NamedTuple):
    """How many *frames* and *samples* a row needs."""

    frames: int
    samples: int


_LEAST = Least(LEAST_FRAMES, 3)


class Search:
    """Spends the time until *deadline_s* of *clock* on those of *candidates* that can still win.

    *least*: what a row needs that is to be kept. *rate_fps*: see `Judge`. *tell* is told before
    each step what is done.
    """

    def __init__(
        self,
        ledger: Ledger,
        candidates: Sequence[Candidate],
        scenario: Scenario,
        *,
        clock: Callable[[], float],
        deadline_s: float,
        least: Least = _LEAST,
        prior: Prior | None = None,
        rate_fps: float | None = None,
        tell: Callable[[str], None] = lambda what: None,
    ) -> None:
        self._ledger = ledger
        self._judge = Judge(ledger, scenario, prior, rate_fps)
        # Of equal promise, one thread comes before its siblings, and every network on the first
        # engine before the next one.
        engines = list(dict.fromkeys(each.engine for each in candidates))
        self._candidates = sorted(
            dict.fromkeys(candidates),
            key=lambda each: (each.threads, each.spinning, engines.index(each.engine)),
        )
        self._clock = clock
        self._deadline_s = deadline_s
        self._least = least
        self._tell = tell

    def run(self) -> dict[Candidate, str]:
        """Measure, and keep the rows of those that could win to the end. Raises SaccadeError.

        Returns the others, each with the reason why it was left.
        """
        contenders = self._contenders()
        while self._left_s() > self._reserve_s(contenders) and self._step(contenders):
            contenders = self._contenders()
        self._complete()
        finished = {record.measurement.candidate for record in self._ledger.records}
        best = max((self._judge.bounds(each).low for each in self._candidates), default=NEVER)
        return {
            candidate: self._judge.reason(candidate, best)
            for candidate in self._candidates
            if candidate not in finished and candidate not in self._ledger.rejected
        }

    def _contenders(self) -> list[Candidate]:
        """Those that can still win, the most promising first."""
        bounds = {each: self._judge.bounds(each) for each in self._candidates}
        best = max((bound.low for bound in bounds.values()), default=NEVER)
        able = [each for each, bound in bounds.items() if bound.high >= best and bound.high > NEVER]
        return sorted(able, key=lambda each: -bounds[each].high)

    def _step(self, contenders: Sequence[Candidate]) -> bool:
        """Do what tells most; False where nothing is left to do."""
        looked = [each for each in contenders if self._ledger.samples(each)]
        sound = [each for each in looked if self._ledger.is_checked(each)]
        if not contenders:
            return False
        if not sound and len(looked) >= _LOOKS and not self._is_unbounded(contenders[0]):
            # Nothing is spared before there is one that it could lose against.
            self._check(looked[0])
        elif not self._ledger.samples(contenders[0]):
            self._look(contenders[0], _FIRST)
        elif not self._ledger.is_checked(contenders[0]):
            self._check(contenders[0])
        else:
            return self._look_closer(contenders)
        return True

    def _look_closer(self, contenders: Sequence[Candidate]) -> bool:
        """One sample more of the one of which least is known; False where it is enough."""
        poorest = min(contenders, key=lambda each: len(self._ledger.samples(each)))
        samples = self._ledger.samples(poorest)
        if len(samples) >= _ENOUGH or (len(contenders) == 1 and self._lacking(poorest) is None):
            return False
        if samples and not self._ledger.is_checked(poorest):
            self._check(poorest)
        else:
            self._look(poorest, _NEXT if samples else _FIRST)
        return True

    def _is_unbounded(self, candidate: Candidate) -> bool:
        """Whether nothing at all is known of it yet."""
        return self._judge.bounds(candidate).high == math.inf

    def _complete(self) -> None:
        """Finish the contenders, the best first, while there is time; one in any case."""
        finished: set[Candidate] = set()
        while self._left_s() > 0 or not finished:
            waiting = [
                each
                for each in self._contenders()
                if each not in finished and self._ledger.samples(each)
            ]
            if not waiting:
                return
            if not self._ledger.is_checked(waiting[0]):
                self._check(waiting[0])
            elif extent := self._lacking(waiting[0]):
                self._look(waiting[0], extent)
            else:
                self._ledger.finish(waiting[0])
                finished.add(waiting[0])

    def _check(self, candidate: Candidate) -> None:
        self._tell(f"checking {candidate}")
        self._ledger.check(candidate)

    def _look(self, candidate: Candidate, extent: Extent) -> None:
        self._tell(candidate.in_words())
        self._ledger.sample(candidate, len(self._ledger.samples(candidate)), extent)

    def _left_s(self) -> float:
        return self._deadline_s - self._clock()

    def _reserve_s(self, contenders: Sequence[Candidate]) -> float:
        """What it takes to finish the most promising one."""
        for candidate in contenders:
            samples = self._ledger.samples(candidate)
            if samples:
                frame_s = fmean(fmean(sample.timed.times_ms) for sample in samples) / 1e3
                check_s = 0.0 if self._ledger.is_checked(candidate) else _CHECK_S
                count = max(0, self._least.samples - len(samples))
                each_s = _START_S + _NEXT.seconds + _NEXT.early_s
                return check_s + count * each_s + max(0, self._missing(candidate)) * frame_s
        return 0.0

    def _lacking(self, candidate: Candidate) -> Extent | None:
        """The next sample that the candidate's row needs; None where it has enough."""
        missing = self._missing(candidate)
        count = self._least.samples - len(self._ledger.samples(candidate))
        if missing <= 0 and count <= 0:
            return None
        return replace(_NEXT, frames=max(_NEXT.frames, -(-missing // max(1, count))))

    def _missing(self, candidate: Candidate) -> int:
        """How many frames a row of the candidate still lacks."""
        samples = self._ledger.samples(candidate)
        return self._least.frames - sum(len(each.timed.times_ms) for each in samples)
