from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.selection.premodel.strategies.calibration import Calibration
from pipelines.selection.premodel.strategies.confidence import (
    Cascade,
    fit_cascade,
    pareto_front,
)
from pipelines.selection.premodel.strategies.objective import keep_accuracy, less_time
from tests.pipelines.selection.premodel.tables import SECONDS, knowing, outcomes

ROWS = np.arange(400)
PLAIN = Calibration(0.0, 1.0)


def test_networks_run_until_one_is_sure_enough():
    certainty = np.array([[0.9, 0.5, 0.5], [0.3, 0.5, 0.5], [0.6, 0.5, 0.5]])
    table = outcomes(np.ones((3, 3)), certainty=certainty)
    routing = Cascade(("small", "large"), PLAIN, 0.6).route(table, np.arange(3))
    assert routing.answers.tolist() == [0, 2, 0]
    assert routing.ran.tolist() == [
        [True, False, False],
        [True, False, True],
        [True, False, False],
    ]


def test_a_picture_costs_the_router_and_every_network_that_ran():
    table = knowing()
    routing = Cascade(("small", "large"), PLAIN, 0.5).route(table, ROWS)
    for answer, seconds in zip(routing.answers, routing.seconds(table), strict=True):
        networks = SECONDS[0] if answer == 0 else SECONDS[0] + SECONDS[2]
        assert seconds == pytest.approx(routing.own_s + networks)
    assert routing.own_s < SECONDS[0] / 10


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(-2, 2), st.floats(0, 3))
def test_one_picture_is_decided_as_many_are(certainty, threshold, offset, slope):
    cascade = Cascade(("small", "large"), Calibration(offset, slope), threshold)
    table = outcomes(np.ones((1, 3)), certainty=np.full((1, 3), certainty))
    answer = cascade.route(table, np.arange(1)).answers[0]
    assert bool(answer == 0) is cascade.enough(0, certainty)
    assert cascade.enough(1, 0.0)  # whatever the last one says


def test_a_network_alone_is_a_cascade_too():
    routing = Cascade(("middle",), PLAIN, 0.9).route(knowing(), ROWS)
    assert set(routing.answers.tolist()) == {1}
    assert routing.ran.sum() == len(ROWS)


@pytest.mark.parametrize("factor", [1.5, 2.0, 4.0])
def test_the_time_that_was_asked_for_is_kept(factor):
    table = knowing()
    routing = fit_cascade(table, ROWS, less_time(factor)).route(table, ROWS)
    assert routing.seconds(table).mean() <= SECONDS[2] / factor * 1.05


@pytest.mark.parametrize("factor", [1.25, 1.5, 1.8, 2.0])
def test_the_time_that_was_asked_for_is_used(factor):
    # Nearly all of what this network is sure of lies in a hundredth, as after an 8-bit softmax.
    random = np.random.default_rng(3)
    place = random.uniform(0, 1, 400)
    right = random.uniform(0, 1, 400) < 0.93 + 0.06 * place
    certainty = np.stack([0.9 + 0.09 * place, np.full(400, 0.5), np.full(400, 0.5)], axis=1)
    table = outcomes(np.stack([right, right, np.ones(400)], axis=1), certainty=certainty)
    routing = fit_cascade(table, ROWS, less_time(factor)).route(table, ROWS)
    assert routing.seconds(table).mean() == pytest.approx(SECONDS[2] / factor, rel=0.03)


def test_where_confidence_tells_all_no_accuracy_is_lost():
    random = np.random.default_rng(0)
    easy = random.uniform(0, 1, 400) < 0.6
    certainty = np.where(easy[:, None], (0.95, 0.95, 0.95), (0.2, 0.2, 0.9))
    table = outcomes(np.stack([easy, easy, np.ones(400)], axis=1), certainty=certainty)
    cascade = fit_cascade(table, ROWS[:200], keep_accuracy)
    assert cascade.networks == ("small", "large")
    routing = cascade.route(table, ROWS[200:])
    assert table.quality[ROWS[200:], routing.answers].all()
    assert routing.seconds(table).mean() < 0.6 * SECONDS[2]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), min_size=1, max_size=8))
def test_the_front_has_what_no_other_network_beats(networks):
    accuracy = np.array([a for a, _ in networks]) / 5
    seconds = np.array([float(s) for _, s in networks])
    front = pareto_front(accuracy, seconds)
    for number in range(len(networks)):
        beaten = any(
            accuracy[other] >= accuracy[number]
            and seconds[other] <= seconds[number]
            and (accuracy[other], seconds[other]) != (accuracy[number], seconds[number])
            for other in range(len(networks))
        )
        if beaten:
            assert number not in front
    values = {(accuracy[n], seconds[n]) for n in front}
    assert len(values) == len(front)
    assert (accuracy.max(), seconds[accuracy == accuracy.max()].min()) in values
    assert list(front) == sorted(front, key=lambda n: seconds[n])
