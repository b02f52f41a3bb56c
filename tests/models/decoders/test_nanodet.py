"""NanoDet on arrays written by hand: 64×32 pixels have 32, 8 and 2 cells."""

from __future__ import annotations

import random

import numpy as np
import pytest

from models.decoders import DecoderSpec
from models.decoders.nanodet import make

SPEC = DecoderSpec(width=64, height=32, classes=2, score_threshold=0.3)


def sure(*bins: int) -> list[float]:
    """Distributions of left, top, right and bottom that lie in one bin each."""
    logits = np.full((4, 8), -100.0)
    logits[range(4), bins] = 100
    return logits.ravel().tolist()


def between(low: int, high: int) -> list[float]:
    """All four distances half in one bin, half in another."""
    logits = np.full((4, 8), -100.0)
    logits[:, [low, high]] = 0
    return logits.ravel().tolist()


CASES = [
    # level, cell, scores, distributions → (class, score, box) …
    # Column 3 of row 2 of the grid of 8 pixels: the centre is at 27.5, 19.5.
    (0, 19, (0.9, 0), sure(1, 1, 1, 1), [(0, 0.9, (19.5, 11.5, 35.5, 27.5))]),
    # Each side has its own distance.
    (0, 19, (0, 0.8), sure(1, 2, 3, 1), [(1, 0.8, (19.5, 3.5, 51.5, 27.5))]),
    # The expectation of ½·1 + ½·2 is 1.5 cells.
    (0, 19, (0.9, 0), between(1, 2), [(0, 0.9, (15.5, 7.5, 39.5, 31.5))]),
    # Grid of 16 pixels, column 1 of row 1: centre at 23.5, 23.5.
    (1, 5, (0.9, 0), sure(1, 1, 1, 0), [(0, 0.9, (7.5, 7.5, 39.5, 23.5))]),
    # Grid of 32 pixels, column 1: centre at 47.5, 15.5; what is outside is cut.
    (2, 1, (0.9, 0), sure(1, 1, 1, 1), [(0, 0.9, (15.5, 0, 64, 32))]),
    # Two classes in one cell are two findings.
    (0, 19, (0.4, 0.5), sure(1, 1, 1, 1), [(1, 0.5, (19.5, 11.5, 35.5, 27.5)),
                                           (0, 0.4, (19.5, 11.5, 35.5, 27.5))]),
    # All distances zero: no box.
    (0, 19, (0.9, 0), sure(0, 0, 0, 0), []),
    (0, 19, (0.2, 0.29), sure(1, 1, 1, 1), []),
    (0, 19, (0.9, 0), [np.nan] * 32, []),
    (0, 19, (np.inf, 0), sure(1, 1, 1, 1), []),
]  # fmt: skip


@pytest.mark.parametrize("order", ["given", "shuffled"])
@pytest.mark.parametrize(("level", "cell", "scores", "sides", "expected"), CASES)
def test_one_cell(
    level: int,
    cell: int,
    scores: tuple[float, float],
    sides: list[float],
    expected: list[tuple[int, float, tuple[float, ...]]],
    order: str,
) -> None:
    outputs = [np.zeros((1, n, width), np.float32) for width in (2, 32) for n in (32, 8, 2)]
    outputs[level][0, cell] = scores
    outputs[3 + level][0, cell] = sides
    if order == "shuffled":
        # Engines order outputs in their own way.
        random.Random(1).shuffle(outputs)
    found = make(SPEC)(outputs)
    assert found.boxes is not None
    assert found.classes.tolist() == [case[0] for case in expected]
    np.testing.assert_allclose(found.scores, [case[1] for case in expected], rtol=1e-6)
    boxes = np.reshape([case[2] for case in expected], (-1, 4))
    np.testing.assert_allclose(found.boxes, boxes, atol=1e-4)


def test_as_many_classes_as_values_of_a_distribution() -> None:
    spec = DecoderSpec(width=32, height=32, classes=32, options={"strides": [32]})
    scores, sides = np.zeros((1, 1, 32), np.float32), np.array([[sure(0, 0, 0, 0)]], np.float32)
    scores[0, 0, 7] = 0.9
    sides[0, 0] = np.array(sure(1, 1, 1, 1)) / 100
    found = make(spec)([scores, sides])
    assert found.classes.tolist() == [7]
