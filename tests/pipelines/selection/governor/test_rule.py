"""How a rule shifts the scenario."""

from __future__ import annotations

from pipelines.selection.governor.conditions import Throttled
from pipelines.selection.governor.rule import Rule
from pipelines.selection.scenario import MOST, Scenario, Weights

BASE = Scenario("balanced", Weights(1, 1, 1), task="detect", min_fps=4)


def test_a_named_scenario_replaces_the_configured_one() -> None:
    energy = Scenario("energy", Weights(0.1, 0.1, 0.8))
    assert Rule("hot", Throttled(), energy).apply(BASE) == energy


def test_weights_are_added_and_everything_else_stays() -> None:
    shifted = Rule("hot", Throttled(), Weights(0, 0, 1.5, 0, 0.5)).apply(BASE)
    assert shifted.weights == Weights(1, 1, 2.5, 0, 0.5)
    assert (shifted.task, shifted.min_fps) == ("detect", 4)
    assert shifted.name == "balanced, hot"


def test_weights_do_not_grow_beyond_what_a_weight_may_be() -> None:
    high = Scenario("most", Weights(MOST, 1, 1))
    assert Rule("hot", Throttled(), Weights(1, 0, 0)).apply(high).weights.accuracy == MOST
