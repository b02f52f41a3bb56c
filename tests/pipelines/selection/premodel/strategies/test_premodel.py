from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipelines.selection.premodel.strategies.premodel import Premodel, fit_premodel
from tests.pipelines.selection.premodel.tables import SECONDS, outcomes, separable

TRAIN, TEST = np.arange(100), np.arange(100, 200)


def test_what_can_be_told_from_the_features_is_learned():
    table = separable()
    router = fit_premodel(table, TRAIN)
    assert router.networks == ("small", "large")  # the middle one gains nothing
    routing = router.route(table, TEST)
    easy = table.features[TEST, 0] < 0
    assert (routing.answers[easy] == 0).mean() > 0.9
    assert (routing.answers[~easy] == 2).mean() > 0.9


def test_a_picture_costs_features_router_and_the_network_that_runs():
    table = separable()
    routing = fit_premodel(table, TRAIN).route(table, TEST)
    assert routing.own_s > table.feature_seconds
    for ran, answer, seconds in zip(
        routing.ran, routing.answers, routing.seconds(table), strict=True
    ):
        assert ran.tolist() == [number == answer for number in range(3)]
        assert seconds == pytest.approx(routing.own_s + SECONDS[answer])


def test_the_first_yes_wins():
    # All features are alike, so every picture left to a classifier is a neighbour.
    def decided(labels: tuple[int, ...]) -> int:
        known = ((0.0,),) * len(labels)
        router = Premodel(("a", "b", "c"), 2, (0.0,), (1.0,), known, labels)
        return int(router.decider()(np.array([[0.0]]))[0])

    assert decided((0, 0, 0, 1, 1)) == 0
    # Of the pictures that the first one leaves, most are for b.
    assert decided((0, 0, 1, 1, 2)) == 1
    assert decided((0, 0, -1, -1, -1)) == 2  # none says yes
    assert decided((0, 0, 0, 0, 0)) == 0  # nothing is left for the others


def test_where_no_classifier_says_yes_the_most_accurate_runs():
    quality = np.zeros((40, 2))
    quality[:16, 0] = 1  # most often the label, since faster
    quality[:12, 1] = 1
    quality[16:36, 1] = 1
    random = np.random.default_rng(0)
    table = outcomes(quality, features=random.normal(0, 1, (40, 2)))
    router = fit_premodel(table, np.arange(40))
    assert router.networks[router.fallback] == "middle"
    undecided = Premodel(
        router.networks, router.fallback, (0.0,), (1.0,), ((0.0,),) * 5, (0, 0, -1, -1, -1)
    )
    assert undecided.decider()(np.array([[0.0]])).tolist() == [router.fallback]


def test_nothing_of_other_rows_is_learned():
    table = separable()
    features = table.features.copy()
    features[TEST] = features[TEST] * 1000 + 77  # another scale than that of the rows learned from
    other = replace(
        table, features=features, quality=np.where(np.arange(200)[:, None] < 100, table.quality, 0)
    )
    assert fit_premodel(other, TRAIN) == fit_premodel(table, TRAIN)


def test_units_of_features_do_not_matter():
    table = separable()
    other = replace(table, features=table.features * (1000, 0.001) + (5, -3))
    one, two = (fit_premodel(each, TRAIN).route(each, TEST).answers for each in (table, other))
    assert (one == two).mean() > 0.98
