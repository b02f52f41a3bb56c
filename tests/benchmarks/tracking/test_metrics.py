"""Scores of tracks whose errors are counted by hand."""

from __future__ import annotations

from benchmarks.tracking.metrics import Frame, score
from models.detection import Box, Detection


def thing(track: int, x: float = 0.0, label: str = "cat") -> Detection:
    return Detection(label, 0.9, Box(x, 0, x + 10, 10), track)


TRUTH: list[Frame] = [[thing(1), thing(2, 50)] for _ in range(10)]


def test_the_truth_itself_is_perfect_whatever_the_numbers_are() -> None:
    found = [[thing(8, 50), thing(5)] for _ in range(10)]
    scores = score(TRUTH, found)
    assert (scores.mota, scores.idf1) == (1.0, 1.0)
    assert (scores.objects, scores.things, scores.tracks) == (20, 2, 2)


def test_missed_and_extra_ones_are_counted() -> None:
    found = [[thing(1), thing(9, 200)] for _ in range(10)]
    scores = score(TRUTH, found)
    assert (scores.missed, scores.extra, scores.switches) == (10, 10, 0)
    assert scores.mota == 0.0
    assert scores.idf1 == 2 * 10 / 40


def test_two_that_exchange_their_numbers_are_two_switches() -> None:
    straight, crossed = [thing(1), thing(2, 50)], [thing(2), thing(1, 50)]
    scores = score(TRUTH, [straight] * 6 + [crossed] * 4)
    assert scores.switches == 2
    assert scores.mota == 1 - 2 / 20
    assert scores.idf1 == 12 / 20


def test_a_number_that_was_lost_and_comes_back_is_no_switch() -> None:
    scores = score(TRUTH, [TRUTH[0]] * 4 + [[]] * 2 + [TRUTH[0]] * 4)
    assert (scores.switches, scores.missed) == (0, 4)


def test_another_label_is_another_thing() -> None:
    scores = score([[thing(1)]], [[thing(1, label="dog")]])
    assert (scores.missed, scores.extra) == (1, 1)


def test_who_was_together_stays_so_while_it_fits() -> None:
    """Of two findings on one thing the one of before counts, though the other fits better."""
    both = [thing(1, 2.0), thing(2)]
    scores = score([[thing(1)]] * 5, [[thing(1)]] + [both] * 4)
    assert scores.switches == 0


def test_nothing_there_and_nothing_found() -> None:
    scores = score([[], []], [[], []])
    assert (scores.mota, scores.idf1) == (1.0, 1.0)
