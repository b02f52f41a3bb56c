"""What a running network's figures say of its row: worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from pipelines.selection.closed_loop.deviation import (
    Deviation,
    Live,
    corrected,
    deviation,
    shift,
)
from pipelines.selection.scenario import Weights
from tests.pipelines.selection.tables import measured, watts

# 20 fps, 50 ms a frame and 55 ms at worst; 5 W at work, 3 W at rest.
ROW = replace(measured(fps=20.0, power=5.0), p50_ms=50.0, p95_ms=55.0, p99_ms=60.0, idle_w=3.0)


def factor(logarithm: float | None) -> float | None:
    return None if logarithm is None else math.exp(logarithm)


def approx(value: float | None) -> Any:
    return None if value is None else pytest.approx(value)


@pytest.mark.parametrize(
    ("live", "throughput"),
    [
        # the network is the bottleneck: its rate tells
        (Live(fps=10.0, capture_fps=30.0, work_ms=90.0), 0.5),
        # frames are lost, but not to the network, which works for half of the time only
        (Live(fps=10.0, capture_fps=30.0, work_ms=50.0), 1.0),
        # the camera is: 15 of 15 fps say nothing, 100 instead of 50 ms do
        (Live(fps=15.0, capture_fps=15.0, work_ms=100.0), 0.5),
        (Live(fps=15.0, capture_fps=15.0, work_ms=25.0), 2.0),
        # the rate of the results wavers a little below the camera's
        (Live(fps=14.5, capture_fps=15.0, work_ms=50.0), 1.0),
        # the camera's rate is unknown, or the network's does not tell
        (Live(fps=10.0, work_ms=50.0), 1.0),
        (Live(capture_fps=30.0, work_ms=100.0), 0.5),
        # one wild second counts for 20 times at the most
        (Live(capture_fps=30.0, work_ms=1e9), 0.05),
        (Live(), None),
        (Live(work_ms=0.0), None),
        (Live(fps=0.0, capture_fps=30.0, work_ms=0.0), None),
        (Live(fps=math.nan, capture_fps=math.nan, work_ms=math.nan), None),
        (Live(fps=5.0, capture_fps=math.inf, work_ms=200.0), 0.25),
    ],
)
def test_throughput(live: Live, throughput: float | None) -> None:
    assert factor(deviation(ROW, live).throughput) == approx(throughput)


def test_without_a_median_the_mean_rate_is_expected() -> None:
    row = replace(ROW, p50_ms=None)
    assert deviation(row, Live(work_ms=100.0)).throughput == pytest.approx(math.log(0.5))


@pytest.mark.parametrize(
    ("live", "power"),
    [
        (Live(fps=10.0, capture_fps=30.0, work_ms=100.0, power=watts(6.0)), 6 / 5),
        # at work for 10 × 50 ms of a second: 3 W + 2 W × 0.5
        (Live(fps=10.0, capture_fps=10.0, work_ms=50.0, power=watts(4.0)), 1.0),
        (Live(fps=10.0, capture_fps=10.0, work_ms=50.0, power=watts(8.0)), 2.0),
        # readings of another origin, and none at all
        (Live(fps=10.0, capture_fps=30.0, work_ms=50.0, power=watts(6.0, "modelled")), None),
        (Live(fps=10.0, capture_fps=30.0, work_ms=50.0), None),
    ],
)
def test_power(live: Live, power: float | None) -> None:
    assert factor(deviation(ROW, live).power) == approx(power)


def test_without_the_power_at_rest_only_a_saturated_network_tells() -> None:
    row = replace(ROW, idle_w=None)
    idle = Live(fps=10.0, capture_fps=10.0, work_ms=50.0, power=watts(4.0))
    busy = Live(fps=10.0, capture_fps=30.0, work_ms=100.0, power=watts(10.0))
    assert deviation(row, idle).power is None
    assert deviation(row, busy).power == pytest.approx(math.log(2))


def test_the_age_of_a_saturated_networks_frames_is_a_period_more() -> None:
    busy = Live(fps=18.0, capture_fps=40.0, work_ms=50.0, age_p95_ms=80.0)
    assert deviation(ROW, busy).latency == pytest.approx(0.0)
    unsaturated = Live(fps=10.0, capture_fps=10.0, work_ms=50.0, age_p95_ms=110.0)
    assert deviation(ROW, unsaturated).latency == pytest.approx(math.log(2))
    assert deviation(replace(ROW, p95_ms=None), busy).latency is None


def test_a_shift_weighs_what_can_be_told() -> None:
    expected = Deviation(0.0, 0.0, 0.0)
    weights = Weights(1, 2, 3, 0, 4)
    assert shift(ROW, weights, Deviation(0.1, 0.2, 0.3), expected) == pytest.approx(
        2 * 0.1 - 3 * 0.2 - 4 * 0.3
    )
    assert shift(ROW, Weights(1, 1, 1), Deviation(0.1), expected) == pytest.approx(0.1)
    assert shift(ROW, Weights(1, 1, 1), Deviation(), expected) == 0
    assert shift(ROW, Weights(1, 0, 0), Deviation(-3.0, 3.0, 3.0), expected) == 0


def test_behind_a_camera_a_network_that_still_keeps_up_has_lost_energy_alone() -> None:
    """At 5 of its 20 fps ROW rests for three quarters; half as fast it rests for half."""
    half, expected = Deviation(throughput=math.log(0.5)), Deviation(0.0, 0.0, 0.0)
    assert shift(ROW, Weights(0, 1, 0), half, expected, rate_fps=5.0) == 0
    assert shift(ROW, Weights(0, 0, 1), half, expected, rate_fps=5.0) == pytest.approx(
        -math.log((3 + 2 * 0.5) / (3 + 2 * 0.25))
    )
    slow = Deviation(throughput=math.log(0.1))
    assert shift(ROW, Weights(0, 1, 0), slow, expected, rate_fps=5.0) == pytest.approx(
        math.log(2 / 5)
    )


def test_a_correction_changes_the_figures_and_leaves_the_rest() -> None:
    row = replace(ROW, fps_ci95=(18.0, 22.0))
    changed = corrected(row, Deviation(math.log(0.5), math.log(1.2), math.log(3)))
    assert changed.fps == pytest.approx(10)
    assert changed.fps_ci95 == pytest.approx((9, 11))
    assert changed.p50_ms == pytest.approx(100)
    assert changed.p95_ms == pytest.approx(165)
    assert changed.power is not None
    assert changed.power == replace(watts(5.0), watts=pytest.approx(6.0))
    assert (changed.candidate, changed.accuracy, changed.platform) == (
        row.candidate,
        row.accuracy,
        row.platform,
    )
    assert corrected(row, Deviation()) == row


def test_a_slower_network_is_later_too() -> None:
    assert corrected(ROW, Deviation(math.log(0.5))).p95_ms == pytest.approx(110)


@pytest.mark.parametrize(
    ("live", "rate"),
    [
        (Live(fps=10.0, capture_fps=30.0, work_ms=90.0), 10.0),
        (Live(fps=10.0, capture_fps=10.0, work_ms=50.0), 20.0),
        (Live(fps=10.0, capture_fps=10.0), None),
    ],
)
def test_what_a_network_can_give_does_not_depend_on_its_camera(
    live: Live, rate: float | None
) -> None:
    assert live.capacity_fps == rate
