from __future__ import annotations

import numpy as np
import pytest

from pipelines.selection.premodel.evaluation.resampling import halves
from pipelines.selection.premodel.strategies.calibration import Calibration
from pipelines.selection.premodel.strategies.objective import keep_accuracy
from pipelines.selection.premodel.strategies.temporal import (
    LARGE,
    SMALL,
    State,
    Temporal,
    fit_temporal,
)
from tests.pipelines.selection.premodel.tables import SECONDS, outcomes, scenes

PLAIN = (Calibration(0.0, 1.0), Calibration(0.0, 1.0))
ROUTER = Temporal(("small", "large"), PLAIN, low=0.4, high=0.7)


def sizes(certainty: list[float], router: Temporal = ROUTER) -> list[int]:
    """What runs on frames of that certainty, and after the last."""
    state, found = State(), []
    for each in certainty:
        found.append(state.size)
        state = router.after(state, each)
    return [*found, state.size]


def test_it_begins_with_the_large_network_and_goes_down_when_all_is_well():
    assert sizes([0.9, 0.9, 0.9]) == [LARGE, SMALL, SMALL, SMALL]


def test_one_bad_frame_changes_nothing_and_several_do():
    assert sizes([0.9, 0.9, 0.1, 0.9, 0.9])[2:] == [SMALL] * 4
    assert LARGE in sizes([0.9, 0.9, 0.1, 0.1, 0.1, 0.1])[2:]


def test_between_the_levels_it_stays_as_it_is():
    assert set(sizes([0.9] + [0.55] * 50)[1:]) == {SMALL}
    assert set(sizes([0.1] * 5 + [0.55] * 50)) == {LARGE}


def test_a_certainty_that_wavers_between_the_levels_never_makes_it_flap():
    random = np.random.default_rng(0)
    found = sizes([0.1] * 5 + random.uniform(0.42, 0.69, 500).tolist())
    assert np.abs(np.diff(found)).sum() <= 1


def test_offline_and_live_decide_alike():
    table = scenes()
    rows = np.arange(len(table))
    routing = ROUTER.route(table, rows)
    state = State()
    for row in rows:
        if row and table.groups[row] != table.groups[row - 1]:
            state = State()
        column = (0, 2)[state.size]
        assert routing.answers[row] == column
        assert routing.ran[row].tolist() == [number == column for number in range(3)]
        state = ROUTER.after(state, float(table.certainty[row, column]))


def test_a_frame_costs_the_router_and_the_one_network_that_ran():
    table = scenes()
    routing = ROUTER.route(table, np.arange(len(table)))
    assert routing.seconds(table) == pytest.approx(routing.own_s + table.seconds[routing.answers])
    assert routing.own_s < SECONDS[0] / 10


def test_stretches_of_hard_and_easy_frames_are_told_apart():
    table = scenes()
    learned, rows = next(halves(table.groups))
    router = fit_temporal(table, learned, keep_accuracy)
    assert router.networks == ("small", "large")
    routing = router.route(table, rows)
    assert table.quality[rows, routing.answers].mean() > 0.97
    assert routing.seconds(table).mean() < 0.75 * SECONDS[2]


def test_what_was_learned_is_what_is_reached_on_the_same_frames():
    """The simulation of many levels at once and the router itself are two pieces of code."""
    table = scenes(seed=3)
    rows = np.arange(len(table))
    seen: list[tuple[float, float]] = []

    def spy(options):
        best = keep_accuracy(options)
        seen.append((float(options.accuracy[best]), float(options.seconds[best])))
        return best

    routing = fit_temporal(table, rows, spy).route(table, rows)
    ((accuracy, seconds),) = seen
    assert table.quality[rows, routing.answers].mean() == pytest.approx(accuracy)
    assert routing.seconds(table).mean() - routing.own_s == pytest.approx(seconds)


def test_where_no_slower_network_is_better_one_runs_alone():
    quality = np.ones((60, 3))
    table = outcomes(quality, groups=np.repeat(np.arange(6), 10), task="detect")
    router = fit_temporal(table, np.arange(60), keep_accuracy)
    assert router.networks == ("small", "small")
