from __future__ import annotations

import pytest

from pipelines.cameras.timestamps import StreamClock, believable


def test_a_stamp_is_believed_where_it_can_be_a_capture() -> None:
    assert believable(99.96, 100.0)
    assert not believable(0.0, 100.0)  # never set
    assert not believable(100.01, 100.0)  # of another clock
    assert not believable(1.7e9, 100.0)


def test_a_frame_that_waited_is_as_old_as_its_stamp_says() -> None:
    clock = StreamClock()
    for n in range(30):  # a stream that counts from 7 s, and needs 20 ms
        now_s = 100.02 + n / 30
        assert clock.captured(7 + n / 30, now_s) == pytest.approx(now_s, abs=1e-6)
    assert clock.captured(8.0, 101.02 + 0.5) == pytest.approx(101.02, abs=1e-6)


def test_the_quickest_delivery_is_forgotten_as_the_clocks_drift() -> None:
    clock = StreamClock()
    ages = []
    for n in range(120):  # the camera's clock is 1 % slow, as no quartz is
        now_s = 100 + n / 2
        ages.append(now_s - clock.captured(n / 2 * 0.99, now_s))
    assert max(ages) < 0.25


def test_a_stream_that_begins_anew_does_not_look_old_or_new() -> None:
    clock = StreamClock()
    clock.captured(500.0, 100.0)
    assert clock.captured(0.0, 101.0) == 101.0
    assert clock.captured(0.5, 101.5) == 101.5


def test_without_stamps_a_frame_is_captured_when_it_comes() -> None:
    clock = StreamClock()
    assert [clock.captured(0.0, now_s) for now_s in (10.0, 10.5, 30.0)] == [10.0, 10.5, 30.0]


def test_the_answers_never_go_back() -> None:
    clock = StreamClock()
    stamps = [0.0, 0.04, 0.08, 0.05, 0.12, 0.16]
    answers = [clock.captured(stamp, 50 + 0.04 * n) for n, stamp in enumerate(stamps)]
    assert answers == sorted(answers)
