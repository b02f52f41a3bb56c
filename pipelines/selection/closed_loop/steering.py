"""Which candidate one camera should run: chosen by the table, held against what it does live.

It chooses at the start, when the scenario or the table changes, when what runs misses what was
expected of it, when a bar ends, and when the camera's rate or the networks of the other cameras
change; never because figures drift, and but for the first two never before what runs was watched
for a while, so that it cannot flap. What missed and was left is barred, each time for twice as
long.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.candidate import Candidate
from models.manifest import Task
from pipelines.selection.behind_camera import behind_camera
from pipelines.selection.choice import Choice, Margin, Ranked
from pipelines.selection.closed_loop import words
from pipelines.selection.closed_loop.bars import Bars
from pipelines.selection.closed_loop.corrections import Corrections
from pipelines.selection.closed_loop.deviation import (
    Deviation,
    Live,
    corrected,
    deviation,
    shift,
)
from pipelines.selection.company import Company, choose_beside
from pipelines.selection.in_force import Ruling
from pipelines.selection.measurement import Measurement
from pipelines.selection.merit import figure_of_merit
from pipelines.selection.scenario import Scenario, Weights

# A network's first seconds are not its steady state, and the meter looks back two seconds.
SETTLE_S = 5.0
# For how long a candidate is watched before it is judged.
JUDGE_S = 15.0
# A camera's rate wavers; by so much it must change to count as another.
_OTHER_RATE = 0.2


@dataclass(frozen=True, slots=True)
class Patience:
    """*min_gain*: by which fraction another candidate must be better to be worth a change.

    *miss_factor*: how many times below the expected figure of merit the realised one must be for
    a choice to be reconsidered.
    """

    min_gain: float = 0.03
    miss_factor: float = 1.5


@dataclass(frozen=True, slots=True)
class Move:
    """A change of network that should be made.

    *why* is one sentence. *gain* is the fraction by which the figure of merit should rise, with
    its 95 % interval; None where what runs has no figure, or the interval is not known.
    """

    candidate: Candidate
    why: str
    gain: float | None = None
    gain_ci95: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Merit:
    """The figure of merit of what runs: as it runs, and by its row of the table."""

    realised: float | None
    table: float | None


@dataclass(slots=True)
class _Trial:
    """What runs at present, since when, and for how long it was watched.

    *promised* was expected of it at the beginning; *expected* is, since it missed that, less.
    """

    candidate: Candidate | None
    since_s: float
    promised: Deviation
    expected: Deviation
    watched_s: float = 0.0
    seen_s: float | None = None


class Steering:
    """One camera's. *rows*: what it may choose from; *task*: what it looks for by default.

    Its moves follow from its arguments alone; *now_s* is a clock that never goes back. Used by
    one thread, but for `best`.
    """

    def __init__(
        self, rows: Sequence[Measurement], task: Task | None = None, patience: Patience = Patience()
    ) -> None:
        self._rows = _newest(rows)
        self._task = task
        self._patience = patience
        self._corrections = Corrections()
        self._bars = Bars()
        self._scenario: Scenario | None = None
        self._trial = _Trial(None, 0.0, Deviation(), Deviation())
        self._reason = ""  # to choose again at the next step
        self._occasion = ""  # to choose again once what runs was watched
        self._rate_fps: float | None = None
        self._company: Company | None = None
        self.choice: Choice | None = None
        self.note = ""  # why the latest choice changed nothing, "" where it did

    @property
    def running(self) -> Candidate | None:
        """What ran at the latest step."""
        return self._trial.candidate

    def learn(self, rows: Sequence[Measurement]) -> None:
        """Choose from *rows* from now on."""
        self._rows = _newest(rows)
        self._reason = "there are new measurements"

    @property
    def rate_fps(self) -> float | None:
        """The camera's rate as it counts; None where it does not limit the network."""
        return self._rate_fps

    def deliver(self, rate_fps: float | None) -> None:
        """The camera delivers *rate_fps* frames a second: what a network could do more counts for
        nothing. None: it waits for the network.
        """
        before = self._rate_fps
        if before and rate_fps and abs(rate_fps / before - 1) <= _OTHER_RATE:
            return
        self._rate_fps = rate_fps
        if before is not None and rate_fps is not None:
            self._occasion = f"the camera delivers {rate_fps:.3g} frames a second"

    def accompany(self, company: Company | None) -> None:
        """The other cameras run *company*; None: the machine is this camera's alone."""
        before, self._company = self._company, company
        if (before and before.networks) != (company and company.networks):
            self._occasion = "the other cameras' networks have changed"

    def restless(self, ruling: Ruling, now_s: float) -> bool:
        """Whether the next step, with *ruling*, has a reason to choose again."""
        if ruling.scenario != self._scenario or self._reason:
            return True
        return self._judged and (bool(self._occasion) or self._bars.due(now_s) or self._missed())

    def refuse(self, candidate: Candidate, now_s: float, reason: str) -> None:
        """*candidate* could not be run, for that *reason*: bar it, and choose again."""
        self._bars.bar(candidate, now_s)
        self._reason = f"{candidate} cannot be run ({reason})"

    def best(self, ruling: Ruling, now_s: float) -> Choice:
        """What *ruling* chooses at present, whatever runs."""
        return self._choose(ruling, self.rows(None, now_s))

    def rows(self, running: Candidate | None, now_s: float) -> tuple[Measurement, ...]:
        """What may be chosen, *running* in any case, as it is expected to run."""
        return tuple(
            corrected(row, self._corrections.expected(row.candidate, now_s))
            for row in self._rows.values()
            if row.candidate == running or not self._bars.barred(row.candidate)
        )

    def wish(self, ruling: Ruling) -> Scenario:
        """The scenario of *ruling* with this camera's task."""
        return replace(ruling.scenario, task=ruling.scenario.task or self._task)

    def step(
        self, now_s: float, ruling: Ruling, running: Candidate, live: Live | None
    ) -> Move | None:
        """Watch one second of *running*; the change that should be made, if any.

        *live* is None while there is nothing to watch: the camera is lost, or all is paused.
        """
        if running != self._trial.candidate:
            promised = self._corrections.expected(running, now_s)
            self._trial = _Trial(running, now_s, promised, promised)
        self._watch(now_s, live)
        if self._bars.lift(now_s):
            self._occasion = "what disappointed may be tried again"
        if ruling.scenario != self._scenario:
            reason = words.in_force(ruling)
        elif self._reason:
            reason = self._reason
        elif self._missed():
            return self._reconsider(now_s, ruling)
        elif self._occasion and self._judged:
            reason = self._occasion
        else:
            return None
        self._scenario = ruling.scenario
        self._reason = ""
        self._occasion = ""
        return self._move(now_s, ruling, reason)

    def outcome(self, weights: Weights) -> float | None:
        """ln of the realised figure of merit over the promised one; None until it is judged."""
        return self._shift(weights, self._trial.promised)

    def merit(self, running: Candidate | None, weights: Weights) -> Merit:
        """The figures of *running*; None where something that *weights* weigh is unknown."""
        row = self._row()
        if row is None or running != row.candidate:
            return Merit(None, None)
        live = corrected(row, self._corrections.realised(row.candidate))
        watched = self._trial.watched_s > 0
        realised, table = (
            figure_of_merit(behind_camera(each, self._rate_fps), weights) for each in (live, row)
        )
        return Merit(realised if watched else None, table)

    def _row(self) -> Measurement | None:
        """The row of what runs, if it was measured."""
        return self._rows.get(self._trial.candidate) if self._trial.candidate else None

    @property
    def _judged(self) -> bool:
        return self._trial.watched_s >= JUDGE_S

    def _watch(self, now_s: float, live: Live | None) -> None:
        trial, row = self._trial, self._row()
        if live is None or row is None or now_s - trial.since_s < SETTLE_S:
            trial.seen_s = None
            return
        self._corrections.observe(row.candidate, deviation(row, live), now_s)
        if trial.seen_s is not None:
            trial.watched_s += now_s - trial.seen_s
        trial.seen_s = now_s

    def _shift(self, weights: Weights, expected: Deviation) -> float | None:
        row = self._row()
        if row is None or not self._judged:
            return None
        realised = self._corrections.realised(row.candidate)
        return shift(row, weights, realised, expected, self._rate_fps)

    def _missed(self) -> bool:
        if self._scenario is None:
            return False
        found = self._shift(self._scenario.weights, self._trial.expected)
        return found is not None and found < -math.log(self._patience.miss_factor)

    def _reconsider(self, now_s: float, ruling: Ruling) -> Move | None:
        """What runs has missed: leave it for a better one, or expect no more than it gives."""
        trial = self._trial
        row = self._row()
        if row is None:
            return None
        realised = self._corrections.realised(row.candidate)
        reason = words.missed(corrected(row, trial.expected), corrected(row, realised))
        move = self._move(now_s, ruling, reason)
        if move is None:
            trial.expected = realised
        else:
            self._bars.bar(row.candidate, now_s)
        return move

    def _move(self, now_s: float, ruling: Ruling, reason: str) -> Move | None:
        running = self._trial.candidate
        rows = self.rows(running, now_s)
        choice = self.choice = self._choose(ruling, rows)
        self.note = ""
        if choice.candidate is None:
            self.note = words.nothing_left(choice)
            return None
        if choice.candidate == running or running in choice.tie:
            return None
        best = choice.ranking[0]
        own = next((place for place in choice.ranking if place.candidate == running), None)
        if own is None:
            why = words.not_ranked(choice, running)
            return Move(best.candidate, f"{reason}: {words.figures(best.measurement)}; {why}")
        both = [row for row in rows if row.candidate in (best.candidate, own.candidate)]
        margin = self._choose(ruling, both).margin
        return self._duel(best, own, margin, reason)

    def _duel(self, best: Ranked, own: Ranked, margin: Margin | None, reason: str) -> Move | None:
        """Whether *best* is so much better than what runs that a change pays."""
        if margin is None or margin.lead < self._patience.min_gain or margin.certain is False:
            self.note = words.too_little(best.candidate, margin)
            return None
        why = words.better(best.measurement, own.measurement, margin)
        return Move(best.candidate, f"{reason}: {why}", margin.lead, margin.ci95)

    def _choose(self, ruling: Ruling, rows: Sequence[Measurement]) -> Choice:
        return choose_beside(rows, self.wish(ruling), self._rate_fps, self._company)


def _newest(rows: Sequence[Measurement]) -> dict[Candidate, Measurement]:
    """Each candidate's newest row, as the choice takes it."""
    dated = sorted(rows, key=lambda row: row.measured_at or "")
    return {row.candidate: row for row in dated}
