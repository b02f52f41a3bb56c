"""Steering behind a camera of a known rate, and beside the other cameras' networks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.selection.closed_loop.steering import (
    JUDGE_S,
    SETTLE_S,
    Merit,
    Steering,
)
from pipelines.selection.company import Company
from pipelines.selection.scenario import Weights
from tests.pipelines.selection.closed_loop.drive import (
    ACCURACY,
    BALANCED,
    HEAVY,
    LIGHT,
    MIDDLE,
    ROWS,
    Drive,
    ruling,
)


def test_behind_a_camera_what_is_faster_gains_nothing() -> None:
    steering = Steering(ROWS)
    steering.deliver(10.0)
    choice = steering.best(BALANCED, 0.0)
    # HEAVY 0.8 · 10 / 4 = 2, LIGHT 0.5 · 10 / 3, MIDDLE 0.6 · 10 / 3 = 2: equal weights tie too.
    assert [place.score for place in choice.ranking] == [
        pytest.approx(2.0),
        pytest.approx(2.0),
        pytest.approx(5 / 3),
    ]
    assert "counted at the camera's 10 frames a second" in choice.notes
    assert steering.best(ruling("balanced", min_fps=20.0), 0.0).ranking == choice.ranking
    assert steering.merit(None, Weights()) == Merit(None, None)


def test_a_network_that_still_keeps_up_has_not_missed_its_row() -> None:
    drive = Drive(LIGHT.candidate)
    drive.steering.deliver(4.0)
    assert [move.candidate for move in drive.go(300)] == [HEAVY.candidate]
    chosen = drive.steering.choice
    # At half of its 10 fps it keeps up with 4, at a fifth it does not.
    assert drive.go(300, heavy=0.5) == []
    assert drive.steering.choice is chosen
    assert [move.candidate for move in drive.go(300, heavy=0.2)] == [MIDDLE.candidate]


def test_another_rate_is_followed_once_what_runs_was_watched() -> None:
    drive = Drive(LIGHT.candidate)
    drive.steering.deliver(30.0)
    drive.go(60)
    assert drive.moves == []
    drive.steering.deliver(25.0)  # within what a camera wavers
    assert drive.steering.rate_fps == 30.0
    drive.steering.deliver(8.0)
    (move,) = drive.go(2)
    assert move.why.startswith("the camera delivers 8 frames a second: heavy")
    drive.steering.deliver(30.0)
    assert drive.go(round(SETTLE_S + JUDGE_S) - 2) == []
    assert [move.candidate for move in drive.go(10)] == [LIGHT.candidate]


def test_the_company_of_others_is_counted_and_a_change_of_it_followed() -> None:
    """LIGHT's 24 fps take half a core, HEAVY's 10 a whole one."""
    rows = (
        replace(HEAVY, cpu_s_per_frame=0.1, idle_w=2.0),
        replace(LIGHT, cpu_s_per_frame=0.5 / 24, idle_w=2.0),
    )
    drive = Drive(HEAVY.candidate, *rows)
    assert drive.go(60, ACCURACY) == []
    drive.steering.accompany(Company(1.0, 4, 3.0, 6.0, throughput=2.4, power=0.3))
    (move,) = drive.go(60, ACCURACY)
    assert move.candidate == LIGHT.candidate
    assert move.why.startswith("the other cameras' networks have changed: light")
    choice = drive.steering.choice
    assert choice is not None
    assert choice.notes[-1].startswith("chosen for all cameras together, which share 1 cores")
    # A quarter of a second's core is left to each of the four.
    assert choice.ranking[0].measurement.fps == pytest.approx(24 / 3.5)
