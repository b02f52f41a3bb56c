"""The throughput's interval holds when the measurement is made again."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.benchmark.interval import throughput, throughput_interval


def measurement(
    random: np.random.Generator, rounds: int, between: float, within: float, frames: int = 80
) -> list[np.ndarray]:
    """Frames of 10 ms, of rounds that differ, in runs of neighbours that are alike."""
    return [
        10.0
        * np.exp(
            random.normal(0, between)
            + np.repeat(random.normal(0, within, frames // 8 + 1), 8)[:frames]
            + random.normal(0, 0.05, frames)
        )
        for _ in range(rounds)
    ]


def test_throughput_is_images_over_time() -> None:
    # Rounds count alike, however many frames they have.
    rounds = [np.full(50, 10.0), np.full(500, 30.0)]
    assert throughput(rounds) == pytest.approx(50.0)


@pytest.mark.parametrize("rounds", [3, 5])
@pytest.mark.parametrize(("between", "within"), [(0.05, 0.02), (0.005, 0.05), (0.02, 0.02)])
def test_nine_of_ten_repetitions_are_within(rounds: int, between: float, within: float) -> None:
    random = np.random.default_rng(7)
    hits = 0
    for _ in range(200):
        interval = throughput_interval(measurement(random, rounds, between, within))
        again = throughput(measurement(random, rounds, between, within))
        assert interval is not None
        hits += interval[0] <= again <= interval[1]
    assert hits >= 180


def test_it_is_no_wider_than_it_must_be() -> None:
    """Three equal rounds of equal frames leave nothing to doubt; more rounds leave less."""
    assert throughput_interval([np.full(50, 10.0)] * 3) == pytest.approx((100.0, 100.0))
    random = np.random.default_rng(3)

    def width(rounds: int) -> float:
        widths = []
        for _ in range(30):
            interval = throughput_interval(measurement(random, rounds, 0.03, 0.02))
            assert interval is not None
            widths.append(np.log(interval[1] / interval[0]))
        return float(np.mean(widths))

    assert width(3) > 1.5 * width(6) > 2 * width(24)


@pytest.mark.parametrize("rounds", [1, 2])
def test_of_so_few_rounds_nothing_is_claimed(rounds: int) -> None:
    assert throughput_interval([np.full(50, 10.0)] * rounds) is None


def test_it_holds_the_throughput_and_is_the_same_every_time() -> None:
    rounds = measurement(np.random.default_rng(1), 4, 0.03, 0.03)
    interval = throughput_interval(rounds)
    assert interval is not None
    assert interval == throughput_interval(rounds)
    assert interval[0] < throughput(rounds) < interval[1]


def test_a_handful_of_frames_is_enough() -> None:
    assert throughput_interval([np.array([9.0, 11.0])] * 3) is not None
