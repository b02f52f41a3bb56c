"""When a camera's network is changed, to what, and with which words."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from models.candidate import Candidate
from pipelines.selection.closed_loop.bars import FIRST_S
from pipelines.selection.closed_loop.deviation import Live
from pipelines.selection.closed_loop.steering import (
    JUDGE_S,
    SETTLE_S,
    Merit,
    Move,
    Patience,
    Steering,
)
from pipelines.selection.company import Company
from pipelines.selection.in_force import Ruling
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import NAMED, Scenario, Weights
from tests.pipelines.selection.tables import measured

# Figures of merit at equal weights: 2, 4 and 3.
HEAVY = measured("heavy", accuracy=0.8, fps=10.0, power=4.0)
LIGHT = measured("light", accuracy=0.5, fps=24.0, power=3.0)
MIDDLE = measured("middle", accuracy=0.6, fps=15.0, power=3.0)
ROWS = (HEAVY, LIGHT, MIDDLE)


def ruling(name: str, **more: object) -> Ruling:
    return Ruling(Scenario(name, NAMED[name], **more), "configuration")  # type: ignore[arg-type]


BALANCED, ACCURACY = ruling("balanced"), ruling("accuracy")


def alive(row: Measurement, throughput: float = 1.0, power: float = 1.0) -> Live:
    """A saturated network that does *throughput* times what its row says."""
    assert row.power is not None
    return Live(
        fps=row.fps * throughput,
        capture_fps=1000.0,
        work_ms=1e3 / (row.fps * throughput),
        power=replace(row.power, watts=row.power.watts * power),
    )


class Drive:
    """A camera that obeys its steering at once, second by second."""

    def __init__(self, running: Candidate, *rows: Measurement, **options: object) -> None:
        self.steering = Steering(rows or ROWS, **options)  # type: ignore[arg-type]
        self.running = running
        self.now_s = 0
        self.moves: list[Move] = []
        self._rows = {row.candidate: row for row in rows or ROWS}

    def go(self, seconds: int, rule: Ruling = BALANCED, **factors: float) -> list[Move]:
        """The moves of *seconds*; *factors* by network, of its throughput."""
        found = []
        for _ in range(seconds):
            row = self._rows.get(self.running)
            live = alive(row, factors.get(self.running.network, 1.0)) if row else None
            move = self.steering.step(self.now_s, rule, self.running, live)
            self.now_s += 1
            if move:
                self.running = move.candidate
                found.append(move)
        self.moves += found
        return found


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
