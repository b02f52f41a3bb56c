"""Correlation of metrics with throughput and power: against definitions, and planted relations."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pipelines.selection.correlation import Correlation, correlate, holm, pearson, spearman
from pipelines.selection.measurement import Measurement
from tests.pipelines.selection.tables import measured

NUMBERS = st.floats(-1e3, 1e3).map(lambda number: round(number, 3))
PAIRS = st.integers(3, 12).flatmap(lambda n: arrays.arrays(np.float64, (2, n), elements=NUMBERS))


def rows(metrics: dict[str, list[float]], fps: list[float], power: list[float] | None = None):  # type: ignore[no-untyped-def]
    return [
        measured(
            f"net-{index}",
            fps=rate,
            power=power[index] if power else None,
            hardware={name: values[index] for name, values in metrics.items()},
            hardware_tier="perf",
        )
        for index, rate in enumerate(fps)
    ]


def one(found: tuple[Correlation, ...], metric: str, target: str = "throughput") -> Correlation:
    (match,) = (each for each in found if (each.metric, each.target) == (metric, target))
    return match


@given(PAIRS)
def test_pearson_is_numpy_s(pair: np.ndarray) -> None:
    x, y = pair
    found = pearson(x, y)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert found is None
    else:
        assert found == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-6)


@given(PAIRS)
def test_spearman_ignores_the_scale(pair: np.ndarray) -> None:
    x, y = pair
    found = spearman(x, y)
    assert found == spearman(np.exp(x / 500), y**3)
    if found is not None:
        assert spearman(-x, y) == pytest.approx(-found)


def test_ties_share_their_rank() -> None:
    # ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4
    x, y = np.array([1.0, 5.0, 5.0, 9.0]), np.array([1.0, 2.0, 3.0, 4.0])
    assert spearman(x, y) == pytest.approx(4.5 / np.sqrt(4.5 * 5))


def test_holm_by_hand() -> None:
    """The example of the method: p times the number of tests left, never falling."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def test_few_rows_are_permuted_in_full() -> None:
    values, fps = [1.0, 2.0, 4.0, 3.0, 5.0, 6.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    found = one(correlate(rows({"a": values}, fps)), "a").pearson
    assert found is not None
    others = [np.corrcoef(values, order)[0, 1] for order in permutations(fps)]
    assert found.p == pytest.approx(np.mean(np.abs(others) >= found.value - 1e-9))


def planted(count: int = 30) -> list[Measurement]:
    random = np.random.default_rng(3)
    work = random.lognormal(0, 1, count)
    return rows(
        {
            "instructions_per_frame": list(work * random.lognormal(0, 0.05, count)),
            "noise": list(random.random(count)),
            "constant": [7.0] * count,
        },
        fps=list(100 / work),
        power=list(2 + work),
    )


def test_a_planted_relation_is_found_and_noise_is_not() -> None:
    found = correlate(planted())
    cause, noise = (one(found, metric) for metric in ("instructions_per_frame", "noise"))
    assert cause.holds
    assert cause.spearman is not None
    assert cause.spearman.value < -0.95
    assert cause.spearman.ci95[0] <= cause.spearman.value <= cause.spearman.ci95[1] < -0.8
    assert one(found, "instructions_per_frame", "power").pearson.value > 0.95  # type: ignore[union-attr]
    assert not noise.holds
    assert noise.pearson is not None
    low, high = noise.pearson.ci95
    assert low < 0 < high


def test_a_constant_column_is_undefined() -> None:
    found = one(correlate(planted()), "constant")
    assert found.pearson is None
    assert found.spearman is None
    assert not found.holds


def test_p_is_corrected_for_every_test_that_was_made() -> None:
    found = correlate(planted())
    made = [c for each in found for c in (each.pearson, each.spearman) if c is not None]
    assert len(made) == 2 * 2 * 2  # constants are not tested
    assert [c.corrected_p for c in made] == holm([c.p for c in made])
    assert all(c.corrected_p >= c.p for c in made)


def test_many_metrics_of_noise_seldom_hold() -> None:
    """Without correction one in twenty would."""
    random = np.random.default_rng(11)
    metrics = {f"metric_{n}": list(random.random(16)) for n in range(40)}
    found = correlate(rows(metrics, list(random.random(16) + 1)))
    assert sum(each.holds for each in found) == 0
    assert sum(c.p < 0.05 for each in found for c in (each.pearson,) if c) > 0


def test_rates_per_multiply_accumulate_take_the_size_of_the_network_out() -> None:
    random = np.random.default_rng(4)
    macs = {f"net-{n}": float(10 ** random.uniform(7, 9)) for n in range(24)}
    # An engine of constant efficiency: everything grows with the network alone.
    sizes = np.array(list(macs.values()))
    table = rows(
        {"instructions_per_frame": list(sizes * random.lognormal(0, 0.1, 24)), "ipc": [1.0] * 24},
        fps=list(1e10 / sizes * random.lognormal(0, 0.1, 24)),
    )
    found = correlate(table, macs)
    assert one(found, "instructions_per_frame").holds
    assert not one(found, "instructions_per_mega_mac").holds
    assert {each.metric for each in found} == {
        *("instructions_per_frame", "instructions_per_mega_mac", "ipc"),
    }


def test_rows_that_lack_a_metric_or_the_power_are_left_out_of_its_pairs() -> None:
    table = planted(12)
    del table[0].hardware["noise"]  # type: ignore[attr-defined]
    assert one(correlate(table), "noise").rows == 11
    without = [measured(f"m-{n}", power=None, hardware={"noise": float(n)}) for n in range(6)]
    assert {each.target for each in correlate(without)} == {"throughput"}


def test_too_few_rows_are_not_tested() -> None:
    assert correlate(planted(4)) == ()
    assert correlate([]) == ()


def test_the_same_table_gives_the_same_figures() -> None:
    assert correlate(planted()) == correlate(planted())
