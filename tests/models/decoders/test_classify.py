"""Classification on scores written by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.decoders import DecoderSpec
from models.decoders.classify import make
from models.errors import ManifestError

E = np.e

CASES = [
    # options, threshold, values → (class, score) …, at most two
    ({}, 0.0, (0.1, 0.6, 0.3), [(1, 0.6), (2, 0.3)]),
    ({}, 0.5, (0.1, 0.6, 0.3), [(1, 0.6)]),
    ({}, 0.9, (0.1, 0.6, 0.3), []),
    # Of equals the first.
    ({}, 0.0, (0.2, 0.4, 0.4), [(1, 0.4), (2, 0.4)]),
    # Logits, also where e^x overflows.
    ({"softmax": True}, 0.5, (0, 1, 0), [(1, E / (E + 2))]),
    ({"softmax": True}, 0.5, (0, 1000, 0), [(1, 1.0)]),
    # The first class has no label: the labels begin with the second.
    ({"background": 0}, 0.0, (0.7, 0.1, 0.2, 0.0), [(1, 0.2), (0, 0.1)]),
    ({"background": 0, "softmax": True}, 0.0, (9, 1, 1, 0), [(0, E / (E**9 + 2 * E + 1)),
                                                            (1, E / (E**9 + 2 * E + 1))]),
    # A soft-max's rounding error is none.
    ({}, 0.5, (0, 1.000001, 0), [(1, 1.0)]),
    ({}, 0.0, (np.nan, 0.4, np.inf), [(1, 0.4)]),
    ({"softmax": True}, 0.0, (np.nan, 0.4, 0.3), []),
]  # fmt: skip


@pytest.mark.parametrize("shape", [(1, -1), (-1,), (1, -1, 1, 1)])
@pytest.mark.parametrize(("options", "threshold", "values", "expected"), CASES)
def test_scores(
    options: dict[str, Any],
    threshold: float,
    values: tuple[float, ...],
    expected: list[tuple[int, float]],
    shape: tuple[int, ...],
) -> None:
    spec = DecoderSpec(
        width=8, height=8, classes=3, score_threshold=threshold, limit=2, options=options
    )
    found = make(spec)([np.array(values, np.float32).reshape(shape)])
    assert found.boxes is None
    assert found.classes.tolist() == [case[0] for case in expected]
    np.testing.assert_allclose(found.scores, [case[1] for case in expected], rtol=1e-5)


def test_logits_without_softmax_are_refused_with_the_cure() -> None:
    decode = make(DecoderSpec(width=8, height=8, classes=2))
    with pytest.raises(ManifestError, match=r"gives 12\.5; set softmax = true"):
        decode([np.array([[-3, 12.5]], np.float32)])
