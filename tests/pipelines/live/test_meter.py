"""Percentiles in constant memory, and rates that forget."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.live.meter import Histogram, Meter


@given(st.lists(st.floats(0.02, 9e4), min_size=1, max_size=300), st.sampled_from([50, 95, 99]))
def test_a_histogram_is_right_to_one_per_cent(values: list[float], percent: int) -> None:
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    exact = np.percentile(values, percent, method="inverted_cdf")
    assert histogram.percentile(percent) == pytest.approx(exact, rel=0.011)


@pytest.mark.parametrize("value", [0.0, -1.0, 1e9])
def test_values_out_of_range_are_clipped(value: float) -> None:
    histogram = Histogram()
    histogram.add(value)
    assert histogram.percentile(50) is not None


def test_nothing_measured_is_none() -> None:
    meter = Meter()
    assert Histogram().percentiles() is None
    assert meter.fps() is None
    assert meter.capture_fps() is None
    assert meter.ages() is None
    assert meter.run_fps() is None


def test_the_rate_of_a_regular_source() -> None:
    meter = Meter()
    start = time.monotonic()
    for _ in range(21):
        meter.captured()
        time.sleep(0.01)
    elapsed = time.monotonic() - start
    rate = meter.capture_fps()
    assert rate is not None
    # 21 events span 20 intervals, and the loop one more.
    assert rate == pytest.approx(21 / elapsed, rel=0.15)
    assert meter.run_capture_fps() == pytest.approx(rate, rel=1e-6)
