from __future__ import annotations

import pytest

from pipelines.selection.premodel.evaluation.resampling import Interval
from pipelines.selection.premodel.evaluation.study import Alone, Routed
from pipelines.selection.premodel.evaluation.verdict import (
    better_alone,
    choose_router,
    in_points,
    points,
    refusal,
)
from pipelines.selection.scenario import Scenario, Weights

ACCURATE = Scenario("accuracy", Weights(1, 0, 0))
FAST = Scenario("fast", Weights(0.01, 1, 0))


def interval(low: float, high: float) -> Interval:
    return Interval((low + high) / 2, low, high)


def routed(name="router", accuracy=0.8, seconds=0.01, lift=(0.02, 0.06), margin=(0.01, 0.05),
           mix=(0.6, 0.4), ahead=(0.1, 0.2), refusal="") -> Routed:  # fmt: skip
    return Routed(
        name=name,
        accuracy=interval(accuracy, accuracy),
        seconds=seconds,
        own_s=0.001,
        mix=dict(zip(("small", "large"), mix, strict=True)),
        shuffled=accuracy - sum(lift) / 2,
        lift=interval(*lift),
        matched=accuracy - sum(margin) / 2,
        margin=interval(*margin),
        rival="" if ahead is None else "quick",
        ahead=None if ahead is None else interval(*ahead),
        refusal=refusal,
    )


@pytest.mark.parametrize(
    ("router", "reason"),
    [
        (routed(), ""),
        # The lift may be none.
        (
            routed(lift=(-0.01, 0.05)),
            "a shuffled router with the same mix may be as good: lift +2.0 points "
            "(95 %: -1.0 … +5.0)",
        ),
        (routed(lift=(0.0, 0.05)), "a shuffled router with the same mix may be as good: lift"),
        # It chooses well, but what it costs eats that up.
        (routed(margin=(-0.03, 0.01)), "a random mix of two networks in the same time may be"),
        # It is nothing that a network alone may not be.
        (
            routed(ahead=(-0.01, 0.03)),
            "quick alone takes no longer and may be as accurate: lead +1.0 points",
        ),
        (routed(ahead=None), ""),  # it is faster than any network alone
        # It does not choose at all.
        (routed(mix=(1.0, 0.0)), "it always takes small, which can run without it"),
    ],
)
def test_what_is_not_certainly_better_than_chance_is_refused(router, reason):
    found = refusal(router)
    assert found.startswith(reason)
    assert bool(found) == bool(reason)


def test_of_those_that_may_be_used_the_scenario_takes_the_best():
    slow, fast = routed("slow", 0.9, 0.02), routed("fast", 0.8, 0.01)
    best = routed("refused", 0.99, 0.001, refusal="it has no lift")
    for scenario, name in ((ACCURATE, "slow"), (FAST, "fast")):
        chosen = choose_router([slow, fast, best], scenario)
        assert chosen is not None
        assert chosen.name == name
    assert choose_router([best], ACCURATE) is None


def test_it_is_told_where_a_network_alone_serves_better():
    alone = [Alone("quick", interval(0.5, 0.5), 0.0001, 1.0)]
    assert better_alone(routed(), alone, FAST) is alone[0]
    assert better_alone(routed(), alone, ACCURATE) is None


@pytest.mark.parametrize(
    ("fraction", "words"), [(0.0421, "+4.2"), (-0.1, "-10.0"), (-0.0001, "+0.0")]
)
def test_differences_are_written_in_points(fraction, words):
    assert points(fraction) == words
    assert in_points(Interval(fraction, 0, 0.5)).startswith(f"{words} points (95 %: +0.0 … +50.0)")
