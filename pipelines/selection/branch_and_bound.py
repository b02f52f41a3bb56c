"""The best combination of one option for each camera, by depth-first branch and bound.

After Land and Doig, "An Automatic Method of Solving Discrete Programming Problems", Econometrica
28, 1960: a combination that has been begun is left as soon as it could not reach the best one found
even if every camera to come took its best in merit, its least in cores and its least in watts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from models.candidate import Candidate
from pipelines.selection.company import share

_EQUAL = 1e-9
# The search ends in any case. Where they do not suffice, what was found is at least the best for
# each camera beside the others as they are.
_MOST_STEPS = 50_000


@dataclass(frozen=True, slots=True)
class Option:
    """One candidate of one camera: *merit* is its own terms of the objective.

    *balanced*: the same at equal weights, which decides where combinations tie. *demand*: in
    cores; *watts*: what it adds to the machine's; *least_share*: of its frames, what it must get.
    """

    candidate: Candidate
    merit: float
    balanced: float
    demand: float
    watts: float
    least_share: float

    def beats(self, other: Option) -> bool:
        """Whether it is as good in everything."""
        return (
            self.merit >= other.merit
            and self.balanced >= other.balanced
            and self.demand <= other.demand
            and self.watts <= other.watts
            and self.least_share <= other.least_share
        )


@dataclass(frozen=True, slots=True)
class Shared:
    """What all cameras share: *cores*, a limit of watts, and what share and watts weigh for all."""

    cores: float
    throughput: float
    power: float
    max_power_w: float | None = None


@dataclass(frozen=True, slots=True)
class _Sum:
    """Options added up."""

    merit: float = 0.0
    demand: float = 0.0
    watts: float = 0.0
    least_share: float = 0.0

    def add(self, option: Option | _Sum) -> _Sum:
        return _Sum(
            self.merit + option.merit,
            self.demand + option.demand,
            self.watts + option.watts,
            max(self.least_share, option.least_share),
        )


Taken = tuple[Option, ...]


class Search:
    """*options*: of every camera, at least one each."""

    def __init__(self, options: Sequence[Sequence[Option]], shared: Shared) -> None:
        # The best first: a good combination found early leaves less to search.
        self._options = [sorted(each, key=lambda option: -option.merit) for each in options]
        self._shared = shared
        self._ahead = [_Sum()]
        for each in reversed(self._options):
            hope = _Sum(
                max(option.merit for option in each),
                min(option.demand for option in each),
                min(option.watts for option in each),
            )
            self._ahead.append(self._ahead[-1].add(hope))
        self._ahead.reverse()
        self._steps = 0
        self._found: Taken | None = None
        self._balanced = -math.inf
        self.score: float | None = None

    @property
    def ended_early(self) -> bool:
        """Whether there was more to search than there are steps."""
        return self._steps >= _MOST_STEPS

    def run(self) -> Taken | None:
        """The best combination; None where none keeps within the limits."""
        self._begin()
        self._descend((), _Sum())
        return self._found

    def value(self, taken: Taken) -> float | None:
        """The objective of *taken*; None beyond the limits."""
        total = _Sum()
        for option in taken:
            total = total.add(option)
        return self._value(total)

    def _begin(self) -> None:
        """Something good to begin with: every camera in turn takes what is best beside the others,
        from the least demand on, until none changes any more.
        """
        taken = [min(each, key=lambda option: option.demand) for each in self._options]
        changed = True
        while changed:
            changed = False
            self._keep(tuple(taken))
            for index, each in enumerate(self._options):
                for option in each:
                    self._steps += 1
                    if self._keep((*taken[:index], option, *taken[index + 1 :])):
                        taken[index], changed = option, True

    def _descend(self, taken: Taken, so_far: _Sum) -> None:
        self._steps += 1
        bound = self._value(so_far.add(self._ahead[len(taken)]))
        if bound is None or (self.score is not None and bound < self.score - _EQUAL):
            return
        if len(taken) == len(self._options):
            self._keep(taken)
            return
        for option in self._options[len(taken)]:
            if self.ended_early:
                return
            self._descend((*taken, option), so_far.add(option))

    def _value(self, total: _Sum) -> float | None:
        """The objective; None beyond the limits."""
        shared = self._shared
        left = share(shared.cores, total.demand)
        most_w = math.inf if shared.max_power_w is None else shared.max_power_w
        if left < total.least_share - _EQUAL or total.watts > most_w * (1 + _EQUAL):
            return None
        power = shared.power * math.log(total.watts) if shared.power and total.watts > 0 else 0.0
        return total.merit + shared.throughput * math.log(left) - power

    def _keep(self, taken: Taken) -> bool:
        """Whether *taken* is better than what was found, which it then replaces."""
        value = self.value(taken)
        if value is None:
            return False
        balanced = math.fsum(option.balanced for option in taken)
        if self.score is not None and value <= self.score + _EQUAL:
            if value < self.score - _EQUAL or balanced <= self._balanced + _EQUAL:
                return False
            value = max(value, self.score)
        self._found, self._balanced, self.score = taken, balanced, value
        return True
