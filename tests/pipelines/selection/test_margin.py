"""How sure a choice is: its margin beside the errors of what was measured."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from pipelines.selection.choice import choose
from pipelines.selection.scenario import Scenario, Weights
from tests.pipelines.selection.tables import (
    BALANCED,
    measured,
    timed,
)


def test_a_clear_lead_is_certain_and_a_small_one_is_not() -> None:
    throughput = Scenario("fast", Weights(0, 1, 0))
    clear = choose([timed("a", 20, 0.02), timed("b", 10, 0.02)], throughput)
    assert clear.margin is not None
    assert clear.margin.certain is True
    assert clear.margin.lead == pytest.approx(1.0)
    close = choose([timed("a", 20, 0.02), timed("b", 19.8, 0.02)], throughput)
    assert close.margin is not None
    assert close.margin.certain is False
    assert close.margin.ci95 is not None
    low, high = close.margin.ci95
    # Two intervals of ±2 % make one of ±2 % · √2 for the ratio.
    assert high - low == pytest.approx(2 * 0.02 * math.sqrt(2) * 20 / 19.8, rel=0.01)
    assert low < close.margin.lead < high


def test_an_error_that_is_not_known_leaves_it_open() -> None:
    choice = choose([measured("a", fps=20.0), measured("b")], BALANCED)
    assert choice.margin is not None
    assert choice.margin.ci95 is None
    assert choice.margin.certain is None


def test_accuracies_of_few_images_do_not_tell() -> None:
    accuracy = Scenario("accuracy", Weights(1, 0, 0))
    few = [measured("a", 0.60, images=100), measured("b", 0.58, images=100)]
    many = [measured("a", 0.60, images=50_000), measured("b", 0.58, images=50_000)]
    assert [choose(rows, accuracy).margin.certain for rows in (few, many)] == [False, True]


def test_one_network_on_two_engines_shares_its_error() -> None:
    rows = [
        measured("a", 0.6, 20.0, engine="ncnn", images=10, fps_ci95=(19.9, 20.1)),
        measured("a", 0.6, 15.0, engine="onnxruntime", images=10, fps_ci95=(14.9, 15.1)),
    ]
    margin = choose(rows, BALANCED).margin
    assert margin is not None
    assert margin.certain is True


def test_an_average_precision_needs_an_interval_of_its_own() -> None:
    detectors = [
        measured("a", 0.40, task="detect", metric="AP50", images=500, fps_ci95=(9.9, 10.1)),
        measured("b", 0.30, task="detect", metric="AP50", images=500, fps_ci95=(9.9, 10.1)),
    ]
    margin = choose(detectors, BALANCED).margin
    assert margin is not None
    assert margin.certain is None
    known = [
        replace(row, accuracy_ci95=(row.accuracy - 0.01, row.accuracy + 0.01))
        for row in detectors
        if row.accuracy
    ]
    margin = choose(known, BALANCED).margin
    assert margin is not None
    assert margin.certain is True
