"""Which layers stay in float, against brute force."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.quantising.search import MOST_IN_FLOAT, fewest_in_float

LAYERS = tuple(f"conv{number}" for number in range(20))
ERRORS = {name: float(number) for number, name in enumerate(LAYERS)}
WORST_FIRST = LAYERS[::-1]


def test_nothing_is_left_in_float_without_need() -> None:
    def never() -> dict[str, float]:
        pytest.fail("sensitivities cost much, and were not needed")

    found = fewest_in_float(LAYERS, lambda in_float: 0.01, never, 0.01)
    assert (found.in_float, found.lost, found.within) == ((), 0.01, True)


@given(needed=st.integers(0, 20), most=st.integers(1, 20))
def test_the_fewest_are_found(needed: int, most: int) -> None:
    layers = LAYERS[:most]
    errors = {name: ERRORS[name] for name in layers}
    order = tuple(sorted(layers, key=errors.__getitem__, reverse=True))
    tried = []

    def lost(in_float: tuple[str, ...]) -> float:
        assert in_float == order[: len(in_float)]
        tried.append(in_float)
        return 0.3 - 0.01 * len(in_float) if len(in_float) < needed else 0.005

    found = fewest_in_float(layers, lost, lambda: errors, 0.01)
    assert found.lost_at_first == lost(())
    tried.pop()
    half = int(most * MOST_IN_FLOAT)
    if needed <= half:
        assert found.within
        assert found.in_float == order[:needed]
        assert found.lost == 0.005
    else:
        assert not found.within
        assert len(found.in_float) == half, "what lost least is told"
    assert len(tried) <= 2 + 2 * math.log2(max(2, half)) + 1
    assert len(set(tried)) == len(tried)
