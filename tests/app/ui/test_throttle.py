from __future__ import annotations

import pytest

from app.ui.throttle import Throttle


def requests(rate_hz: float, ready_after_s: float, seconds: float) -> int:
    """How many requests are made in *seconds*, each picture being ready after *ready_after_s*."""
    throttle, now, count = Throttle(), 100.0, 0
    while now < 100.0 + seconds:
        if (delay := throttle.delay_s(now)) > 0:
            now += delay
            continue
        throttle.mark(now, rate_hz)
        count += 1
        now += ready_after_s
    return count


@pytest.mark.parametrize("rate_hz", [30.0, 59.94, 60.0, 144.0])
def test_a_fast_feed_is_asked_at_the_display_s_rate(rate_hz: float) -> None:
    assert requests(rate_hz, ready_after_s=0.0001, seconds=10) == pytest.approx(
        rate_hz * 10, abs=1.5
    )


def test_a_slow_feed_is_asked_as_often_as_it_answers() -> None:
    assert requests(60.0, ready_after_s=0.1, seconds=10) == pytest.approx(100, abs=1)


def test_a_pause_is_not_made_up_for() -> None:
    throttle = Throttle()
    throttle.mark(0.0, 60.0)
    throttle.mark(10.0, 60.0)
    assert throttle.delay_s(10.0) == pytest.approx(1 / 60)


def test_a_late_request_keeps_the_phase() -> None:
    throttle = Throttle()
    throttle.mark(0.0, 100.0)
    throttle.mark(0.012, 100.0)  # due at 0.010, timers are late
    assert throttle.delay_s(0.012) == pytest.approx(0.008)
