from __future__ import annotations

import math

import pytest

from models.errors import InputError
from pipelines.selection.scenario import NAMED, Weights


@pytest.mark.parametrize("value", [-1.0, -1e-300, math.nan, math.inf, -math.inf, 101.0])
@pytest.mark.parametrize("name", ["accuracy", "throughput", "power", "memory", "latency"])
def test_a_weight_is_a_number_from_0(name: str, value: float) -> None:
    with pytest.raises(InputError, match=rf"weight {name} = .*: expected a number from 0 to 100"):
        Weights(**{name: value})


def test_something_has_to_weigh() -> None:
    with pytest.raises(InputError, match="all weights are 0"):
        Weights(0, 0, 0)
    assert Weights(0, 0, 0, memory=1).point is None


def test_the_point_is_on_the_triangle() -> None:
    assert Weights(2, 1, 1, memory=5).point == (0.5, 0.25, 0.25)
    assert Weights(1, 1, 1).point == (1 / 3, 1 / 3, 1 / 3)


def test_balanced_is_equation_1() -> None:
    assert NAMED["balanced"] == Weights(1, 1, 1)
