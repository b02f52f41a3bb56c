"""What the free choices of a router are made for: accuracy against time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.selection.premodel.outcomes.table import FloatArray
from pipelines.selection.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Options:
    """What there is to choose from: mean *accuracy* and *seconds* of each, (k,).

    *single_accuracy*, *single_seconds*: of the most accurate network alone.
    """

    accuracy: FloatArray
    seconds: FloatArray
    single_accuracy: float
    single_seconds: float


# A difference that counts for nothing, as in the choice of networks (labels.LEAST_GAIN).
_NO_LOSS = 0.005

Objective = Callable[[Options], int]


def by_merit(scenario: Scenario) -> Objective:
    """The greatest figure of merit within the scenario's limits, else whatever is nearest to them.

    Accuracy^a · throughput^t. Power and memory do not tell the options apart: all have the same
    networks loaded, and one of them is always running.
    """
    weights = scenario.weights

    def choose(options: Options) -> int:
        with np.errstate(divide="ignore"):
            merit = weights.accuracy * np.log(options.accuracy)
        merit = np.nan_to_num(merit) - weights.throughput * np.log(options.seconds)
        short = np.zeros_like(merit)
        if scenario.min_accuracy is not None:
            short = np.maximum(short, 1 - options.accuracy / scenario.min_accuracy)
        if scenario.min_fps is not None:
            short = np.maximum(short, 1 - 1 / (options.seconds * scenario.min_fps))
        return _first(-short, merit, -options.seconds)

    return choose


def keep_accuracy(options: Options) -> int:
    """The fastest that is as accurate as the most accurate network alone."""
    kept = options.accuracy >= options.single_accuracy - _NO_LOSS
    return _first(kept, np.where(kept, -options.seconds, options.accuracy), options.accuracy)


def less_time(factor: float) -> Objective:
    """The most accurate that takes *factor* times less time than the most accurate network."""

    def choose(options: Options) -> int:
        quick = options.seconds <= options.single_seconds / factor
        return _first(quick, np.where(quick, options.accuracy, 0), -options.seconds)

    return choose


def _first(*keys: npt.NDArray[Any]) -> int:
    """The option with the greatest first key, of equals the greatest second, and so on."""
    return int(np.lexsort(tuple(reversed(keys)))[-1])
