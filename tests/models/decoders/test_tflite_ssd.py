"""TFLite_Detection_PostProcess on arrays written by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.decoders import DecoderSpec
from models.decoders.tflite_ssd import make
from models.errors import ManifestError

# Fractions of a height of 100 and a width of 200.
BOXES = [(0.1, 0.2, 0.3, 0.4), (0.5, 0.5, 0.9, 1.2), (0, 0, 0.1, 0.1)]
PIXELS = [(40, 10, 80, 30), (100, 50, 200, 90), (0, 0, 20, 10)]


def outputs(
    classes: tuple[float, ...], scores: tuple[float, ...], count: float = 3
) -> list[np.ndarray]:
    return [np.array(values, np.float32) for values in ([BOXES], [classes], [scores], [count])]


def spec(**options: Any) -> DecoderSpec:
    return DecoderSpec(width=200, height=100, classes=4, score_threshold=0.3, options=options)


@pytest.mark.parametrize("scores_first", [False, True])
def test_boxes_classes_and_scores(scores_first: bool) -> None:
    boxes, classes, scores, count = outputs((2, 0, 3), (0.9, 0.5, 0.2))
    # As later exporters order them.
    given = [scores, boxes, count, classes] if scores_first else [boxes, classes, scores, count]
    found = make(spec(scores_first=scores_first) if scores_first else spec())(given)
    assert found.classes.tolist() == [2, 0]
    assert found.boxes is not None
    np.testing.assert_allclose(found.scores, [0.9, 0.5])
    np.testing.assert_allclose(found.boxes, PIXELS[:2], atol=1e-4)


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 1), (3, 3), (np.nan, 0)])
def test_only_as_many_as_it_counts(count: float, expected: int) -> None:
    assert len(make(spec())(outputs((1, 2, 3), (0.9, 0.8, 0.7), count)).scores) == expected


def test_a_class_without_a_label_is_said_and_not_dropped() -> None:
    with pytest.raises(ManifestError, match="4 labels, but the network has 5 classes"):
        make(spec())(outputs((1, 4, 2), (0.9, 0.8, 0.7)))
    # Below the threshold it is nothing.
    assert len(make(spec())(outputs((1, 4, 2), (0.9, 0.1, 0.7))).scores) == 2
