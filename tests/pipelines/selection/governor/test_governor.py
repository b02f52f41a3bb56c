"""The governor never flaps, whatever the sensors say, and does what its rules say."""

from __future__ import annotations

import itertools
from datetime import time

from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.selection.governor.conditions import BatteryLow, Between, Beyond, Throttled
from pipelines.selection.governor.governor import Decision, Governor
from pipelines.selection.governor.readings import Readings
from pipelines.selection.governor.rule import Rule
from pipelines.selection.scenario import Scenario, Weights
from tests.recorded.traces import BATTERY, STEP_S, THERMAL_RAMP

ENERGY = Scenario("energy", Weights(0.1, 0.1, 0.8))
HOT = Rule("hot", Beyond("temperature", 65, 60), ENERGY)
LOW = Rule("low", BatteryLow(30, 40), ENERGY)
SLOW = Rule("slow", Beyond("fps", 10, 12), Weights(0, 1, 0))
RULES = (
    LOW,
    HOT,
    Rule("throttled", Throttled(), ENERGY),
    Rule("watts", Beyond("power", 6, 5), ENERGY),
    SLOW,
    Rule("night", Between(time(22), time(6)), ENERGY),
)


def maybe(strategy: st.SearchStrategy[float]) -> st.SearchStrategy[float | None]:
    return st.one_of(st.none(), strategy)


READINGS = st.builds(
    Readings,
    battery_percent=maybe(st.floats(0, 100)),
    discharging=st.sampled_from([None, True, False]),
    temperature_c=maybe(st.one_of(st.floats(allow_infinity=True), st.floats(55, 70))),
    complaints=st.sampled_from([None, (), ("throttled",)]),
    power_w=maybe(st.floats(4, 7)),
    fps=maybe(st.floats(9, 13)),
    clock=st.one_of(st.none(), st.times()),
)
# Each reading is there for a while: what changes every second is only one kind of adversary.
TRACES = st.lists(st.tuples(st.integers(1, 200), READINGS), max_size=30)
DWELLS = st.sampled_from([1.0, 10.0, 60.0])
CONFIRMS = st.sampled_from([0.0, 3.0, 30.0])


def run(
    governor: Governor, trace: list[tuple[int, Readings]], step_s: float = 1.0
) -> list[Decision]:
    """One decision a step; each reading of the trace lasts for its number of steps."""
    readings = [reading for count, reading in trace for _ in range(count)]
    return [governor.step(number * step_s, reading) for number, reading in enumerate(readings)]


def changes(decisions: list[Decision]) -> list[tuple[float, str | None]]:
    """When the rule in force changed, and to which."""
    found: list[tuple[float, str | None]] = []
    rule: Rule | None = None
    for decision in decisions:
        if decision.rule is not rule:
            rule = decision.rule
            found.append((decision.since_s, rule.name if rule else None))
    return found


@example([(5, Readings(complaints=("throttled",))), (5, Readings(complaints=()))] * 20, 60.0, 0.0)
@given(TRACES, DWELLS, CONFIRMS)
def test_never_two_changes_within_the_dwell_time(
    trace: list[tuple[int, Readings]], dwell_s: float, confirm_s: float
) -> None:
    decisions = run(Governor(RULES, dwell_s, confirm_s), trace)
    times = [at for at, _ in changes(decisions)]
    assert all(after - before >= dwell_s for before, after in itertools.pairwise(times))
    assert len(times) <= len(decisions) / dwell_s + 1


@given(TRACES, DWELLS, CONFIRMS)
def test_the_same_readings_give_the_same_decisions(
    trace: list[tuple[int, Readings]], dwell_s: float, confirm_s: float
) -> None:
    first = run(Governor(RULES, dwell_s, confirm_s), trace)
    assert first == run(Governor(RULES, dwell_s, confirm_s), trace)


@given(TRACES, st.integers(1, 300))
def test_an_unknown_reading_neither_triggers_nor_releases(
    trace: list[tuple[int, Readings]], silent: int
) -> None:
    governor = Governor(RULES, dwell_s=1.0)
    decisions = run(governor, trace)
    # What the dwell time held back may still come in the first second of silence.
    start = len(decisions) + 1
    before = governor.step(start, Readings())
    after = [governor.step(start + number, Readings()) for number in range(1, silent)]
    assert all(decision == before for decision in after)


@given(TRACES, st.floats(0, 150), st.floats(0, 50))
def test_hotter_never_releases(
    trace: list[tuple[int, Readings]], warm_c: float, more_c: float
) -> None:
    """Whatever went before: where a temperature leaves the rule in force, a higher one does."""
    decided = []
    for temperature_c in (warm_c, warm_c + more_c):
        governor = Governor([HOT], dwell_s=10.0)
        end = len(run(governor, trace))
        for second in range(20):
            decision = governor.step(end + second, Readings(temperature_c=temperature_c))
        decided.append(decision.rule is not None)
    assert decided[0] <= decided[1]


@given(st.lists(st.floats(40, 90), max_size=200), st.floats(0, 20))
def test_a_hotter_run_is_never_released_before_a_cooler_one(
    trace: list[float], more_c: float
) -> None:
    """Without waiting times, over whole runs."""

    def held(offset_c: float) -> list[bool]:
        governor = Governor([HOT], dwell_s=0.0, confirm_s=0.0)
        readings = [(1, Readings(temperature_c=value + offset_c)) for value in trace]
        # A second between the samples, and none of them near enough to count as a relapse.
        return [decision.rule is not None for decision in run(governor, readings, 1e6)]

    assert all(cool <= hot for cool, hot in zip(held(0), held(more_c), strict=True))


def test_of_rules_that_contradict_each_other_the_first_is_in_force() -> None:
    power = Rule("power", Throttled(), ENERGY)
    accuracy = Rule("accuracy", Throttled(), Scenario("accuracy", Weights(0.8, 0.1, 0.1)))
    both = [(10, Readings(complaints=("throttled",)))]
    assert changes(run(Governor([power, accuracy]), both)) == [(3.0, "power")]
    assert changes(run(Governor([accuracy, power]), both)) == [(3.0, "accuracy")]


def test_one_wild_sample_changes_nothing() -> None:
    calm, wild = Readings(temperature_c=50.0), Readings(temperature_c=140.0)
    trace = [(20, calm), (1, wild), (20, calm), (3, wild), (20, calm)]
    assert changes(run(Governor([HOT]), trace)) == []


def test_a_sensor_that_answers_only_now_and_then_is_heard() -> None:
    trace = [(1, Readings(temperature_c=90.0)), (1, Readings())] * 5
    assert changes(run(Governor([HOT]), trace)) == [(4.0, "hot")]


def test_a_rule_that_makes_itself_superfluous_is_released_ever_later() -> None:
    """A network that is too slow, and a faster one that is not: the adversary of every floor."""
    governor = Governor([SLOW], dwell_s=60.0)
    times: list[float] = []
    rule: Rule | None = None
    for second in range(24 * 3600):
        decision = governor.step(second, Readings(fps=30.0 if rule else 8.0))
        if decision.rule is not rule:
            rule = decision.rule
            times.append(second)
    # By the dwell time alone it would be 1440 times in a day.
    assert len(times) < 60
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert max(gaps) >= 3600


def test_after_a_long_rest_a_rule_is_as_patient_as_at_first() -> None:
    hot, cool = Readings(temperature_c=70.0), Readings(temperature_c=50.0)
    trace = [(10, hot), (100, cool), (10, hot), (10_000, cool), (100, hot), (100, cool)]
    found = changes(run(Governor([HOT], dwell_s=60.0), trace))
    # The second time it relapsed and is kept for twice the dwell time; the third time not.
    assert [name for _, name in found] == ["hot", None, "hot", None, "hot", None]
    released = [at for at, name in found if name is None]
    assert released[1] - 120.0 == 120.0
    assert released[2] - 10_220.0 == 3.0


def test_the_recorded_ramp_switches_once_there_and_once_back() -> None:
    trace = [(1, Readings(temperature_c=value)) for value in THERMAL_RAMP]
    hot = Rule("hot", Beyond("temperature", 70, 64), ENERGY)
    found = changes(run(Governor([hot], dwell_s=60.0), trace, STEP_S))
    assert [name for _, name in found] == ["hot", None]
    on, off = (round(at / STEP_S) for at, _ in found)
    assert THERMAL_RAMP[on] > 70
    assert THERMAL_RAMP[off] <= 64
    # Around the limit the sensor wavers: without room and waiting it would have flapped.
    crossings = sum(
        (before > 70) != (after > 70) for before, after in itertools.pairwise(THERMAL_RAMP)
    )
    assert crossings > 8


def test_the_battery_s_trace_switches_below_the_level_and_when_it_is_plugged_in() -> None:
    trace = []
    for (minute, state, level), (until, _, _) in itertools.pairwise(BATTERY):
        reading = Readings(battery_percent=level, discharging=state == "Discharging")
        trace.append((round(60 * (until - minute)), reading))
    found = changes(run(Governor([LOW], dwell_s=60.0), trace))
    assert found == [(140 * 60 + 3, "low"), (301 * 60 + 3, None)]
