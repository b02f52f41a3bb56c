"""How good a candidate is at least and at most, by what is known of it so far."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from statistics import fmean
from typing import NamedTuple

from models.candidate import Candidate
from pipelines.benchmark.ledger import Ledger
from pipelines.benchmark.sampling.sample import Sample
from pipelines.selection.behind_camera import behind_camera, scenario_behind_camera
from pipelines.selection.merit import figure_of_merit
from pipelines.selection.scenario import Scenario

# The standard deviation of ln FoM between samples of one candidate: what is expected of it, how
# many seen ones that is worth, and how much more it is among disturbed samples.
_EXPECTED_SD, _WORTH, _DISTURBED = 0.03, 4.0, 3.0
# Two-sided 99 %: many candidates are compared.
_Z99 = 2.576
# By how much engines that round differently may differ in ln accuracy.
_ROUNDING = 0.03
# More threads make no candidate faster than by their number, but for caches; nor frugal.
_SUPERLINEAR, _FRUGAL = math.log(1.15), 0.05

# Of what cannot win, and of what is not yet known to be any good.
NEVER = -math.inf
# Instead of an accuracy of 0, whose logarithm is none.
_LEAST = 1e-9


class Bounds(NamedTuple):
    """Of ln FoM, with confidence."""

    low: float
    high: float


class _Look(NamedTuple):
    """One sample: *value* is ln FoM without the accuracy; *watts* are 0 where they are unknown."""

    value: float
    fps: float
    watts: float
    valid: bool


# The least and the greatest frames a second to expect of a candidate that was not measured; None
# where nothing is known.
Prior = Callable[[Candidate], "tuple[float, float] | None"]


class Judge:
    """Judges the candidates of *ledger* by *scenario*; what this machine cannot tell is no term.

    *rate_fps*: of the camera that they are judged for; None judges them by themselves.
    """

    def __init__(
        self,
        ledger: Ledger,
        scenario: Scenario,
        prior: Prior | None = None,
        rate_fps: float | None = None,
    ) -> None:
        self._ledger = ledger
        self._scenario = scenario_behind_camera(scenario, rate_fps)
        self._prior = prior
        self._rate_fps = rate_fps
        self._accurate = ledger.knows_accuracy()
        # The number of a candidate's samples when they were last looked at, and what was seen.
        self._looks: dict[Candidate, tuple[int, list[_Look]]] = {}
        self._deviation: float | None = None

    def bounds(self, candidate: Candidate) -> Bounds:
        """Of the figure of merit. The lower one is −∞ until the candidate's output was checked."""
        if candidate in self._ledger.rejected:
            return Bounds(NEVER, NEVER)
        accuracy = self._accuracy(candidate)
        speed = self._speed(candidate)
        if accuracy is None or self.breaks_limit(candidate):
            return Bounds(NEVER, NEVER)
        low = accuracy.low + speed.low if self._ledger.is_checked(candidate) else NEVER
        return Bounds(low, accuracy.high + speed.high)

    def reason(self, candidate: Candidate, best: float) -> str:
        """Why it was left, where the best's figure of merit is *best* at least."""
        accuracy, high = self._accuracy(candidate), self.bounds(candidate).high
        if accuracy is None:
            return "its accuracy is unknown"
        if self.breaks_limit(candidate):
            return "it is beyond the limits of the scenario"
        if high < best:
            looked = "" if self._ledger.samples(candidate) else ", by what is known without a run"
            return f"it cannot win: {math.exp(high - best):.0%} of the best at most{looked}"
        return "the time was over before it was measured to the end"

    def breaks_limit(self, candidate: Candidate) -> bool:
        """Whether it is certainly beyond one of the scenario's hard limits."""
        limits, accuracy = self._scenario, self._ledger.accuracy(candidate)
        if (limits.min_accuracy or 0.0) > (1.0 if accuracy is None else accuracy):
            return True
        looks = self._looks_at(candidate)
        if not looks:
            return False
        slack = math.exp(self._spread(candidate))
        if fmean(look.fps for look in looks) * slack < (limits.min_fps or 0.0):
            return True
        watts = fmean(look.watts for look in looks)
        return watts > (limits.max_power_w or math.inf) * slack

    def _accuracy(self, candidate: Candidate) -> Bounds | None:
        """Its term of ln FoM; None where it is unknown and will remain so."""
        weight = self._scenario.weights.accuracy
        figure = self._ledger.accuracy(candidate)
        if figure is not None:
            return Bounds(*[weight * math.log(max(figure, _LEAST))] * 2)
        if not self._accurate:
            return Bounds(0.0, 0.0)
        if not self._ledger.may_measure_accuracy(candidate):
            return None
        alike = self._ledger.accuracies_alike(candidate)
        if not alike:
            return Bounds(NEVER, 0.0)
        terms = [math.log(max(figure, _LEAST)) for figure in alike]
        return Bounds(weight * (min(terms) - _ROUNDING), weight * (max(terms) + _ROUNDING))

    def _speed(self, candidate: Candidate) -> Bounds:
        """Everything but the accuracy: from its samples, else from what bounds it."""
        looks = self._looks_at(candidate)
        if looks:
            mean, spread = fmean(look.value for look in looks), self._spread(candidate)
            return Bounds(mean - spread, mean + spread)
        return Bounds(NEVER, min(self._by_sibling(candidate), self._by_prior(candidate)))

    def _by_sibling(self, candidate: Candidate) -> float:
        """The most that it can reach by the same on one thread."""
        single = replace(candidate, threads=1, spinning=False)
        looks = self._looks_at(single) if candidate.device == "cpu" else []
        if not looks:
            return math.inf
        weights = self._scenario.weights
        faster = (weights.throughput + weights.latency) * (
            math.log(candidate.threads) + _SUPERLINEAR
        )
        thriftier = (weights.power + weights.memory) * _FRUGAL
        return fmean(look.value for look in looks) + self._spread(single) + faster + thriftier

    def _by_prior(self, candidate: Candidate) -> float:
        """The most that it can reach by the prediction, at the power of a machine at rest."""
        weights, idle = self._scenario.weights, self._ledger.idle
        expected = self._prior(candidate) if self._prior is not None else None
        if expected is None or weights.memory or weights.latency:
            return math.inf
        power = weights.power * math.log(idle.watts) if idle is not None else 0.0
        fps = min(expected[1], self._rate_fps or math.inf)
        return weights.throughput * math.log(fps) - power

    def _spread(self, candidate: Candidate) -> float:
        """Half the width of the interval of the mean of the samples' ln FoM."""
        looks = self._looks_at(candidate)
        if self._deviation is None:
            self._deviation = self._pooled_deviation()
        more = 1.0 if looks[0].valid else _DISTURBED
        return more * _Z99 * self._deviation / math.sqrt(len(looks))

    def _pooled_deviation(self) -> float:
        """Between samples of the same candidate, over all candidates and what is expected."""
        squares, freedom = _WORTH * _EXPECTED_SD**2, _WORTH
        for _, looks in self._looks.values():
            mean = fmean(look.value for look in looks)
            squares += sum((look.value - mean) ** 2 for look in looks)
            freedom += len(looks) - 1
        return math.sqrt(squares / freedom)

    def _looks_at(self, candidate: Candidate) -> list[_Look]:
        """The valid samples, or all if none is."""
        samples = self._ledger.samples(candidate)
        known, looks = self._looks.get(candidate, (0, []))
        if known != len(samples):
            used = [sample for sample in samples if sample.valid] or samples
            looks = [self._look(sample) for sample in used]
            self._looks[candidate] = len(samples), looks
            self._deviation = None
        return looks

    def _look(self, sample: Sample) -> _Look:
        measured = self._ledger.provisional(sample.candidate, [sample]).measurement
        row = behind_camera(measured, self._rate_fps)
        weights = replace(self._scenario.weights, accuracy=0.0)
        for name, value in (("power", row.power), ("memory", row.memory_mb)):
            if value is None:
                weights = replace(weights, **{name: 0.0})
        merit = figure_of_merit(row, weights)
        return _Look(
            math.log(merit) if merit else NEVER,
            row.fps,
            row.power.watts if row.power is not None else 0.0,
            sample.valid,
        )
