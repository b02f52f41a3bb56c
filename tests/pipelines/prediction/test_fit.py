"""The regression: exact where the truth is linear, sturdy where a measurement is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.prediction.fit import Fit, fit, nnls, parts_of
from pipelines.prediction.layers import FEATURES

COUNT = len(FEATURES)
TRUTH = {
    "conv1x1": (0.002, 2e-8, 0.0, 1e-7, 0.0, 3e-7),
    "conv1x1 odd": (0.0, 4e-8, 0.0, 0.0, 0.0, 0.0),
    "depthwise": (0.001, 5e-8, 0.0, 0.0, 2e-7, 0.0),
}


def work(random: np.random.Generator) -> dict[str, tuple[float, ...]]:
    """What a chain of random layers has to do."""
    found = {}
    for kind in TRUTH:
        count = int(random.integers(0, 9))
        if count:
            features = random.lognormal(np.log([1, 1e7, 1e7, 1e5, 1e5, 1e4]), 0.7) * count
            found[kind] = (float(count), *map(float, features[1:]))
    return found or {"conv1x1": (1.0, 1e7, 1e7, 1e5, 1e5, 1e4)}


def cost(features: dict[str, tuple[float, ...]], run: float = 0.05) -> float:
    return run + sum(
        cost * amount
        for kind, amounts in features.items()
        for part in parts_of(kind)
        for cost, amount in zip(TRUTH[part], amounts, strict=True)
    )


def chains(count: int = 120) -> list[dict[str, tuple[float, ...]]]:
    random = np.random.default_rng(0)
    return [work(random) for _ in range(count)]


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(12, 30))
def test_nnls_fulfils_the_conditions_of_an_optimum(seed: int, columns: int, rows: int) -> None:
    """Karush, Kuhn, Tucker: no slope where x > 0, none that would improve where x = 0."""
    random = np.random.default_rng(seed)
    matrix, target = random.random((rows, columns)), random.standard_normal(rows)
    x = nnls(matrix, target)
    slope = matrix.T @ (target - matrix @ x)
    assert (x >= 0).all()
    assert np.abs(slope[x > 0]).max(initial=0.0) < 1e-6
    assert slope[x == 0].max(initial=0.0) < 1e-6


def test_a_linear_truth_is_found() -> None:
    works = chains()
    found = fit(works, [cost(each) for each in works])
    assert found.error < 1e-3
    unseen = work(np.random.default_rng(99))
    estimate = found.estimate(unseen)
    assert estimate.total == pytest.approx(cost(unseen), rel=2e-3)
    assert estimate.low <= estimate.total <= estimate.high
    assert sum(estimate.by_kind.values()) == pytest.approx(estimate.total)


def test_measurements_of_a_busy_moment_hardly_count() -> None:
    works = chains()
    costs = [cost(each) * (2.5 if index % 8 == 0 else 1) for index, each in enumerate(works)]
    found = fit(works, costs)
    unseen = work(np.random.default_rng(99))
    assert found.estimate(unseen).total == pytest.approx(cost(unseen), rel=0.02)
    # They are not hidden, though: one chain in eight was outside of every narrow interval.
    assert found.estimate(unseen).high > 2 * found.estimate(unseen).total


def test_the_error_is_that_of_chains_left_out() -> None:
    """The closed form against fitting again without each chain, and not that of the fit itself."""
    random = np.random.default_rng(5)
    works = chains(40)
    costs = [cost(each) * random.lognormal(0, 0.03) for each in works]
    found = fit(works, costs)
    left_out, left_in = [], []
    for index in range(40):
        rest = [n for n in range(40) if n != index]
        other = fit([works[n] for n in rest], [costs[n] for n in rest])
        left_out.append(costs[index] / other.estimate(works[index]).total)
        left_in.append(costs[index] / found.estimate(works[index]).total)
    closed = np.abs(np.log(found.ratios))
    assert np.mean(np.abs(np.array(found.ratios) - left_out)) < 0.01
    assert closed.mean() == pytest.approx(np.abs(np.log(left_out)).mean(), rel=0.15)
    assert closed.mean() > 1.1 * np.abs(np.log(left_in)).mean()


def test_the_interval_holds_what_is_alike() -> None:
    random = np.random.default_rng(6)
    works = chains(300)
    costs = [cost(each) * random.lognormal(0, 0.05) for each in works]
    found = fit(works[:200], costs[:200])
    estimates = map(found.estimate, works[200:])
    held = [e.low <= c <= e.high for e, c in zip(estimates, costs[200:], strict=True)]
    assert 0.88 <= np.mean(held) <= 1


def test_more_work_never_costs_less() -> None:
    works = chains()
    found = fit(works, [cost(each) for each in works])
    unseen = work(np.random.default_rng(7))
    for kind in unseen:
        more = unseen | {kind: tuple(1.5 * amount for amount in unseen[kind])}
        assert found.estimate(more).total >= found.estimate(unseen).total


def flat(kinds: list[str]) -> Fit:
    """Every layer of these kinds costs 1."""
    return Fit(dict.fromkeys(kinds, (1.0, *((0.0,) * (COUNT - 1)))), 0.0, (0.9, 1.0, 1.1))


ONE = (1.0,) * COUNT


@pytest.mark.parametrize(
    ("kind", "known", "expected"),
    [
        ("conv1x1 odd", ["conv1x1", "conv1x1 odd"], 2.0),  # the plain cost, and what it adds
        ("conv1x1 odd", ["conv1x1"], 1.0),
        ("grouped loose", ["convkxk"], 1.0),
        ("silu int8", ["curve int8"], 1.0),
        ("pool int8", ["pool"], 1.0),
        ("pool", ["pool int8"], 1.0),
    ],
)
def test_the_nearest_kind_stands_for_one_that_was_not_measured(
    kind: str, known: list[str], expected: float
) -> None:
    assert flat(known).estimate({kind: ONE}).total == expected


def test_what_nothing_stands_for_is_named_and_not_counted() -> None:
    estimate = flat(["pool"]).estimate({"pool": ONE, "other": ONE})
    assert estimate.total == 1
    assert estimate.unknown == ("other",)


def test_nothing_to_fit_to() -> None:
    with pytest.raises(ValueError, match="nothing"):
        fit([], [])
