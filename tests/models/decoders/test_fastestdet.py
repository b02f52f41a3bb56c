"""FastestDet on planes written by hand: 64×32 pixels have 4×2 cells."""

from __future__ import annotations

import numpy as np
import pytest

from models.decoders import DecoderSpec
from models.decoders.fastestdet import make

SPEC = DecoderSpec(width=64, height=32, classes=2, score_threshold=0.3)
# The logistic function of this is 1/4, and its negative's 3/4.
QUARTER = -np.log(3)

CASES = [
    # row, column, (objectness, x, y, w, h, class 0, class 1) → (class, score, box) …
    # Offset 0: the centre is the cell's corner, 32, 16; sizes are a quarter of the input.
    (1, 2, (1, 0, 0, QUARTER, QUARTER, 1, 0), [(0, 1.0, (24, 12, 40, 20))]),
    # Half the input, which is what 0 means.
    (1, 2, (1, 0, 0, 0, 0, 0, 1), [(1, 1.0, (16, 8, 48, 24))]),
    # tanh(±∞) moves the centre by a cell, here to 48, 0.
    (1, 2, (1, 99, -99, QUARTER, QUARTER, 1, 0), [(0, 1.0, (40, 0, 56, 4))]),
    # The score is objectness^0.6 · class^0.4.
    (1, 2, (0.5, 0, 0, 0, 0, 0.25, 0), [(0, 0.5**0.6 * 0.25**0.4, (16, 8, 48, 24))]),
    (1, 2, (0.1, 0, 0, 0, 0, 1, 0), []),  # 0.25
    (1, 2, (1, 0, 0, 0, 0, 0.04, 0), []),  # 0.28
    # What no network should give.
    (1, 2, (-1, 0, 0, 0, 0, 1, 0), []),
    (1, 2, (np.nan, 0, 0, 0, 0, 1, 0), []),
    (1, 2, (1, 0, 0, -1e9, 0, 1, 0), []),
]


@pytest.mark.parametrize(("row", "column", "values", "expected"), CASES)
def test_one_cell(
    row: int,
    column: int,
    values: tuple[float, ...],
    expected: list[tuple[int, float, tuple[float, ...]]],
) -> None:
    planes = np.zeros((1, 7, 2, 4), np.float32)
    planes[0, :, row, column] = values
    found = make(SPEC)([planes])
    assert found.boxes is not None
    assert found.classes.tolist() == [case[0] for case in expected]
    np.testing.assert_allclose(found.scores, [case[1] for case in expected], rtol=1e-6)
    boxes = np.reshape([case[2] for case in expected], (-1, 4))
    np.testing.assert_allclose(found.boxes, boxes, atol=1e-4)
