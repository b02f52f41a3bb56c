"""Events of tracks: one of each when it is due, and never too many."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from app.telemetry import tracks
from app.telemetry.tracks import BURST, TrackEvents
from models.detection import Box, Detection
from models.image import Image
from models.timing import Timing
from pipelines.live.frame import Frame, Inference
from pipelines.tracking.zones import Zone

Told = tuple[str, Mapping[str, Any] | None, Mapping[str, Any] | None]
IMAGE = np.zeros((400, 600, 3), np.uint8)


def seen(
    *detections: Detection,
    ended: tuple[int, ...] = (),
    repeated: bool = False,
    image: Image = IMAGE,
) -> Inference:
    frame = Frame(1, time.monotonic(), image, 0)
    timing = Timing(0, 0, 0)
    return Inference(frame, detections, None, timing, 0.0, 0, repeated, ended)


def person(track: int | None, x: float = 100, score: float = 0.8) -> Detection:
    return Detection("person", score, Box(x, 50, x + 80.4, 250), track)


@pytest.fixture
def told() -> list[Told]:
    return []


@pytest.fixture
def events(told: list[Told]) -> TrackEvents:
    return TrackEvents(lambda *event: told.append(event))


def test_a_track_is_new_once_and_ends_once(events: TrackEvents, told: list[Told]) -> None:
    for _ in range(5):
        events.offer(seen(person(7)))
    events.offer(seen())
    events.offer(seen(ended=(7,)))
    events.offer(seen(ended=(7,)))
    assert [(type, before is None) for type, before, _ in told] == [("new", True), ("end", False)]
    after = told[0][2]
    assert after is not None
    assert {key: after[key] for key in ("id", "label", "score", "best_score", "box")} == {
        "id": 7,
        "label": "person",
        "score": 0.8,
        "best_score": 0.8,
        "box": [100, 50, 180, 250],
    }
    assert told[1][1] == after
    assert told[1][2] is not None
    assert told[1][2]["since"] == after["since"] <= told[1][2]["at"]


def test_what_has_no_number_is_not_told(events: TrackEvents, told: list[Told]) -> None:
    events.offer(seen(person(None), Detection("cat", 0.9)))
    assert told == []


def test_an_update_comes_where_something_changed_and_not_too_often(
    events: TrackEvents, told: list[Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    events.offer(seen(person(1)))
    events.offer(seen(person(1, x=300)))
    assert len(told) == 1  # too early
    monkeypatch.setattr(tracks, "UPDATE_S", 0.0)
    events.offer(seen(person(1, x=300)))
    assert told[-1][0] == "update"
    assert told[-1][1] == told[0][2]
    events.offer(seen(person(1, x=310)))
    assert len(told) == 2  # hardly moved
    events.offer(seen(person(1, x=310, score=0.95)))
    assert len(told) == 3
    assert told[-1][2] is not None
    assert told[-1][2]["best_score"] == 0.95


def test_a_result_that_only_repeats_tells_nothing(events: TrackEvents, told: list[Told]) -> None:
    events.offer(seen(person(1), repeated=True))
    assert told == []


def test_a_crowd_is_told_bit_by_bit(
    events: TrackEvents, told: list[Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracks, "EVENTS_PER_S", 0.0)
    crowd = [person(number) for number in range(1, 200)]
    for _ in range(3):
        events.offer(seen(*crowd))
    assert len(told) == BURST
    # One that nobody heard of does not end either.
    events.offer(seen(ended=tuple(range(1, 200))))
    assert [type for type, _, _ in told] == ["new"] * BURST + ["end"] * BURST
    monkeypatch.setattr(tracks, "EVENTS_PER_S", 1e9)
    events.offer(seen(*(person(number) for number in range(200, 210))))
    assert len(told) == 2 * BURST + 10


def test_at_the_end_of_the_run_everything_ends(events: TrackEvents, told: list[Told]) -> None:
    events.offer(seen(person(1), person(2, x=300)))
    events.close()
    events.close()
    events.offer(seen(person(3)))
    assert [type for type, _, _ in told] == ["new", "new", "end", "end"]


def test_the_first_picture_and_a_better_one_are_shown(told: list[Told]) -> None:
    shown: list[Image] = []
    events = TrackEvents(lambda *event: told.append(event), shown.append)
    image = np.random.default_rng(0).integers(0, 255, IMAGE.shape, np.uint8)
    events.offer(seen(person(1, score=0.5), image=image))
    assert len(shown) == 1
    # The thing, 80 × 200, with its margin; a copy, since the frame is the ring's.
    assert shown[0].shape == (261, 106, 3)
    assert not np.shares_memory(shown[0], image)
    events.offer(seen(person(1, score=0.55), image=image))
    events.offer(seen(person(1, score=0.9), image=image[::-1]))
    events.offer(seen(person(1, score=0.6), image=image))
    assert len(shown) == 1
    events.offer(seen(ended=(1,)))
    assert len(shown) == 2
    assert (shown[1] == image[::-1][20:281, 87:193]).all()


def test_no_picture_comes_twice_and_a_large_one_is_made_smaller() -> None:
    shown: list[Image] = []
    events = TrackEvents(lambda *_: None, shown.append)
    image = np.zeros((2000, 3000, 3), np.uint8)
    whole = Detection("person", 0.8, Box(0, 0, 3000, 2000), 1)
    events.offer(seen(whole, image=image))
    events.offer(seen(ended=(1,)))
    events.close()
    assert [max(each.shape) for each in shown] == [640]


def test_pictures_of_a_crowd_are_limited() -> None:
    shown: list[Image] = []
    events = TrackEvents(lambda *_: None, shown.append)
    for _ in range(3):
        events.offer(seen(*(person(number) for number in range(1, 100))))
    assert len(shown) <= BURST


LEFT = Zone("left", ((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
LOW = Zone("low", ((0, 0.5), (1, 0.5), (1, 1), (0, 1)))
CATS = Zone("cats", ((0, 0), (1, 0), (1, 1), (0, 1)), ("cat",))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of zones counts from its second sight on."""
    monkeypatch.setattr(tracks, "SETTLED_S", 0.0)


def stories(told: list[Told]) -> list[tuple[str, tuple[str, ...]]]:
    """Of every event its type and the zones it ends in."""
    return [(type, after["zones"]) for type, _, after in told if after is not None]


@pytest.mark.usefixtures("at_once")
def test_a_thing_is_told_of_from_its_first_zone_on(told: list[Told]) -> None:
    events = TrackEvents(lambda *event: told.append(event), zones=(LEFT, LOW, CATS))
    outside = [Detection("person", 0.8, Box(400, 50, 480, 150), 1)]
    for _ in range(3):
        events.offer(seen(*outside))
    assert told == []
    for _ in range(2):
        events.offer(seen(person(1, x=400)))  # its foot is at (440, 250) of 600 × 400
    assert stories(told) == [("new", ("low",))]
    for _ in range(2):
        events.offer(seen(person(1, x=100)))
    assert stories(told)[1:] == [("update", ("left", "low"))]
    assert told[1][1] is not None
    assert told[1][1]["zones"] == ("low",)
    assert events.standing() == {"left": 1, "low": 1, "cats": 0}
    for _ in range(3):
        events.offer(seen(*outside))
    assert stories(told)[2:] == [("update", ())]
    assert events.standing() == {"left": 0, "low": 0, "cats": 0}
    events.offer(seen(ended=(1,)))
    assert stories(told)[3:] == [("end", ())]


@pytest.mark.usefixtures("at_once")
def test_what_never_stood_in_a_zone_ends_unheard_and_leaves_no_picture(told: list[Told]) -> None:
    shown: list[Image] = []
    events = TrackEvents(lambda *event: told.append(event), shown.append, (CATS,))
    for _ in range(3):
        events.offer(seen(person(1)))
    events.offer(seen(ended=(1,)))
    assert told == []
    assert shown == []


@pytest.mark.usefixtures("at_once")
def test_no_picture_is_taken_outside_of_the_zones() -> None:
    shown: list[Image] = []
    events = TrackEvents(lambda *_: None, shown.append, (LEFT,))
    events.offer(seen(person(1, score=0.5)))
    for _ in range(3):
        events.offer(seen(person(1, x=400, score=0.5)))
    events.offer(seen(person(1, x=400, score=0.99)))
    events.offer(seen(ended=(1,)))
    assert len(shown) == 1


def test_a_box_that_trembles_on_an_edge_stays_where_it_was(
    told: list[Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracks, "SETTLED_S", 60.0)
    events = TrackEvents(lambda *event: told.append(event), zones=(LEFT,))
    for _ in range(20):
        for x in (255, 265, 265):  # the middle is at 305, the edge at 300
            events.offer(seen(person(1, x=x)))
    assert stories(told) == [("new", ("left",))]


@pytest.mark.usefixtures("at_once")
def test_what_has_left_its_zones_moves_unheard(
    told: list[Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracks, "UPDATE_S", 0.0)
    events = TrackEvents(lambda *event: told.append(event), zones=(LEFT,))
    for x in (10, 150, 300, 300, 400, 500):
        events.offer(seen(person(1, x=x)))
    kinds = [("new", ("left",)), ("update", ("left",)), ("update", ("left",)), ("update", ())]
    assert stories(told) == kinds


@pytest.mark.usefixtures("at_once")
def test_zones_may_be_changed_while_things_are_there(told: list[Told]) -> None:
    events = TrackEvents(lambda *event: told.append(event))
    events.offer(seen(person(1)))
    events.set_zones((LEFT,))
    for _ in range(2):
        events.offer(seen(person(1), person(2, x=400)))
    assert stories(told) == [("new", ()), ("update", ("left",))]
    events.set_zones(())
    for _ in range(2):
        events.offer(seen(person(1), person(2, x=400)))
    assert stories(told)[2:] == [("new", ()), ("update", ())]
    assert events.standing() == {}
