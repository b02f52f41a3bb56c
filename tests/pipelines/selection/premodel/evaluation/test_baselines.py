from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.selection.premodel.evaluation.baselines import matched_mix, oracle, shuffled
from tests.pipelines.selection.premodel.tables import outcomes

QUALITY = arrays(
    np.float64, st.tuples(st.integers(1, 12), st.just(3)), elements=st.sampled_from([0, 0.5, 1])
)


@given(QUALITY, st.randoms())
def test_no_router_is_more_accurate_than_the_oracle(quality, random):
    table = outcomes(quality)
    rows = np.arange(len(quality))
    best = quality[rows, oracle(table)]
    for _ in range(10):
        answers = [random.randrange(3) for _ in rows]
        assert (best >= quality[rows, answers]).all()


@given(QUALITY)
def test_no_router_as_accurate_as_the_oracle_is_faster(quality):
    table = outcomes(quality)
    for row, answer in enumerate(oracle(table)):
        as_good = [n for n in range(3) if quality[row, n] == quality[row].max()]
        fastest = min(as_good if quality[row].max() else range(3), key=lambda n: table.seconds[n])
        assert answer == fastest


def test_a_shuffled_router_reaches_what_all_orders_reach_on_average():
    quality = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], float)
    answers = np.array([0, 1, 1, 1])
    orders = [
        np.mean([quality[row, answer] for row, answer in enumerate(order)])
        for order in itertools.permutations(answers)
    ]
    assert (quality @ shuffled(answers, 2)).mean() == pytest.approx(np.mean(orders))


@given(
    arrays(np.float64, 4, elements=st.floats(0, 1)),
    st.lists(st.integers(1, 20), min_size=4, max_size=4, unique=True),
    st.integers(1, 25),
)
def test_the_mix_is_the_best_of_two_networks_in_the_time(accuracy, seconds, budget):
    times = np.array(seconds, float)
    shares = matched_mix(budget, accuracy, times)
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()
    assert (shares > 0).sum() <= 2
    if budget < times.min():
        assert shares[times.argmin()] == 1
        return
    assert shares @ times <= budget + 1e-9
    # By brute force over all pairs and shares.
    best = max(
        part * accuracy[one] + (1 - part) * accuracy[other]
        for one in range(4)
        for other in range(4)
        for part in np.linspace(0, 1, 101)
        if part * times[one] + (1 - part) * times[other] <= budget
    )
    assert shares @ accuracy >= best - 1e-9


def test_a_mix_takes_all_the_time_where_that_pays():
    shares = matched_mix(5.0, np.array([0.5, 0.9]), np.array([1.0, 9.0]))
    assert shares.tolist() == [0.5, 0.5]
