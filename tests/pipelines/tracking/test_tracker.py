"""Tracks of drawn and of random findings."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.detection import Box, Detection
from pipelines.tracking.tracker import Tracked, Tracker

FPS = 20.0


def person(x: float, y: float = 100, score: float = 0.9, label: str = "person") -> Detection:
    return Detection(label, score, Box(x, y, x + 40, y + 80))


def follow(tracker: Tracker, *results: Sequence[Detection], start_s: float = 0.0) -> list[Tracked]:
    return [tracker.update(found, start_s + n / FPS) for n, found in enumerate(results)]


def numbers(tracked: Tracked) -> list[int | None]:
    return [found.track for found in tracked.detections]


def test_a_thing_has_a_number_from_its_second_sight_on() -> None:
    results = follow(Tracker(), *([person(100 + 3 * n)] for n in range(5)))
    assert [numbers(result) for result in results] == [[None], [1], [1], [1], [1]]
    # Nothing else of it is changed.
    assert results[3].detections[0].box == person(109).box


def test_two_that_cross_keep_their_numbers() -> None:
    # Apart by half a height, so that one can be told from the other where they meet.
    results = follow(
        Tracker(), *([person(100 + 10 * n), person(400 - 10 * n, 140)] for n in range(31))
    )
    assert {tuple(numbers(result)) for result in results[1:]} == {(1, 2)}


def test_one_that_is_hidden_for_a_while_keeps_its_number() -> None:
    results = follow(Tracker(), *([] if 10 <= n < 20 else [person(100 + 4 * n)] for n in range(30)))
    assert numbers(results[-1]) == [1]
    assert not any(result.ended for result in results)


def test_one_that_is_gone_ends_once_and_its_number_is_not_given_again() -> None:
    tracker = Tracker()
    results = follow(tracker, *[[person(100)]] * 5, *[[]] * 40)
    assert [result.ended for result in results if result.ended] == [(1,)]
    gone = next(n for n, result in enumerate(results) if result.ended)
    assert (gone - 4) / FPS == pytest.approx(1.0, abs=1.5 / FPS)
    again = follow(tracker, *[[person(100)]] * 2, start_s=10)
    assert numbers(again[-1]) == [2]


def test_what_was_seen_once_is_no_track() -> None:
    results = follow(Tracker(), [person(100)], [], *[[person(100)]] * 2)
    assert [numbers(result) for result in results] == [[None], [], [None], [1]]
    assert not any(result.ended for result in results)


def test_an_unsure_finding_continues_a_track_and_begins_none() -> None:
    results = follow(
        Tracker(), *[[person(100), person(300, score=0.4)]] * 5, *[[person(100, score=0.4)]] * 30
    )
    assert {tuple(numbers(result)) for result in results[1:5]} == {(1, None)}
    assert numbers(results[-1]) == [1]


def test_another_label_in_the_same_place_is_another_thing() -> None:
    results = follow(Tracker(), *[[person(100)]] * 3, *[[person(100, label="dog")]] * 3)
    assert numbers(results[2]) == [1]
    assert numbers(results[-1]) == [2]


def test_one_that_is_found_twice_is_one_thing() -> None:
    twice = [[person(100 + 3 * n), person(112 + 3 * n, 110, 0.6)] for n in range(10)]
    results = follow(Tracker(), *twice)
    assert [numbers(result) for result in results[1:]] == [[1, None]] * 9


def test_two_side_by_side_are_two_things() -> None:
    results = follow(Tracker(), *[[person(100), person(125)]] * 3)
    assert numbers(results[-1]) == [1, 2]


def test_classes_of_the_whole_picture_have_no_tracks() -> None:
    found = [Detection("cat", 0.9), Detection("dog", 0.05)]
    results = follow(Tracker(), *[found] * 5)
    assert all(result == Tracked(tuple(found)) for result in results)


@pytest.mark.parametrize("period_s", [1 / 60, 1 / 5, 1.5])
def test_seconds_count_and_not_frames(period_s: float) -> None:
    tracker = Tracker()
    # A quarter of its width in one frame, whatever the rate.
    found = [tracker.update([person(100 + 10 * n)], n * period_s) for n in range(12)]
    assert all(numbers(each) == [1] for each in found[1:])
    without, at = 0, 11 * period_s
    while not tracker.update([], at := at + period_s).ended:
        without += 1
    # At least one result without it is forgiven, however slow the network is.
    assert without >= 1
    assert without * period_s <= max(1.0, 1.5 * period_s)


def test_what_rests_while_the_network_rests_is_found_in_its_place() -> None:
    tracker = Tracker()
    *_, last = follow(tracker, *([person(100 + n * n)] for n in range(26)))
    assert numbers(last) == [1]
    for n in range(26, 200):
        tracker.rest(n / FPS)
    # It went by more than its width in each frame, and stood still.
    assert numbers(tracker.update([person(725)], 10.0)) == [1]


def test_a_flicker_while_nothing_moves_ends_no_track() -> None:
    tracker = Tracker()
    follow(tracker, *[[person(100)]] * 5)
    assert tracker.update([], 2.0).ended == ()
    for n in range(41, 80):
        tracker.rest(n / FPS)
    assert numbers(tracker.update([person(100)], 4.0)) == [1]


def test_after_a_long_gap_everything_is_new() -> None:
    tracker = Tracker()
    follow(tracker, *[[person(100)]] * 3)
    assert tracker.update([person(100)], 60.0) == Tracked((person(100),), ended=(1,))
    assert numbers(tracker.update([person(100)], 60.1)) == [2]


@pytest.mark.parametrize(
    "box", [Box(10, 10, 10, 50), Box(50, 10, 10, 50), Box(10, 10, 10, 10), Box(-5, -5, 1e7, 1e7)]
)
def test_an_odd_box_does_no_harm(box: Box) -> None:
    found = [person(100), Detection("person", 0.9, box)]
    assert numbers(follow(Tracker(), *[found] * 4)[-1])[0] is not None


EDGES = st.integers(0, 60).map(lambda n: 10.0 * n)
FINDINGS = st.builds(
    lambda label, score, x, y, w, h: Detection(label, score, Box(x, y, x + w, y + h)),
    st.sampled_from(["person", "dog"]),
    st.sampled_from([0.3, 0.5, 0.7, 0.9]),
    EDGES,
    EDGES,
    st.integers(1, 12).map(lambda n: 10.0 * n),
    st.integers(1, 12).map(lambda n: 10.0 * n),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from([0.02, 0.1, 0.5, 3.0, 30.0]),
        st.lists(FINDINGS, max_size=8, unique_by=lambda found: (found.label, found.box)),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=150)
@given(STEPS, st.randoms(use_true_random=False))
def test_any_findings(steps: list[tuple[float, list[Detection], bool]], random: object) -> None:
    tracker, shuffled = Tracker(), Tracker()
    labels: dict[int, str] = {}
    over: set[int] = set()
    now_s = 0.0
    for seconds, found, rests in steps:
        now_s += seconds
        if rests:
            tracker.rest(now_s)
            shuffled.rest(now_s)
            continue
        tracked = tracker.update(found, now_s)
        given_now = [each.track for each in tracked.detections if each.track is not None]
        assert len(set(given_now)) == len(given_now)
        assert not over.intersection(given_now)
        fresh = [number for number in given_now if number not in labels]
        assert sorted(fresh) == list(range(len(labels) + 1, len(labels) + 1 + len(fresh)))
        for before, after in zip(found, tracked.detections, strict=True):
            assert (after.label, after.score, after.box) == (before.label, before.score, before.box)
            if after.track is not None:
                assert labels.setdefault(after.track, after.label) == after.label
        assert not over.intersection(tracked.ended)
        assert labels.keys() >= set(tracked.ended)
        over.update(tracked.ended)
        # The order in which a network lists its findings makes no difference.
        other = found[:]
        random.shuffle(other)  # type: ignore[attr-defined]
        again = shuffled.update(other, now_s)
        assert set(again.detections) == set(tracked.detections)
        assert set(again.ended) == set(tracked.ended)
