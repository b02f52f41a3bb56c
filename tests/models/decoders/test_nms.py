"""Shortlist and non-maximum suppression on boxes written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.decoders import DecoderSpec
from models.decoders.nms import Picker, shortlist, suppress

SPEC = DecoderSpec(width=100, height=100, classes=5, iou_threshold=0.5)
A = (10, 10, 50, 50)
A_SHIFTED = (12, 12, 52, 52)  # overlaps A by 0.82
A_HALF = (10, 10, 50, 30)  # overlaps A by exactly 0.5
B = (60, 60, 90, 90)  # apart from A

CASES = [
    # boxes, scores, classes → the indices that stay, in order
    pytest.param([A], [0.9], [0], [0], id="one box stays"),
    pytest.param([A, A_SHIFTED], [0.6, 0.9], [0, 0], [1], id="the better of two that overlap"),
    pytest.param([A, A_SHIFTED], [0.6, 0.9], [0, 1], [1, 0], id="other classes do not count"),
    pytest.param([A, A_SHIFTED], [0.6, 0.9], [4, 3], [1, 0], id="nor neighbouring ones"),
    pytest.param([A, B], [0.6, 0.9], [0, 0], [1, 0], id="apart, both stay, best first"),
    pytest.param([A, A_HALF], [0.9, 0.6], [0, 0], [0, 1], id="just at the threshold stays"),
    pytest.param([A, A, A], [0.5, 0.5, 0.5], [0, 0, 0], [0], id="of equals the first"),
    pytest.param([A, (50, 50, 50, 90)], [0.5, 0.9], [0, 0], [0], id="no width: dropped"),
    pytest.param([A, (50, 90, 90, 50)], [0.5, 0.9], [0, 0], [0], id="upside down: dropped"),
    pytest.param([A, (-90, 10, -50, 50)], [0.5, 0.9], [0, 0], [0], id="outside: dropped"),
    pytest.param([A, (np.nan, 10, 50, 50)], [0.5, 0.9], [0, 0], [0], id="NaN: dropped"),
    pytest.param([A, (0, 0, np.inf, 50)], [0.5, 0.9], [0, 0], [0], id="infinite: dropped"),
    pytest.param([B, (0, 0, 1e30, 1e30)], [0.5, 0.9], [1, 0], [1, 0], id="huge: clipped"),
    pytest.param([], [], [], [], id="nothing"),
]


@pytest.mark.parametrize(("boxes", "scores", "classes", "kept"), CASES)
def test_suppress(
    boxes: list[tuple[float, ...]], scores: list[float], classes: list[int], kept: list[int]
) -> None:
    given = np.array(boxes, np.float32).reshape(-1, 4)
    found = suppress(given, np.array(scores, np.float32), np.array(classes, np.intp), SPEC)
    assert found.boxes is not None
    np.testing.assert_array_equal(found.boxes, np.clip(given[kept], 0, 100).reshape(-1, 4))
    assert found.classes.tolist() == [classes[index] for index in kept]
    np.testing.assert_allclose(found.scores, [scores[index] for index in kept])


def test_suppress_returns_no_more_than_the_limit() -> None:
    spec = DecoderSpec(width=100, height=100, classes=1, limit=3)
    left = np.arange(0, 100, 10, dtype=np.float32)
    boxes = np.stack((left, left, left + 9, left + 9), axis=1)
    scores = np.linspace(0.1, 1, 10, dtype=np.float32)
    found = suppress(boxes, scores, np.zeros(10, np.intp), spec)
    np.testing.assert_allclose(found.scores, [1.0, 0.9, 0.8])


def test_picker() -> None:
    scores = np.array([[0.1, 0.5], [np.nan, np.inf], [0.6, 0.7], [-np.inf, 0.0]], np.float32)
    rows, columns, values = Picker()(scores, 0.5)
    assert list(zip(rows, columns, strict=True)) == [(0, 1), (2, 0), (2, 1)]
    np.testing.assert_array_equal(values, np.array([0.5, 0.6, 0.7], np.float32))


def test_picker_takes_arrays_of_any_size_one_after_the_other() -> None:
    pick = Picker()
    for size in (3, 50, 2):
        rows, _, _ = pick(np.ones((size, 2), np.float32), 0.5)
        assert len(rows) == 2 * size


def test_shortlist_is_sorted_and_stable() -> None:
    values = np.array([0.5, 0.9, 0.5, 0.7], np.float32)
    assert shortlist(values, SPEC).tolist() == [1, 3, 0, 2]


def test_shortlist_keeps_the_best_three_hundred() -> None:
    random = np.random.default_rng(0)
    # As a quantised network's: many values are equal.
    values = random.integers(1, 50, 5000).astype(np.float32)
    expected = sorted(range(5000), key=lambda index: (-values[index], index))[:300]
    assert shortlist(values, SPEC).tolist() == expected


def test_shortlist_leaves_room_for_a_large_limit() -> None:
    spec = DecoderSpec(width=100, height=100, classes=1, limit=1000)
    assert len(shortlist(np.ones(5000, np.float32), spec)) == 3000
