from __future__ import annotations

import numpy as np
import pytest

from pipelines.selection.premodel.strategies.objective import (
    Options,
    by_merit,
    keep_accuracy,
    less_time,
)
from pipelines.selection.scenario import Scenario, Weights

# Three networks alone, of which the last is the most accurate, and two routers.
ACCURACY = (0.5, 0.7, 0.9, 0.85, 0.9)
SECONDS = (1.0, 3.0, 10.0, 5.0, 8.0)
OPTIONS = Options(np.array(ACCURACY), np.array(SECONDS), 0.9, 10.0)


@pytest.mark.parametrize(
    ("weights", "best"),
    [
        (Weights(1, 0, 0), 4),  # as accurate as the best, and faster
        (Weights(0, 1, 0), 0),
        (Weights(1, 1, 1), 0),  # 0.5 / 1 is more than 0.7 / 3 and the others
        (Weights(0.85, 0.15, 0), 3),  # 0.85 · ln 0.85 − 0.15 · ln 5 = −0.380
        (Weights(0, 0, 1), 0),  # nothing decides, so time does
    ],
)
def test_the_figure_of_merit_decides(weights, best):
    merits = [
        weights.accuracy * np.log(a) - weights.throughput * np.log(s)
        for a, s in zip(ACCURACY, SECONDS, strict=True)
    ]
    assert merits[best] == max(merits)
    assert by_merit(Scenario("any", weights))(OPTIONS) == best


def test_the_scenarios_limits_go_first():
    wish = Scenario("any", Weights(0, 1, 0), min_accuracy=0.8)
    assert by_merit(wish)(OPTIONS) == 3
    wish = Scenario("any", Weights(1, 0, 0), min_fps=0.19)
    assert by_merit(wish)(OPTIONS) == 3


def test_where_no_option_keeps_the_limits_the_nearest_is_taken():
    assert by_merit(Scenario("any", Weights(0, 1, 0), min_accuracy=0.99))(OPTIONS) == 4


def test_what_is_never_right_has_no_merit():
    options = Options(np.array([0.0, 0.1]), np.array([1.0, 2.0]), 0.1, 2.0)
    assert by_merit(Scenario("any", Weights(1, 1, 0)))(options) == 1


def test_accuracy_is_kept_in_the_least_time():
    assert keep_accuracy(OPTIONS) == 4


@pytest.mark.parametrize(("accuracy", "best"), [(0.896, 0), (0.894, 1)])
def test_under_half_a_percent_no_accuracy_is_lost(accuracy, best):
    options = Options(np.array([accuracy, 0.9]), np.array([1.0, 10.0]), 0.9, 10.0)
    assert keep_accuracy(options) == best


@pytest.mark.parametrize(("factor", "best"), [(1.0, 4), (1.25, 4), (2.0, 3), (3.0, 1), (100, 0)])
def test_time_is_kept_with_the_most_accuracy(factor, best):
    assert less_time(factor)(OPTIONS) == best
