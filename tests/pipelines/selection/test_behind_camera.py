"""What a candidate is worth behind a camera: worked out by hand, and properties."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.selection.behind_camera import behind_camera, notes, scenario_behind_camera
from pipelines.selection.choice import choose
from pipelines.selection.measurement import Measurement
from pipelines.selection.merit import equation_1
from pipelines.selection.scenario import Weights
from tests.pipelines.selection.tables import BALANCED, TABLES, measured, watts

# 120 fps at 5 W, 3 W at rest: a frame takes (5 W − 3 W) / 120 more than rest.
FAST = replace(measured("fast", accuracy=0.5, fps=120.0, power=5.0), idle_w=3.0)
RATES = st.floats(0.5, 500.0)


def test_what_is_faster_than_the_camera_rests_in_between() -> None:
    counted = behind_camera(FAST, 30.0)
    assert counted.fps == 30.0
    assert counted.power == replace(watts(5.0), watts=pytest.approx(3.5))
    assert (counted.candidate, counted.accuracy, counted.idle_w) == (FAST.candidate, 0.5, 3.0)


def test_what_is_slower_and_what_has_no_camera_stay_as_they_are() -> None:
    assert behind_camera(FAST, 200.0) is FAST
    assert behind_camera(FAST, 120.0) is FAST
    assert behind_camera(FAST, None) is FAST


def test_without_the_power_at_rest_the_watts_stand() -> None:
    counted = behind_camera(replace(FAST, idle_w=None), 30.0)
    assert (counted.fps, counted.power) == (30.0, FAST.power)
    assert behind_camera(replace(FAST, power=None), 30.0).power is None


def test_an_interval_ends_at_the_rate() -> None:
    assert behind_camera(replace(FAST, fps_ci95=(20.0, 150.0)), 30.0).fps_ci95 == (20.0, 30.0)
    assert behind_camera(replace(FAST, fps_ci95=(110.0, 130.0)), 30.0).fps_ci95 == (30.0, 30.0)


def test_no_more_frames_are_asked_for_than_there_are() -> None:
    wish = replace(BALANCED, min_fps=60.0)
    assert scenario_behind_camera(wish, 30.0).min_fps == 30.0
    assert scenario_behind_camera(wish, 90.0) == wish
    assert scenario_behind_camera(wish, None) == wish
    assert scenario_behind_camera(BALANCED, 30.0) == BALANCED


def test_it_is_said_only_where_it_counts() -> None:
    assert notes([FAST], 30.0) == ("counted at the camera's 30 frames a second",)
    assert notes([FAST], 200.0) == notes([FAST], None) == notes([], 30.0) == ()


def test_the_detectors_of_the_first_start() -> None:
    """As `bench` found them on two cores: alone the light one wins, behind a camera the sure one.

    1 core of the model has 0.9 W, 2.7 W are at rest.
    """
    sure = replace(measured("sure", 0.855, fps=115.5, power=3.64), idle_w=2.74)
    light = replace(measured("light", 0.548, fps=347.6, power=3.68), idle_w=2.74)
    assert choose((sure, light), BALANCED).candidate == light.candidate
    behind = choose([behind_camera(row, 30.0) for row in (sure, light)], BALANCED)
    assert behind.candidate == sure.candidate
    assert behind.score == pytest.approx(equation_1(0.855, 30.0, 2.74 + 0.9 * 30 / 115.5))
    # On a small board both are slower than the camera or nearly so, and fps count again.
    sure, light = replace(sure, fps=8.0), replace(light, fps=28.0)
    behind = choose([behind_camera(row, 30.0) for row in (sure, light)], BALANCED)
    assert behind.candidate == light.candidate


@given(TABLES, RATES, st.floats(0.0, 1.0))
def test_the_energy_of_a_frame_over_rest_stays(
    rows: list[Measurement], rate: float, share: float
) -> None:
    for row in rows:
        assert row.power is not None
        known = replace(row, idle_w=share * row.power.watts or None)
        counted = behind_camera(known, rate)
        assert counted.power is not None
        rest = known.idle_w
        assert counted.fps == min(row.fps, rate)
        if rest is not None:
            before = (row.power.watts - rest) / row.fps
            assert (counted.power.watts - rest) / counted.fps == pytest.approx(before, abs=1e-9)
            assert rest - 1e-9 <= counted.power.watts <= row.power.watts + 1e-9


@given(TABLES)
def test_a_camera_faster_than_all_changes_nothing(rows: list[Measurement]) -> None:
    rate = max(row.fps for row in rows)
    assert [behind_camera(row, rate) for row in rows] == rows


@given(TABLES, RATES, st.floats(1.0, 50.0))
def test_speed_beyond_the_camera_gains_nothing(
    rows: list[Measurement], rate: float, faster: float
) -> None:
    """Among networks that keep up and draw the same, accuracy alone decides."""
    keeping_up = [replace(row, fps=rate * faster, power=watts(4.0)) for row in rows]
    choice = choose([behind_camera(row, rate) for row in keeping_up], BALANCED)
    best = max(row.accuracy or 0.0 for row in rows)
    assert choice.ranking[0].measurement.accuracy == pytest.approx(best)
    only = choose(
        [behind_camera(row, rate) for row in keeping_up],
        replace(BALANCED, weights=Weights(0, 1, 0)),
    )
    assert len(only.ranking) == 1 or len(only.tie) == len(only.ranking)
