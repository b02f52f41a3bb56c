from __future__ import annotations

import threading
import time

import pytest

from models.errors import CameraError
from pipelines.cameras import CameraOptions
from pipelines.cameras.pacing import Pacer, Unpaced, start_pacer


def test_frames_are_due_one_period_apart_however_long_each_takes() -> None:
    pacer = Pacer(100)
    due = []
    for _ in range(8):
        number, due_s = pacer.wait()
        assert due_s <= time.monotonic()
        due.append((number, due_s))
        time.sleep(0.004)
    numbers = [number for number, _ in due]
    assert numbers == sorted(set(numbers))
    first_number, first_s = due[0]
    for number, due_s in due:
        assert due_s - first_s == pytest.approx((number - first_number) / 100)


def test_a_late_reader_gets_the_latest_deadline_and_no_burst() -> None:
    pacer = Pacer(50)
    _, first_s = pacer.wait()
    time.sleep(0.2)
    before_s = time.monotonic()
    number, due_s = pacer.wait()
    assert number >= (before_s - first_s) * 50 - 1  # of the present period, not a missed one
    assert due_s > before_s - 1.01 / 50
    following, _ = pacer.wait()
    assert following > number


def test_a_rate_too_low_for_the_time_out_is_refused() -> None:
    with pytest.raises(CameraError, match="a frame every 10 s is too rare for a time-out of 5 s"):
        start_pacer(0.1, CameraOptions())
    assert isinstance(start_pacer(0.1, CameraOptions(timeout_s=11)), Pacer)
    assert isinstance(start_pacer(0.1, CameraOptions(paced=False)), Unpaced)


def test_stop_ends_a_wait_in_another_thread() -> None:
    pacer = Pacer(0.01)
    pacer.wait()
    threading.Timer(0.1, pacer.stop).start()
    began_s = time.monotonic()
    with pytest.raises(CameraError, match="closed"):
        pacer.wait()
    assert time.monotonic() - began_s < 50  # of 100 seconds


def test_unpaced_waits_for_nothing_and_counts() -> None:
    unpaced = Unpaced()
    assert [unpaced.wait()[0] for _ in range(3)] == [0, 1, 2]
