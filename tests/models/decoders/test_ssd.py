"""SSD on arrays written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.decoders import DecoderSpec
from models.decoders.ssd import make
from models.errors import ManifestError

CASES = [
    # background, (top, left, bottom, right), scores → (class, score, box) …
    # Fractions of a height of 100 and a width of 200.
    (None, (0.1, 0.2, 0.3, 0.4), (0.9, 0, 0), [(0, 0.9, (40, 10, 80, 30))]),
    # The background is no finding, and the labels begin after it.
    (0, (0.1, 0.2, 0.3, 0.4), (0.99, 0, 0.6), [(1, 0.6, (40, 10, 80, 30))]),
    # It may also be the last class, or one in between.
    (2, (0.1, 0.2, 0.3, 0.4), (0, 0.6, 0.99), [(1, 0.6, (40, 10, 80, 30))]),
    (1, (0.1, 0.2, 0.3, 0.4), (0, 0.99, 0.6), [(1, 0.6, (40, 10, 80, 30))]),
    (0, (0.1, 0.2, 0.3, 0.4), (0, 0.2, 0.29), []),
    # Boxes reach over the edge and are cut.
    (0, (-0.1, -0.1, 0.5, 1.1), (0, 0.9, 0), [(0, 0.9, (0, 0, 200, 50))]),
    (0, (0.3, 0.2, 0.1, 0.4), (0, 0.9, 0), []),
    (0, (np.nan, 0.2, 0.3, 0.4), (0, 0.9, 0), []),
]


@pytest.mark.parametrize("names", [("boxes", "scores"), ("", "")])
@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize(("background", "box", "scores", "expected"), CASES)
def test_one_box(
    background: int | None,
    box: tuple[float, ...],
    scores: tuple[float, ...],
    expected: list[tuple[int, float, tuple[float, ...]]],
    names: tuple[str, ...],
    swap: bool,
) -> None:
    outputs = [np.array([[values]], np.float32) for values in (box, scores)]
    step = -1 if swap else 1
    spec = DecoderSpec(
        width=200,
        height=100,
        classes=3 - (background is not None),
        score_threshold=0.3,
        output_names=names[::step],
        options={} if background is None else {"background": background},
    )
    found = make(spec)(outputs[::step])
    assert found.boxes is not None
    assert found.classes.tolist() == [case[0] for case in expected]
    np.testing.assert_allclose(found.scores, [case[1] for case in expected], rtol=1e-6)
    np.testing.assert_allclose(
        found.boxes, np.reshape([case[2] for case in expected], (-1, 4)), atol=1e-4
    )


def test_with_four_classes_the_name_tells_which_are_the_boxes() -> None:
    spec = DecoderSpec(width=10, height=10, classes=4, output_names=("scores", "boxes"))
    boxes = np.array([[[0, 0, 0.5, 0.5]]], np.float32)
    scores = np.array([[[0, 0, 0.9, 0]]], np.float32)
    found = make(spec)([scores, boxes])
    assert found.boxes is not None
    assert found.classes.tolist() == [2]
    np.testing.assert_allclose(found.boxes, [(0, 0, 5, 5)])


def test_a_background_beyond_the_classes() -> None:
    spec = DecoderSpec(width=10, height=10, classes=2, options={"background": 9})
    outputs = [np.zeros((1, 1, 4), np.float32), np.zeros((1, 1, 3), np.float32)]
    with pytest.raises(ManifestError, match=r"background = 9: .* 0 to 2"):
        make(spec)(outputs)


def test_a_negative_background() -> None:
    with pytest.raises(ManifestError, match="background"):
        make(DecoderSpec(width=10, height=10, classes=2, options={"background": -1}))
