from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.selection.merit import (
    LOGARITHMS,
    NormalisedSum,
    equation_1,
    figure_of_merit,
)
from pipelines.selection.scenario import Weights
from tests.pipelines.selection.tables import FIGURES, WEIGHTS, measured


@given(FIGURES)
def test_exponents_of_1_are_equation_1(figures: tuple[float, float, float]) -> None:
    merit = figure_of_merit(measured("net", *figures), Weights(1, 1, 1))
    assert merit == pytest.approx(equation_1(*figures), rel=1e-12)


@given(FIGURES, WEIGHTS)
def test_the_weighted_merit_is_a_product_of_powers(
    figures: tuple[float, float, float], weights: Weights
) -> None:
    accuracy, fps, power = figures
    expected = accuracy**weights.accuracy * fps**weights.throughput / power**weights.power
    assert figure_of_merit(measured("net", *figures), weights) == pytest.approx(expected)


def test_memory_and_latency_divide_it() -> None:
    row = measured("net", 0.5, 10.0, 5.0, memory_mb=100.0, p95_ms=20.0)
    assert figure_of_merit(row, Weights(1, 1, 1, memory=1)) == pytest.approx(1.0 / 100)
    assert figure_of_merit(row, Weights(1, 1, 1, latency=2)) == pytest.approx(1.0 / 400)


def test_what_is_unknown_is_no_figure() -> None:
    row = measured(power=None)
    assert figure_of_merit(row, Weights(1, 1, 1)) is None
    assert figure_of_merit(row, Weights(1, 1, 0)) == pytest.approx(5.0)


def test_the_normalised_sum_runs_from_the_worst_to_the_best() -> None:
    form = NormalisedSum()
    assert form.utilities([10.0, 20.0, 30.0], 1) == [0.0, 0.5, 1.0]
    assert form.utilities([2.0, 4.0, 8.0], -1) == [1.0, pytest.approx(2 / 3), 0.0]
    assert form.utilities([3.0, 3.0], 1) == [1.0, 1.0]  # nobody is worse


@given(st.lists(st.floats(0.1, 100.0), min_size=2, max_size=5), st.sampled_from([1, -1]))
def test_slopes_are_those_of_the_utilities(values: list[float], sign: int) -> None:
    step = 1e-6
    for form in (LOGARITHMS, NormalisedSum()):
        low, high = min(values), max(values)
        if high - low < 0.1:
            continue
        inner = math.sqrt(low * high)  # the ends of the scale stay where they are
        before = form.utilities([*values, inner], sign)[-1]
        after = form.utilities([*values, inner * math.exp(step)], sign)[-1]
        slope = form.slope(inner, values)
        assert (after - before) / step == pytest.approx(sign * slope, rel=1e-3)


def test_no_merit_overflows() -> None:
    row = measured("net", 1.0, 1e12, 1e-12)
    merit = figure_of_merit(row, Weights(100, 100, 100))
    assert merit is not None
    assert math.isfinite(merit)
