"""Routing by the frames before: in a video the last results tell how hard the next frame is.

One of two networks runs on every frame. How well the small one would do is told by the confidence
of whichever ran, calibrated for that, and smoothed over the frames. Under *low* the large one takes
over, from *high* on the small one: the gap between them keeps it from switching to and fro.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from msgspec import Struct

from pipelines.selection.premodel.outcomes.table import FloatArray, IntArray, Outcomes
from pipelines.selection.premodel.strategies.calibration import Calibration, fit_calibration
from pipelines.selection.premodel.strategies.confidence import pareto_front
from pipelines.selection.premodel.strategies.objective import Objective, Options
from pipelines.selection.premodel.strategies.routing import (
    BoolArray,
    Routing,
    alone,
    columns_of,
    time_of,
)

SMALL, LARGE = 0, 1
# The weight of the newest frame: what it says is forgotten to one half in two frames.
_NEWEST = 0.3
_LEVELS = np.linspace(0.1, 0.95, 18)


@dataclass(frozen=True, slots=True)
class State:
    """Which network runs next, and how well the small one is expected to do."""

    size: int = LARGE
    expected: float | None = None


class Temporal(Struct, frozen=True, tag="temporal"):
    """*networks*: the small one and the large one, and for each the *calibrations* of its certainty
    to the quality of the small one.
    """

    networks: tuple[str, str]
    calibrations: tuple[Calibration, Calibration]
    low: float
    high: float

    def after(self, state: State, certainty: float) -> State:
        """The state after a frame that the network of *state* was that sure of."""
        told = float(self.calibrations[state.size](certainty))
        before = told if state.expected is None else state.expected
        expected = before + _NEWEST * (told - before)
        if state.size == SMALL:
            return State(LARGE if expected < self.low else SMALL, expected)
        return State(SMALL if expected >= self.high else LARGE, expected)

    def route(self, outcomes: Outcomes, rows: IntArray) -> Routing:
        columns = columns_of(self.networks, outcomes)
        certainty = outcomes.certainty[np.ix_(rows, columns)]
        starts = _starts(outcomes.groups[rows])
        sizes, state = np.empty(len(rows), np.intp), State()
        for row in range(len(rows)):
            state = State() if starts[row] else state
            sizes[row] = state.size
            state = self.after(state, certainty[row, state.size])
        own_s = time_of(lambda number: self.after(state, certainty[number % len(rows), 0]))
        return Routing(alone(columns[sizes], len(outcomes.seconds)), columns[sizes], own_s)


def fit_temporal(outcomes: Outcomes, rows: IntArray, objective: Objective) -> Temporal:
    """Learn from those *rows* of a video: calibrations, the two networks, *low* and *high*.

    Needs two networks of which the slower one is better; with fewer both are the same.
    """
    quality, certainty = outcomes.quality[rows], outcomes.certainty[rows]
    accuracy, starts = quality.mean(axis=0), _starts(outcomes.groups[rows])
    single = int(accuracy.argmax())
    pairs = list(combinations(pareto_front(accuracy, outcomes.seconds), 2)) or [(single, single)]
    low, high = (each.ravel() for each in np.meshgrid(_LEVELS, _LEVELS, indexing="ij"))
    low, high = low[low <= high], high[low <= high]
    learned, figures = [], []
    for pair in pairs:
        small, large = (certainty[:, column] for column in pair)
        wanted = quality[:, pair[SMALL]]
        calibrations = fit_calibration(small, wanted), fit_calibration(large, wanted)
        told = np.stack([calibrations[SMALL](small), calibrations[LARGE](large)], axis=1)
        sizes = _simulate(told, starts, low, high)
        columns = np.array(pair)[sizes]
        learned.append(calibrations)
        figures.append(
            (
                quality[np.arange(len(rows))[:, None], columns].mean(axis=0),
                outcomes.seconds[columns].mean(axis=0),
            )
        )
    best = objective(
        Options(
            np.concatenate([reached for reached, _ in figures]),
            np.concatenate([spent for _, spent in figures]),
            float(accuracy[single]),
            float(outcomes.seconds[single]),
        )
    )
    number, level = divmod(best, len(low))
    names = outcomes.facts.networks
    return Temporal(
        networks=(names[pairs[number][SMALL]], names[pairs[number][LARGE]]),
        calibrations=learned[number],
        low=float(low[level]),
        high=float(high[level]),
    )


def _starts(groups: IntArray) -> BoolArray:
    """Where another stretch of video begins, (n,)."""
    return np.concatenate([[True], np.diff(groups) != 0])


def _simulate(told: FloatArray, starts: BoolArray, low: FloatArray, high: FloatArray) -> IntArray:
    """As `Temporal.after` for many levels at once: the sizes that run, (frames, levels).

    *told*: by the certainty of the small network and of the large one, (frames, 2).
    """
    sizes = np.empty((len(told), len(low)), np.intp)
    size, expected = np.full(len(low), LARGE), np.zeros(len(low))
    for row, values in enumerate(told):
        if starts[row]:
            size = np.full(len(low), LARGE)
            expected = values[size]
        sizes[row] = size
        expected = expected + _NEWEST * (values[size] - expected)
        size = np.where(expected < np.where(size == SMALL, low, high), LARGE, SMALL)
    return sizes
