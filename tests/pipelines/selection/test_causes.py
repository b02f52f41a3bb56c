"""Causes are named only where the figures support them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.candidate import Candidate
from pipelines.selection.causes import Comparison, compare_engines
from pipelines.selection.correlation import Correlation, correlate
from pipelines.selection.measurement import Measurement
from tests.pipelines.selection.tables import measured


def table(seed: int = 1) -> list[Measurement]:
    """Ten networks on two engines; "heavy" executes three times the instructions."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(10):
        for engine, factor in (("onnxruntime", 1.0), ("heavy", 3.0)):
            ms = 4.0 * 1.4**number * factor * random.lognormal(0, 0.02)
            found.append(
                measured(
                    f"net-{number}",
                    fps=1e3 / ms,
                    fps_ci95=(0.97e3 / ms, 1.03e3 / ms),
                    engine=engine,
                    hardware={
                        "instructions_per_frame": ms * 2.5e6,
                        "minor_faults_per_frame": float(random.random() + 0.1),
                        "user_ms_per_frame": ms,
                        "system_ms_per_frame": 0.05 * factor,
                        "involuntary_switches_per_frame": ms * 0.005,
                        "cores_busy": 1.0,
                    },
                    hardware_tier="perf",
                )
            )
    return found


@pytest.fixture(scope="module")
def correlations() -> tuple[Correlation, ...]:
    return correlate(table())


def pair(
    correlations: tuple[Correlation, ...], slow: dict[str, float], **more: object
) -> tuple[Comparison, ...]:
    """net-0 at 100 fps on one engine and 40 on another, with *slow* in place of its metrics."""
    fast = {
        "instructions_per_frame": 1e7,
        "user_ms_per_frame": 10.0,
        "system_ms_per_frame": 0.05,
        "cores_busy": 1.9,
        "minor_faults_per_frame": 1.0,
        "involuntary_switches_per_frame": 0.05,
    }
    figures = {"fps_ci95": (39, 41), "hardware": fast | slow, **more}
    rows = [
        measured("net-0", fps=100.0, fps_ci95=(98, 102), hardware=fast),
        measured("net-0", fps=40.0, engine="heavy", **figures),
    ]
    return compare_engines(rows, correlations)


def test_a_cause_that_the_figures_support(correlations: tuple[Correlation, ...]) -> None:
    (found,) = pair(correlations, {"instructions_per_frame": 2.4e7, "user_ms_per_frame": 25.0})
    assert found.slower == Candidate("net-0", "fp32", "heavy")
    assert found.faster == Candidate("net-0", "fp32", "onnxruntime")
    assert found.slowdown == pytest.approx(2.5)
    assert [cause.clause for cause in found.causes] == [
        "it executes 2.4 times as many instructions"
    ]


@pytest.mark.parametrize(
    "slow",
    [
        {"instructions_per_frame": 1.3e7},  # by far not enough for 2.5 times the time
        {"instructions_per_frame": 0.5e7},  # in the wrong direction
        {"minor_faults_per_frame": 5.0},  # goes with nothing in the table
        {"system_ms_per_frame": 0.2},  # four times as much, but of nothing
        {"involuntary_switches_per_frame": 0.2},  # four times as many, which take 0.15 ms at most
        {"cores_busy": 0.7},  # constant in the table: undefined
    ],
)
def test_what_they_do_not_support_is_no_cause(
    correlations: tuple[Correlation, ...], slow: dict[str, float]
) -> None:
    (found,) = pair(correlations, slow)
    assert found.causes == ()


def test_events_count_by_the_time_that_they_can_take(
    correlations: tuple[Correlation, ...],
) -> None:
    (found,) = pair(correlations, {"involuntary_switches_per_frame": 20.0})
    assert [cause.clause for cause in found.causes] == ["it is interrupted 400 times as often"]


def test_more_computing_is_named_where_nothing_deeper_is(
    correlations: tuple[Correlation, ...],
) -> None:
    (found,) = pair(correlations, {"user_ms_per_frame": 25.0})
    assert [cause.clause for cause in found.causes] == ["it computes 2.5 times as long"]


def test_without_intervals_or_within_them_nothing_is_compared(
    correlations: tuple[Correlation, ...],
) -> None:
    assert pair(correlations, {}, fps_ci95=None) == ()
    assert pair(correlations, {}, fps_ci95=(30.0, 99.0)) == ()


def test_only_the_same_network_in_the_same_precision(
    correlations: tuple[Correlation, ...],
) -> None:
    rows = table()[:2]
    slow = rows[1]
    for other in (
        replace(slow.candidate, network="else"),
        replace(slow.candidate, precision="int8"),
    ):
        assert compare_engines([rows[0], replace(slow, candidate=other)], correlations) == ()


def test_each_engine_at_its_best(correlations: tuple[Correlation, ...]) -> None:
    rows = table()[:2]
    worse = replace(rows[1].candidate, threads=2)
    slower = replace(rows[1], candidate=worse, fps=1.0, fps_ci95=(0.9, 1.1))
    (found,) = compare_engines([*rows, slower], correlations)
    assert found.slower.threads == 1


def test_a_whole_table(correlations: tuple[Correlation, ...]) -> None:
    found = compare_engines(table(), correlations)
    assert len(found) == 10
    assert all(each.causes[0].metric == "instructions_per_frame" for each in found)
    assert compare_engines([], correlations) == ()
