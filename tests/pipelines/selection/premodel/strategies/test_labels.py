from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.selection.premodel.strategies.labels import (
    FAILED,
    LEAST_GAIN,
    choose_set,
    label,
)

RIGHT = arrays(
    np.float64, st.tuples(st.integers(1, 30), st.just(4)), elements=st.sampled_from([0, 1])
)
GRADED = arrays(
    np.float64,
    st.tuples(st.integers(1, 30), st.just(4)),
    elements=st.sampled_from([0, 0.4, 2 / 3, 0.8, 1]),
)
SECONDS = st.lists(st.floats(1e-4, 1), min_size=4, max_size=4, unique=True).map(np.array)


@given(RIGHT, SECONDS)
def test_the_label_is_the_fastest_right_network(quality, seconds):
    for row, found in zip(quality, label(quality, seconds), strict=True):
        right = [n for n in range(4) if row[n]]
        assert found == (min(right, key=lambda n: seconds[n]) if right else FAILED)


@given(GRADED, SECONDS)
def test_the_label_is_the_fastest_of_the_best_networks(quality, seconds):
    for row, found in zip(quality, label(quality, seconds), strict=True):
        best = [n for n in range(4) if row[n] == max(row)]
        assert found == (min(best, key=lambda n: seconds[n]) if max(row) else FAILED)


@given(RIGHT, SECONDS)
def test_among_some_networks_no_other_is_named(quality, seconds):
    found = label(quality, seconds, (2, 0))
    assert set(found.tolist()) <= {FAILED, 0, 2}
    assert ((found == FAILED) == (quality[:, [0, 2]].max(axis=1) == 0)).all()


@given(RIGHT, SECONDS)
def test_the_set_begins_with_the_most_frequent_label_and_gains_by_every_network(quality, seconds):
    chosen = choose_set(quality, seconds)
    labels = label(quality, seconds)
    counts = [int((labels == n).sum()) for n in range(4)]
    assert counts[chosen[0]] == max(counts)
    assert len(set(chosen)) == len(chosen)
    reached = [quality[:, chosen[: n + 1]].max(axis=1).mean() for n in range(len(chosen))]
    assert all(after - before >= LEAST_GAIN for before, after in itertools.pairwise(reached))
    # Each was the one that gained most, and what is left gains too little.
    for n in range(1, len(chosen)):
        others = [quality[:, [*chosen[:n], other]].max(axis=1).mean() for other in range(4)]
        assert reached[n] == max(others)
    assert all(
        quality[:, [*chosen, other]].max(axis=1).mean() - reached[-1] < LEAST_GAIN
        for other in range(4)
    )


def test_a_gain_under_half_a_percent_is_not_worth_a_network():
    quality = np.zeros((1000, 2))
    quality[:900, 0] = 1
    quality[900:904, 1] = 1
    assert choose_set(quality, np.array([1.0, 2.0])) == (0,)
    quality[904, 1] = 1
    assert choose_set(quality, np.array([1.0, 2.0])) == (0, 1)


def test_where_all_fail_the_fastest_is_the_set():
    assert choose_set(np.zeros((5, 3)), np.array([3.0, 1.0, 2.0])) == (1,)
