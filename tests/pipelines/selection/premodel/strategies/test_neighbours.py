from __future__ import annotations

import numpy as np
import pytest

from pipelines.selection.premodel.strategies.neighbours import (
    NEIGHBOURS,
    majority,
    nearest,
    scale_of,
)


def test_the_nearest_are_those_of_brute_force():
    random = np.random.default_rng(0)
    known, asked = random.normal(0, 1, (60, 4)), random.normal(0, 1, (20, 4))
    for row, found in zip(asked, nearest(known, asked), strict=True):
        distances = np.linalg.norm(known - row, axis=1)
        assert found.tolist() == np.argsort(distances, kind="stable")[:NEIGHBOURS].tolist()


def test_with_few_known_all_vote():
    assert nearest(np.zeros((2, 3)), np.ones((1, 3))).shape == (1, 2)


@pytest.mark.parametrize(
    ("votes", "yes"),
    [
        ([1, 1, 1, 0, 0], True),
        ([1, 1, 0, 0, 0], False),
        ([1, 0], False),  # half of them is no majority
        ([1], True),
    ],
)
def test_more_than_half_is_a_majority(votes, yes):
    assert majority(np.array([votes], bool)).tolist() == [yes]


def test_scaled_features_have_mean_0_and_spread_1():
    features = np.random.default_rng(0).normal(7, 3, (50, 2)) * (1, 1000)
    mean, spread = scale_of(features)
    scaled = (features - mean) / spread
    assert scaled.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert scaled.std(axis=0) == pytest.approx([1, 1])


def test_a_feature_that_never_changes_is_left_as_it_is():
    _, spread = scale_of(np.full((10, 1), 4.0))
    assert spread.tolist() == [1.0]
