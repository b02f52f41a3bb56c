from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipelines.selection.premodel.evaluation.contenders import all_contenders, curve
from pipelines.selection.premodel.evaluation.evaluate import (
    each_alone,
    evaluate,
    failed_share,
    oracle_figures,
)
from pipelines.selection.premodel.evaluation.resampling import halves
from pipelines.selection.premodel.outcomes.table import Outcomes
from pipelines.selection.premodel.strategies.premodel import fit_premodel
from pipelines.selection.scenario import Scenario, Weights
from tests.pipelines.selection.premodel.tables import (
    ignorant,
    knowing,
    outcomes,
    scenes,
    separable,
)

SCENARIO = Scenario("accuracy", Weights(0.8, 0.1, 0.1))


def judge(table: Outcomes):
    return evaluate(table, all_contenders(SCENARIO, table.is_video))


@pytest.mark.parametrize("make", [separable, knowing, ignorant, scenes])
def test_the_oracle_is_at_least_as_accurate_as_every_router(make):
    table = make()
    accuracy, _ = oracle_figures(table)
    for router in evaluate(table, {**all_contenders(SCENARIO, table.is_video), **curve()}).values():
        assert router.accuracy.value <= accuracy
        assert 0 <= router.accuracy.low <= router.accuracy.value <= router.accuracy.high <= 1
        assert sum(router.mix.values()) == pytest.approx(1)
        assert router.lift.value == pytest.approx(router.accuracy.value - router.shuffled)
        assert router.margin.value == pytest.approx(router.accuracy.value - router.matched)
        assert router.seconds >= table.seconds.min() + router.own_s - 1e-9


def test_shuffled_labels_have_no_lift():
    table = separable()
    order = np.random.default_rng(0).permutation(len(table))
    router = judge(replace(table, quality=table.quality[order]))["premodel"]
    assert router.lift.low < 0 < router.lift.high
    assert abs(router.lift.value) < 0.05


def test_where_nothing_tells_no_router_has_a_lift():
    for router in judge(ignorant()).values():
        assert router.lift.low <= 0
        assert abs(router.lift.value) < 0.03


def test_what_the_features_tell_the_premodel_has_a_lift():
    found = judge(separable())
    assert found["premodel"].lift.low > 0.1
    assert found["premodel"].margin.low > 0.1


def test_what_confidence_tells_the_cascade_has_a_lift():
    router = judge(knowing())["confidence, 1.8× less time"]
    assert router.lift.low > 0
    assert router.margin.low > 0
    assert router.seconds < 0.010 / 1.6


def test_what_the_frames_before_tell_the_temporal_router_has_a_lift():
    router = judge(scenes())["temporal, 1.8× less time"]
    assert router.lift.low > 0
    assert router.margin.low > 0


def test_only_videos_have_frames_before():
    assert not [name for name in judge(separable(60)) if name.startswith("temporal")]


def test_every_router_learns_and_is_judged_on_the_same_halves():
    table, seen = separable(60), []

    def spy(outcomes, rows):
        seen.append(rows.tolist())
        return fit_premodel(outcomes, rows)

    done: list[tuple[int, int]] = []
    evaluate(table, {"a": spy, "b": spy}, lambda *each: done.append(each), repeats=2)
    learned = [rows.tolist() for rows, _ in halves(table.groups, 2)]
    assert seen == [rows for each in learned for rows in (each, each)]
    assert done == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_networks_alone_are_listed_with_what_they_are_best_for():
    quality = np.array([[1, 1, 1]] * 2 + [[0, 1, 1]] + [[0, 0, 0]])
    table = outcomes(np.repeat(quality, 10, axis=0))
    alone = each_alone(table)
    assert [each.network for each in alone] == ["small", "middle", "large"]
    assert [each.accuracy.value for each in alone] == [0.5, 0.75, 0.75]
    assert [each.best for each in alone] == [0.5, 0.25, 0]
    assert failed_share(table) == 0.25
    # Where all fail the oracle runs the fastest: (3 · 1 + 1 · 4) / 4 ms.
    assert oracle_figures(table) == pytest.approx((0.75, 0.00175))
