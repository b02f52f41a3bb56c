"""When a camera's network is changed, to what, and with which words."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from models.candidate import Candidate
from pipelines.selection.closed_loop.bars import FIRST_S
from pipelines.selection.closed_loop.steering import (
    Merit,
    Patience,
    Steering,
)
from pipelines.selection.in_force import Ruling
from pipelines.selection.scenario import Weights
from tests.pipelines.selection.closed_loop.drive import (
    ACCURACY,
    BALANCED,
    HEAVY,
    LIGHT,
    MIDDLE,
    ROWS,
    Drive,
    alive,
    ruling,
)
from tests.pipelines.selection.tables import measured


def test_at_the_start_the_best_of_the_table_is_taken() -> None:
    drive = Drive(HEAVY.candidate)
    (move,) = drive.go(100)
    assert move.candidate == LIGHT.candidate
    assert move.gain == pytest.approx(1.0)
    assert move.why == (
        "balanced by default: light · onnxruntime fp32 (accuracy 0.50, 24 fps, 3 W) instead of "
        "heavy · onnxruntime fp32 (accuracy 0.80, 10 fps, 4 W), figure of merit +100 %"
    )


def test_what_runs_already_is_left_alone() -> None:
    drive = Drive(LIGHT.candidate)
    assert drive.go(3600) == []
    assert drive.steering.choice is not None
    assert drive.steering.choice.candidate == LIGHT.candidate


def test_another_scenario_is_followed_at_once_and_once() -> None:
    drive = Drive(LIGHT.candidate)
    drive.go(10)
    assert [move.candidate for move in drive.go(100, ACCURACY)] == [HEAVY.candidate]
    assert [move.candidate for move in drive.go(100, BALANCED)] == [LIGHT.candidate]
    # The same scenario by somebody else is none.
    assert drive.go(100, Ruling(BALANCED.scenario, "user")) == []


def test_the_words_name_who_asked_and_the_governors_figures() -> None:
    drive = Drive(LIGHT.candidate)
    rule = Ruling(ACCURACY.scenario, "governor", "hot: temperature 81 °C, limit 80 °C")
    (move,) = drive.go(1, rule)
    assert move.why.startswith(
        "accuracy by the governor (hot: temperature 81 °C, limit 80 °C): heavy"
    )


@pytest.mark.parametrize(("gain", "moved"), [(0.02, False), (0.05, True)])
def test_a_gain_that_is_too_small_is_not_worth_a_change(gain: float, moved: bool) -> None:
    better = measured("better", accuracy=0.8, fps=10.0 * (1 + gain), power=4.0)
    drive = Drive(HEAVY.candidate, HEAVY, better)
    assert bool(drive.go(10)) == moved
    assert ("not worth a change" in drive.steering.note) != moved


def test_a_gain_within_the_uncertainty_is_none() -> None:
    sure = replace(HEAVY, fps_ci95=(9.9, 10.1))
    vague = replace(measured("better", accuracy=0.8, fps=12.0, power=4.0), fps_ci95=(8.0, 16.0))
    drive = Drive(HEAVY.candidate, sure, replace(vague, accuracy_ci95=(0.79, 0.81)))
    assert len(drive.go(10)) == 1  # of HEAVY's accuracy no interval is known
    known = replace(sure, accuracy_ci95=(0.79, 0.81))
    drive = Drive(HEAVY.candidate, known, replace(vague, accuracy_ci95=(0.79, 0.81)))
    assert drive.go(10) == []
    assert "within the uncertainty" in drive.steering.note


def test_what_was_not_measured_gives_way_and_its_gain_is_unknown() -> None:
    (move,) = Drive(Candidate("stranger", "fp32", "engine")).go(10)
    assert move.candidate == LIGHT.candidate
    assert move.gain is None
    assert "stranger · engine fp32 was not measured" in move.why


def test_what_a_limit_forbids_gives_way() -> None:
    drive = Drive(LIGHT.candidate)
    (move,) = drive.go(10, ruling("balanced", min_accuracy=0.7))
    assert move.candidate == HEAVY.candidate
    assert "light · onnxruntime fp32 is not allowed: accuracy 0.5 is under the 0.7" in move.why


def test_where_nothing_is_left_what_runs_stays() -> None:
    drive = Drive(LIGHT.candidate)
    assert drive.go(100, ruling("balanced", min_fps=1000)) == []
    assert drive.steering.note.startswith("no candidate is left for balanced: ")
    assert Drive(LIGHT.candidate, measured("a"), task="detect").go(10) == []


def test_without_rows_nothing_is_done() -> None:
    steering = Steering(())
    assert steering.step(0.0, BALANCED, LIGHT.candidate, None) is None
    assert steering.merit(None, Weights()) == Merit(None, None)
    assert steering.best(BALANCED, 0.0).candidate is None


def test_the_task_is_the_networks_unless_a_scenario_says_otherwise() -> None:
    detector = measured("detector", accuracy=0.9, fps=99.0, task="detect", metric="AP50")
    rows = (*ROWS, detector)
    assert Drive(HEAVY.candidate, *rows, task="classify").go(5)[0].candidate == LIGHT.candidate
    drive = Drive(HEAVY.candidate, *rows, task="classify")
    assert drive.go(5, ruling("balanced", task="detect"))[0].candidate == detector.candidate


def test_a_candidate_that_disappoints_is_left_and_barred() -> None:
    drive = Drive(HEAVY.candidate)
    first, second = drive.go(60, light=0.3)
    assert first.candidate == LIGHT.candidate
    assert second.candidate == MIDDLE.candidate
    assert second.why.startswith(
        "light · onnxruntime fp32 (accuracy 0.50, 7.2 fps, 3 W) misses what was expected, "
        "24 fps at 3 W: middle"
    )
    # Cured or not: not again while the bar lasts.
    assert drive.go(round(FIRST_S) - 120) == []


def test_what_misses_and_is_still_the_best_stays_and_less_is_expected() -> None:
    drive = Drive(LIGHT.candidate)
    slow = {"light": 0.62, "middle": 0.62, "heavy": 0.62}
    assert drive.go(60, **slow) == []
    reconsidered = drive.steering.choice
    assert drive.go(3600, **slow) == []
    assert drive.steering.choice is reconsidered  # once
    # The account still says what had been promised.
    assert drive.steering.outcome(Weights()) == pytest.approx(math.log(0.62), abs=0.01)


def test_what_slows_all_alike_changes_nothing_for_long() -> None:
    """A camera and a window take their share of every candidate."""
    drive = Drive(LIGHT.candidate)
    drive.go(2 * 3600, light=0.4, middle=0.4, heavy=0.4)
    assert drive.running == LIGHT.candidate
    assert len(drive.moves) <= 2


def test_a_miss_within_the_factor_is_none() -> None:
    assert Drive(LIGHT.candidate).go(600, light=1 / 1.45) == []
    patient = Drive(LIGHT.candidate, *ROWS, patience=Patience(miss_factor=4.0))
    assert patient.go(600, light=0.3) == []


def test_better_than_expected_is_no_reason() -> None:
    assert Drive(LIGHT.candidate).go(600, light=3.0) == []


def test_nothing_is_judged_while_there_is_nothing_to_watch() -> None:
    steering = Steering(ROWS)
    for second in range(600):
        assert steering.step(second, BALANCED, LIGHT.candidate, None) is None
    assert steering.outcome(Weights()) is None
    assert steering.merit(LIGHT.candidate, Weights()) == Merit(None, pytest.approx(4.0))


def test_what_cannot_be_run_is_barred_and_the_next_one_taken() -> None:
    drive = Drive(HEAVY.candidate)
    drive.go(1)
    drive.running = HEAVY.candidate
    drive.steering.refuse(LIGHT.candidate, 1.0, "the file is gone")
    (move,) = drive.go(60)
    assert move.candidate == MIDDLE.candidate
    assert move.why.startswith("light · onnxruntime fp32 cannot be run (the file is gone): middle")


def test_when_a_bar_ends_what_runs_is_watched_first() -> None:
    steering = Steering((LIGHT, MIDDLE))
    steering.refuse(LIGHT.candidate, 0.0, "out of memory")
    watched = alive(MIDDLE)
    for second in range(round(FIRST_S) + 60):
        assert steering.step(second, BALANCED, MIDDLE.candidate, None) is None
    moves = [
        (second, move)
        for second in range(700, 760)
        if (move := steering.step(second, BALANCED, MIDDLE.candidate, watched))
    ]
    (second, move) = moves[0]
    assert second == 715
    assert move.candidate == LIGHT.candidate
    assert move.why.startswith("what disappointed may be tried again: light")


def test_new_measurements_are_used_at_once() -> None:
    drive = Drive(LIGHT.candidate)
    drive.go(10)
    drive.steering.learn((replace(LIGHT, fps=1.0), HEAVY))
    assert [move.candidate for move in drive.go(10)] == [HEAVY.candidate]


def test_a_table_that_no_longer_has_what_runs_is_borne() -> None:
    drive = Drive(LIGHT.candidate)
    drive.go(60, light=0.9)
    drive.steering.learn(())
    assert drive.go(60, light=0.1) == []
    assert drive.steering.note == "nothing was measured that could be chosen from"
    drive.steering.learn((HEAVY,))
    assert [move.gain for move in drive.go(60, light=0.1)] == [None]


def test_the_outcome_is_what_was_realised_over_what_was_expected() -> None:
    drive = Drive(LIGHT.candidate)
    drive.go(19, light=0.9)
    assert drive.steering.outcome(Weights()) is None
    drive.go(41, light=0.9)
    assert drive.steering.outcome(Weights()) == pytest.approx(math.log(0.9), abs=0.001)
    assert drive.steering.outcome(Weights(1, 2, 1)) == pytest.approx(2 * math.log(0.9), abs=0.001)
    merit = drive.steering.merit(LIGHT.candidate, Weights())
    assert merit == Merit(pytest.approx(3.6), pytest.approx(4.0))
    # In the second after a change nothing is known of the new one.
    assert drive.steering.merit(HEAVY.candidate, Weights()) == Merit(None, None)


def test_it_says_beforehand_that_it_will_choose_again() -> None:
    drive = Drive(LIGHT.candidate)
    assert drive.steering.restless(BALANCED, 0.0)
    drive.go(60)
    assert not drive.steering.restless(BALANCED, 60.0)
    assert drive.steering.restless(ACCURACY, 60.0)
    drive.steering.refuse(MIDDLE.candidate, 60.0, "the file is gone")
    assert drive.steering.restless(BALANCED, 60.0)
    drive.go(1)
    assert not drive.steering.restless(BALANCED, 61.0)
    assert drive.steering.restless(BALANCED, 60.0 + FIRST_S)
