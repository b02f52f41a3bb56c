"""YOLO with objectness on tables written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.decoders import DecoderSpec
from models.decoders.yolo import make
from models.errors import ManifestError

CASES = [
    # unit, (x, y, w, h, objectness, class 0, class 1) → (class, score, box) …
    ("pixel", (20, 10, 8, 4, 1, 0.9, 0), [(0, 0.9, (16, 8, 24, 12))]),
    # Fractions of a width of 64 and a height of 32.
    ("fraction", (0.5, 0.5, 0.25, 0.5, 1, 0, 0.9), [(1, 0.9, (24, 8, 40, 24))]),
    # The score is objectness × class.
    ("pixel", (20, 10, 8, 4, 0.5, 0.8, 0.4), [(0, 0.4, (16, 8, 24, 12))]),
    ("pixel", (20, 10, 8, 4, 0.29, 1, 1), []),
    # No size.
    ("pixel", (20, 10, 0, 4, 1, 0.9, 0), []),
    # A box beyond the edge is cut.
    ("pixel", (0, 0, 8, 4, 1, 0.9, 0), [(0, 0.9, (0, 0, 4, 2))]),
    ("pixel", (20, 10, np.inf, 4, 1, 0.9, 0), []),
    ("pixel", (20, 10, 8, 4, np.inf, 0.9, 0), []),
]


@pytest.mark.parametrize(("unit", "row", "expected"), CASES)
def test_one_box(
    unit: str, row: tuple[float, ...], expected: list[tuple[int, float, tuple[float, ...]]]
) -> None:
    spec = DecoderSpec(width=64, height=32, classes=2, score_threshold=0.3, options={"unit": unit})
    found = make(spec)([np.array([[row]], np.float32)])
    assert found.boxes is not None
    assert found.classes.tolist() == [case[0] for case in expected]
    np.testing.assert_allclose(found.scores, [case[1] for case in expected], rtol=1e-6)
    np.testing.assert_allclose(found.boxes, np.reshape([c[2] for c in expected], (-1, 4)))


def test_an_unknown_unit() -> None:
    with pytest.raises(ManifestError, match=r"decoder.options: unit = 'inch'.*fraction, pixel"):
        make(DecoderSpec(width=64, height=32, classes=2, options={"unit": "inch"}))
