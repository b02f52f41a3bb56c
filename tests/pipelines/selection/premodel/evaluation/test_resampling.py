from __future__ import annotations

import numpy as np
import pytest

from pipelines.selection.premodel.evaluation.resampling import Bootstrap, halves

GROUPS = np.repeat(np.arange(10), 7)


def test_every_row_is_judged_equally_often_and_never_by_what_learned_from_it():
    judged = np.zeros(len(GROUPS))
    for learned, rows in halves(GROUPS, repeats=4):
        assert not set(learned) & set(rows)
        assert len(learned) == len(rows) == 35
        judged[rows] += 1
    assert (judged == 4).all()


def test_neighbours_stay_together_and_in_order():
    for learned, rows in halves(GROUPS):
        assert not set(GROUPS[learned]) & set(GROUPS[rows])
        assert (np.diff(rows) > 0).all()


def test_the_halves_are_random_and_the_same_every_time():
    first = [rows.tolist() for _, rows in halves(GROUPS)]
    assert first == [rows.tolist() for _, rows in halves(GROUPS)]
    assert len({tuple(rows) for rows in first}) > 2
    assert first != [rows.tolist() for _, rows in halves(GROUPS, seed=1)]


def test_the_interval_is_that_of_the_mean():
    values = np.random.default_rng(0).normal(3, 1, 400)
    found = Bootstrap(np.arange(400)).mean(values)
    assert found.value == pytest.approx(values.mean())
    half = 1.96 * values.std() / 20
    assert found.low == pytest.approx(found.value - half, abs=0.015)
    assert found.high == pytest.approx(found.value + half, abs=0.015)


def test_pictures_that_are_alike_count_as_one():
    random = np.random.default_rng(0)
    values, groups = np.repeat(random.normal(0, 1, 20), 50), np.repeat(np.arange(20), 50)
    together, apart = Bootstrap(groups).mean(values), Bootstrap(np.arange(1000)).mean(values)
    assert together.high - together.low > 4 * (apart.high - apart.low)


def test_groups_of_several_sizes_weigh_by_their_pictures():
    values, groups = np.array([1.0, 0.0, 0.0, 0.0]), np.array([5, 9, 9, 9])
    assert Bootstrap(groups).mean(values).value == 0.25


def test_what_never_varies_has_no_width():
    found = Bootstrap(np.arange(50)).mean(np.full(50, 0.25))
    assert (found.low, found.high) == pytest.approx((0.25, 0.25))
