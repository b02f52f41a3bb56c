"""Who has the last word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.selection.in_force import CUSTOM, SOURCES, Commander, InForce
from pipelines.selection.scenario import Scenario, Weights

CONFIGURED = Scenario("balanced", Weights(), task="detect", min_fps=5)
COMMANDERS: tuple[Commander, ...] = ("user", "mqtt", "governor")


def named(name: str) -> Scenario:
    return Scenario(name, Weights())


def test_the_configuration_rules_where_nobody_asks() -> None:
    ruling = InForce(CONFIGURED).now
    assert (ruling.scenario, ruling.source, ruling.why) == (CONFIGURED, "configuration", "")


def test_user_before_mqtt_before_governor_before_configuration() -> None:
    force = InForce(CONFIGURED)
    seen = []
    for source in ("governor", "mqtt", "user"):
        force.ask(source, named(source))  # type: ignore[arg-type]
        seen.append(force.now.source)
    for source in ("user", "mqtt", "governor"):
        force.clear(source)  # type: ignore[arg-type]
        seen.append(force.now.source)
    assert seen == ["governor", "mqtt", "user", "mqtt", "governor", "configuration"]


@given(st.lists(st.tuples(st.sampled_from(COMMANDERS), st.one_of(st.none(), st.text(max_size=3)))))
def test_the_source_of_most_authority_that_asks_rules(
    asked: list[tuple[Commander, str | None]],
) -> None:
    force = InForce(CONFIGURED)
    wishes = {"configuration": "balanced"}
    for source, name in asked:
        if name is None:
            force.clear(source)
            wishes.pop(source, None)
        else:
            force.ask(source, named(name), "why")
            wishes[source] = name
        expected = next(source for source in SOURCES if source in wishes)
        assert (force.now.source, force.now.scenario.name) == (expected, wishes[expected])


def test_weights_by_hand_keep_the_limits_of_the_configuration() -> None:
    scenario = InForce(CONFIGURED).weighed(Weights(0.2, 0.3, 0.5))
    assert scenario == Scenario(CUSTOM, Weights(0.2, 0.3, 0.5), task="detect", min_fps=5)


def test_a_ruling_says_what_who_and_why() -> None:
    force = InForce(CONFIGURED)
    assert str(force.now) == "balanced (configuration)"
    force.ask("governor", named("energy"), "battery 18 %, limit 20 %")
    assert str(force.now) == "energy (governor: battery 18 %, limit 20 %)"
