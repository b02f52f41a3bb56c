"""YOLOX on tables written by hand: 64×32 pixels have 32 + 8 + 2 cells, row by row."""

from __future__ import annotations

import numpy as np
import pytest

from models.decoders import DecoderSpec
from models.decoders.yolox import make

SPEC = DecoderSpec(width=64, height=32, classes=2, score_threshold=0.3)
LOG2 = np.log(2)

CASES = [
    # cell, (x, y, log w, log h, objectness, class 0, class 1) → (class, score, box) …
    # The first cell, 8 pixels wide: its corner is at 0, 0.
    (0, (0.5, 0.5, 0, 0, 1, 0.9, 0), [(0, 0.9, (0, 0, 8, 8))]),
    # Column 3 of row 2 of the same grid: its corner is at 24, 16.
    (2 * 8 + 3, (0.5, 0.5, 0, LOG2, 1, 0, 0.8), [(1, 0.8, (24, 12, 32, 28))]),
    # Offsets may leave the cell.
    (2 * 8 + 3, (-0.5, 1.5, 0, 0, 1, 0, 0.8), [(1, 0.8, (16, 24, 24, 32))]),
    # The second grid, 16 pixels: column 1 of row 1.
    (32 + 4 + 1, (0.5, 0.5, 0, 0, 1, 0.5, 0), [(0, 0.5, (16, 16, 32, 32))]),
    # The third grid, 32 pixels: column 1.
    (32 + 8 + 1, (0.5, 0.5, 0, 0, 1, 0.5, 0), [(0, 0.5, (32, 0, 64, 32))]),
    # The score is objectness × class …
    (0, (0.5, 0.5, 0, 0, 0.5, 0.8, 0), [(0, 0.4, (0, 0, 8, 8))]),
    # … which may be too little although both are enough.
    (0, (0.5, 0.5, 0, 0, 0.5, 0.5, 0), []),
    # Little objectness.
    (0, (0.5, 0.5, 0, 0, 0.2, 1, 0), []),
    # Two classes in one box are two findings.
    (0, (0.5, 0.5, 0, 0, 1, 0.6, 0.7), [(1, 0.7, (0, 0, 8, 8)), (0, 0.6, (0, 0, 8, 8))]),
    # A box beyond the edge is cut.
    (7, (0.5, 0.5, LOG2, LOG2, 1, 0.9, 0), [(0, 0.9, (52, 0, 64, 12))]),
    # A size that overflows.
    (0, (0.5, 0.5, 1e9, 0, 1, 0.9, 0), []),
    # A size of nothing.
    (0, (0.5, 0.5, -1e9, 0, 1, 0.9, 0), []),
    # A number that is none.
    (0, (np.nan, 0.5, 0, 0, 1, 0.9, 0), []),
]


@pytest.mark.parametrize(("cell", "row", "expected"), CASES)
def test_one_cell(
    cell: int, row: tuple[float, ...], expected: list[tuple[int, float, tuple[float, ...]]]
) -> None:
    table = np.zeros((1, 42, 7), np.float32)
    table[0, cell] = row
    found = make(SPEC)([table])
    assert found.boxes is not None
    assert found.classes.tolist() == [case[0] for case in expected]
    np.testing.assert_allclose(found.scores, [case[1] for case in expected], rtol=1e-6)
    boxes = np.array([case[2] for case in expected]).reshape(-1, 4)
    np.testing.assert_allclose(found.boxes, boxes, atol=1e-4)


def test_other_strides() -> None:
    spec = DecoderSpec(width=64, height=64, classes=1, options={"strides": [64]})
    found = make(spec)([np.array([[[0.5, 0.5, 0, 0, 1, 1]]], np.float32)])
    assert found.boxes is not None
    np.testing.assert_allclose(found.boxes, [(0, 0, 64, 64)])
