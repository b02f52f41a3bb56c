"""The assignment against scipy's on the whole table, however it is taken apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linear_sum_assignment

from pipelines.tracking.assignment import Floats, assign

LEAST = 0.2
# Steps of a quarter, so that ties and impossible pairs are frequent.
GAINS = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 4).map(lambda n: n / 4))
)
SPARSE = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.sampled_from([0.0, 0.0, 0.0, 0.3, 0.9]))
)


@given(st.one_of(GAINS, SPARSE))
def test_the_total_is_the_greatest_and_nothing_stands_twice(gain: Floats) -> None:
    pairs = assign(gain, LEAST)
    possible = np.where(gain >= LEAST, gain, 0.0)
    best = possible[linear_sum_assignment(possible, maximize=True)].sum()
    assert sum(gain[pair] for pair in pairs) == pytest.approx(best)
    assert all(gain[pair] >= LEAST for pair in pairs)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)


def test_the_greatest_total_goes_before_the_greatest_single_gain() -> None:
    assert sorted(assign(np.array([[0.9, 0.8], [0.8, 0.0]]), LEAST)) == [(0, 1), (1, 0)]


@pytest.mark.parametrize("shape", [(3, 2), (0, 4), (4, 0)])
def test_where_nothing_is_possible_nothing_is_assigned(shape: tuple[int, int]) -> None:
    assert assign(np.zeros(shape), LEAST) == []
