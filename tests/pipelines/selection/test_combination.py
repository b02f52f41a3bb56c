"""Several cameras on one machine: against brute force, and what must hold of any combination."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.candidate import Candidate
from pipelines.selection.behind_camera import behind_camera, scenario_behind_camera
from pipelines.selection.choice import choose
from pipelines.selection.combination import CameraTable, Combination, combine
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import NAMED, Scenario
from tests.pipelines.selection.tables import (
    ACCURACIES,
    BALANCED,
    RATES,
    WATTS,
    WEIGHTS,
    measured,
    watts,
)

ACCURATE = Scenario("accuracy", NAMED["accuracy"])

# Of each second: half a core for the sure one at 30 fps, a twentieth for the light one.
SURE = replace(measured("sure", 0.9, fps=60.0, power=4.0), idle_w=3.0, cpu_s_per_frame=1 / 60)
LIGHT = replace(measured("light", 0.5, fps=600.0, power=4.0), idle_w=3.0, cpu_s_per_frame=1 / 600)

ROWS = st.lists(
    st.tuples(ACCURACIES, RATES, WATTS, st.floats(0.0, 0.9), st.floats(1e-4, 1.0)),
    min_size=1,
    max_size=5,
).map(
    lambda figures: tuple(
        replace(
            measured(f"net-{number}", accuracy, fps, power),
            idle_w=share * power or None,
            cpu_s_per_frame=busy / fps,
        )
        for number, (accuracy, fps, power, share, busy) in enumerate(figures)
    )
)
SCENARIOS = st.builds(
    Scenario,
    st.just("any"),
    WEIGHTS,
    min_fps=st.none() | st.floats(0.5, 10.0),
    max_power_w=st.none() | st.floats(2.0, 20.0),
)
CAMERA_RATES = st.none() | st.sampled_from([5.0, 15.0, 30.0])
CORES = st.sampled_from([0.25, 1.0, 3.0]) | st.floats(0.1, 8.0)


@st.composite
def tables(draw: st.DrawFn, fewest: int = 1) -> list[CameraTable]:
    count = draw(st.integers(fewest, 3))
    return [
        CameraTable(f"cam-{n}", draw(ROWS), draw(SCENARIOS), draw(CAMERA_RATES))
        for n in range(count)
    ]


def alone(camera: CameraTable, row: Measurement) -> tuple[float, float]:
    """The frames a second and the watts of *row* with the machine to itself."""
    assert row.power is not None
    rate = min(row.fps, camera.rate_fps or math.inf)
    if row.idle_w is None or rate == row.fps:
        return rate, row.power.watts
    return rate, row.idle_w + (row.power.watts - row.idle_w) * rate / row.fps


def least(camera: CameraTable) -> float:
    return min(camera.scenario.min_fps or 0.0, camera.rate_fps or math.inf)


def objective(cameras: Sequence[CameraTable], rows: Sequence[Measurement], cores: float) -> float:
    """As the module's head has it, written anew; −∞ beyond a limit."""
    pairs = list(zip(cameras, rows, strict=True))
    figures = [alone(camera, row) for camera, row in pairs]
    asked = sum(
        (row.cpu_s_per_frame or 0.0) * rate for row, (rate, _) in zip(rows, figures, strict=True)
    )
    share = min(1.0, cores / asked)
    rest = sum(row.idle_w or 0.0 for row in rows)
    total_w = sum(drawn for _, drawn in figures) - rest + rest / len(rows)
    value = 0.0
    for (camera, row), (rate, _) in zip(pairs, figures, strict=True):
        w = camera.scenario.weights
        whole = w.accuracy + w.throughput + w.power
        value += w.accuracy / whole * math.log(row.accuracy or 0.0)
        value += w.throughput / whole * math.log(share * rate)
        value -= w.power / whole * math.log(total_w)
        limit = camera.scenario.max_power_w or math.inf
        if share * rate < least(camera) * (1 - 1e-8) or total_w > limit * (1 + 1e-8):
            return -math.inf
    return value


def allowed(camera: CameraTable) -> list[Measurement]:
    """The rows that keep the camera's limits if it has the machine to itself."""
    limit = camera.scenario.max_power_w or math.inf
    figures = [(row, *alone(camera, row)) for row in camera.rows]
    return [row for row, rate, drawn in figures if rate >= least(camera) and drawn <= limit]


def chosen(combination: Combination) -> dict[str, Candidate | None]:
    return {place.name: place.choice.candidate for place in combination.places}


@settings(max_examples=200)
@given(tables(), CORES)
def test_it_is_the_best_of_all(cameras: list[CameraTable], cores: float) -> None:
    able = [camera for camera in cameras if allowed(camera)]
    found = combine(cameras, cores)
    products = itertools.product(*(allowed(camera) for camera in able)) if able else ()
    best = max((objective(able, rows, cores) for rows in products), default=-math.inf)
    if best == -math.inf:
        assert found.score is None
        assert found.note
        return
    assert found.score == pytest.approx(best, abs=1e-6)
    assert [place.name for place in found.places] == [camera.name for camera in able]
    rows = [
        next(row for row in camera.rows if row.candidate == chosen(found)[camera.name])
        for camera in able
    ]
    # What each camera's own ranking puts first is that combination.
    assert objective(able, rows, cores) == pytest.approx(best, abs=1e-6)


@given(ROWS, SCENARIOS, CAMERA_RATES)
def test_one_camera_is_the_choice_itself(
    rows: tuple[Measurement, ...], scenario: Scenario, rate: float | None
) -> None:
    wish = scenario_behind_camera(scenario, rate)
    choice = choose([behind_camera(row, rate) for row in rows], wish)
    found = combine([CameraTable("one", rows, scenario, rate)], cores=1.0)
    if choice.candidate is None:
        assert found.places == ()
        return
    (place,) = found.places
    assert place.choice.candidate == place.alone == choice.candidate
    assert place.choice.score == pytest.approx(choice.score)


@given(tables(fewest=2), CORES, st.floats(1.0, 4.0))
def test_more_cores_are_never_worse(cameras: list[CameraTable], cores: float, more: float) -> None:
    few, many = combine(cameras, cores), combine(cameras, cores * more)
    if few.score is not None:
        assert many.score is not None
        assert many.score >= few.score - 1e-6


@given(tables(fewest=2), CORES, st.randoms(use_true_random=False))
def test_another_order_of_the_cameras_changes_nothing_else(
    cameras: list[CameraTable], cores: float, random: object
) -> None:
    mixed = list(cameras)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = combine(cameras, cores), combine(mixed, cores)
    assert chosen(one) == chosen(other)
    assert one.score == other.score
    assert [place.name for place in other.places] == [
        camera.name for camera in mixed if one.place(camera.name)
    ]


def camera(name: str, scenario: Scenario = BALANCED, rate: float = 30.0) -> CameraTable:
    return CameraTable(name, (SURE, LIGHT), scenario, rate)


def test_four_cameras_do_not_each_take_what_one_would() -> None:
    two, four = (
        combine([camera(f"cam-{n}", ACCURATE) for n in range(count)], cores=1.0) for count in (2, 4)
    )
    assert [place.choice.candidate for place in two.places] == [SURE.candidate] * 2
    assert (two.share, two.demand) == (1.0, pytest.approx(1.0))
    assert two.note == "1 of 1 core for 2 cameras"
    # At 0.8 : 0.1 accuracy is worth half of the frames, so all keep it, and share alike.
    assert [place.choice.candidate for place in four.places] == [SURE.candidate] * 4
    assert four.share == pytest.approx(0.5)
    assert four.note == "2 of 1 core for 4 cameras, so that each gets 50% of its frames"
    ranked = four.places[0].choice.ranking[0].measurement
    assert ranked.fps == pytest.approx(15.0)
    # The machine at rest once, and four halves of a core's watt.
    assert ranked.power == replace(watts(0), watts=pytest.approx(5.0))
    balanced = combine([camera(f"cam-{n}") for n in range(8)], cores=1.0)
    taken = [place.choice.candidate for place in balanced.places]
    assert LIGHT.candidate in taken
    assert balanced.places[0].alone == SURE.candidate


def test_two_cameras_do_not_change_places_for_nothing() -> None:
    """Half a core for two of them: one sure, one light; which is which hardly matters."""
    better = replace(SURE, accuracy=0.905)
    cameras = [camera("a"), replace(camera("b"), rows=(better, LIGHT))]
    assert [str(place.choice.candidate) for place in combine(cameras, 0.5).places] == [
        str(LIGHT.candidate),
        str(SURE.candidate),
    ]
    running = {"a": SURE.candidate, "b": LIGHT.candidate}
    assert chosen(combine(cameras, 0.5, running, min_gain=0.03)) == running
    assert chosen(combine(cameras, 0.5, running, min_gain=0.001)) != running
    # What is worth a change is changed all the same.
    wrong = {"a": LIGHT.candidate, "b": LIGHT.candidate}
    assert chosen(combine(cameras, 8.0, wrong, min_gain=0.03)) == {
        "a": SURE.candidate,
        "b": SURE.candidate,
    }


def test_a_limit_of_watts_holds_for_the_machine() -> None:
    limited = replace(ACCURATE, max_power_w=4.2)
    found = combine([camera("a", limited), camera("b", ACCURATE), camera("c", ACCURATE)], 4.0)
    assert found.watts is not None
    assert found.watts <= 4.2
    assert sorted(str(place.choice.candidate) for place in found.places) == sorted(
        map(str, (SURE.candidate, SURE.candidate, LIGHT.candidate))
    )
    light = next(p for p in found.places if p.choice.candidate == LIGHT.candidate)
    (rejection,) = [r for r in light.choice.rejected if r.candidate == SURE.candidate]
    assert rejection.reason == "4.5 W is over the 4.2 W allowed"


def test_what_takes_the_others_frames_is_rejected_for_that() -> None:
    needy = replace(ACCURATE, min_fps=29.0)
    found = combine([camera("a", needy), camera("b", ACCURATE), camera("c", ACCURATE)], 1.1)
    assert found.share >= 29 / 30 - 1e-9
    light = next(p for p in found.places if p.choice.candidate == LIGHT.candidate)
    (rejection,) = light.choice.rejected
    assert "of their frames, too few for them" in rejection.reason or "fps" in rejection.reason


def test_limits_that_nothing_keeps_are_said() -> None:
    impossible = replace(ACCURATE, max_power_w=3.1)
    found = combine([camera("a", impossible), camera("b", impossible), camera("c", impossible)], 1)
    assert found.places == ()
    assert "limits" in found.note or "no camera" in found.note


def test_a_camera_without_candidates_leaves_the_rest_alone() -> None:
    found = combine([CameraTable("none", (), BALANCED), camera("one")], 1.0)
    assert [place.name for place in found.places] == ["one"]
    assert combine([], 1.0).places == ()


def test_without_watts_the_rest_decides() -> None:
    rows = tuple(replace(row, power=None, idle_w=None) for row in (SURE, LIGHT))
    found = combine([CameraTable(name, rows, BALANCED, 30.0) for name in "ab"], 1.0)
    assert found.watts is None
    assert [place.choice.candidate for place in found.places] == [SURE.candidate] * 2
    assert any("power is unknown" in note for note in found.places[0].choice.notes)


def test_unknown_processor_time_counts_as_all_threads_at_work() -> None:
    row = replace(SURE, cpu_s_per_frame=None)
    found = combine([CameraTable(name, (row,), BALANCED, 30.0) for name in "ab"], 1.0)
    assert found.demand == pytest.approx(1.0)


def test_many_cameras_end_and_are_no_worse_than_each_beside_the_others() -> None:
    rows = tuple(
        replace(
            measured(f"net-{n}", 0.3 + n / 50, fps=400 / (n + 1), power=4.0 + n / 100),
            idle_w=3.0,
            cpu_s_per_frame=(n + 1) / 400,
        )
        for n in range(30)
    )
    cameras = [CameraTable(f"cam-{n}", rows, ACCURATE, 30.0) for n in range(9)]
    found = combine(cameras, 3.0)
    assert len(found.places) == 9
    assert combine(cameras, 3.0) == found
    same = [
        combine([replace(camera, rows=(row,)) for camera in cameras], 3.0).score or -math.inf
        for row in rows
    ]
    assert found.score is not None
    assert found.score >= max(same) - 1e-9
