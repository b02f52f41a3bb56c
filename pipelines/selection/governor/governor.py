"""The state machine: readings in, the rule in force out, and never two changes in a row.

Three things keep it from flapping. A condition must hold, or be over, for a while before it
counts. After a change the next one waits for the dwell time. And a rule that sets in again soon
after its release is released ever later: slowing down may well be what made it cool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.selection.governor.conditions import Verdict
from pipelines.selection.governor.readings import Readings
from pipelines.selection.governor.rule import Rule

# A rule that sets in again within as many of the times it had to be over for, or of dwell times,
# was released too early.
_RELAPSE = 10
_LONGEST_S = 3600.0


@dataclass(frozen=True, slots=True)
class Decision:
    """The rule in force since *since_s*, None for none, and the figures that decided."""

    rule: Rule | None = None
    since_s: float = 0.0
    why: str = ""


class Governor:
    """*rules* in order of priority: of those that hold the first is in force.

    *dwell_s*: the least time between two changes. *confirm_s*: for how long a condition must hold
    or be over to count. Its decisions follow from its arguments alone.
    """

    def __init__(
        self, rules: Sequence[Rule], dwell_s: float = 60.0, confirm_s: float = 3.0
    ) -> None:
        self._dwell_s = dwell_s
        self._latches = [_Latch(rule, dwell_s, confirm_s) for rule in rules]
        self._decision = Decision()
        self._changed_s: float | None = None

    def step(self, now_s: float, readings: Readings) -> Decision:
        """What is in force from *now_s* on, a clock that never goes back. Once a second or so."""
        for latch in self._latches:
            latch.step(now_s, readings)
        rule = next((latch.rule for latch in self._latches if latch.holds), None)
        before = self._decision.rule
        resting = self._changed_s is not None and now_s - self._changed_s < self._dwell_s
        if rule is not before and not resting:
            self._decision = Decision(rule, now_s, _why(before, rule, readings))
            self._changed_s = now_s
        return self._decision


def _why(before: Rule | None, after: Rule | None, readings: Readings) -> str:
    if after is not None:
        return f"{after.name}: {after.condition.describe(readings)}"
    assert before is not None
    return f"{before.name} is over: {before.condition.describe(readings)}"


class _Latch:
    """Whether one rule holds: what the condition last said for long enough."""

    def __init__(self, rule: Rule, dwell_s: float, confirm_s: float) -> None:
        self.rule = rule
        self.holds = False
        self._dwell_s = dwell_s
        self._confirm_s = confirm_s
        self._release_s = confirm_s  # how long the condition must be over
        self._released_s: float | None = None
        self._turning_s: float | None = None

    def step(self, now_s: float, readings: Readings) -> None:
        verdict = self.rule.condition.judge(readings)
        if verdict is Verdict.UNKNOWN:
            return
        if verdict is not (Verdict.OVER if self.holds else Verdict.SETS_IN):
            self._turning_s = None
            return
        if self._turning_s is None:
            self._turning_s = now_s
        if now_s - self._turning_s >= (self._release_s if self.holds else self._confirm_s):
            self._turn(now_s)

    def _turn(self, now_s: float) -> None:
        self._turning_s = None
        self.holds = not self.holds
        if not self.holds:
            self._released_s = now_s
            return
        last_s = max(self._release_s, self._dwell_s)
        relapsed = self._released_s is not None and now_s - self._released_s < _RELAPSE * last_s
        longest_s = max(_LONGEST_S, self._confirm_s)
        self._release_s = min(2 * last_s, longest_s) if relapsed else self._confirm_s
