"""LiteRT: integers in and out."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from models.engines import EngineOptions
from models.errors import EngineError
from models.predictor import load_predictor
from tests.real_networks import real_network
from tests.tiny_networks import SIDE
from tests.tiny_tflite import largest

pytest.importorskip("ai_edge_litert")
from models.engines.litert import LiteRt


@pytest.mark.parametrize("kind", [np.int8, np.uint8])
@pytest.mark.parametrize(
    ("value", "expected"),
    # In steps of a half, with the zero at 20.
    [(0, 0), (3.2, 3), (3.4, 3.5), (-4, -4), (1e6, None), (-1e6, None)],
)
def test_values_become_integers_and_come_back(
    kind: type[np.integer[Any]], value: float, expected: float | None, tmp_path: Path
) -> None:
    limits = np.iinfo(kind)
    if expected is None:
        expected = ((limits.max if value > 0 else limits.min) - 20) * 0.5
    with contextlib.closing(
        LiteRt(largest(tmp_path / "n", kind, 0.5, 20), EngineOptions())
    ) as engine:
        (found,) = engine.run(np.full((1, SIDE, SIDE, 3), value, np.float32))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found.ravel(), [expected] * 3)


def test_pixels_go_in_as_they_are(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 256, (1, SIDE, SIDE, 3), np.uint8)
    path = largest(tmp_path / "n", np.uint8, 0.5, 20)
    with contextlib.closing(LiteRt(path, EngineOptions())) as engine:
        (found,) = engine.run(image)
    expected = (image.max(axis=(1, 2)).astype(float) - 20) * 0.5
    np.testing.assert_array_equal(found.reshape(1, 3), expected)


def test_integers_of_another_type_are_refused(tmp_path: Path) -> None:
    path = largest(tmp_path / "n", np.int8, 0.5, 20)
    engine = LiteRt(path, EngineOptions())
    with contextlib.closing(engine), pytest.raises(EngineError, match="litert cannot run"):
        engine.run(np.zeros((1, SIDE, SIDE, 3), np.uint8))


@pytest.mark.parametrize("size", ["0.25-128", "0.5-160", "0.75-192"])
def test_the_same_weights_as_onnx_say_the_same(size: str, real: Path) -> None:
    pictures = [cv2.imread(str(path)) for path in sorted(real.glob("imagenet/*/*.jpg"))[:40]]
    answers = []
    for name, engine in (("-quant", "litert"), ("", "onnxruntime")):
        network = real_network(f"mobilenet-v1-{size}{name}", real)
        predictor = load_predictor(network, engine, EngineOptions(device="cpu"), 0.0)
        with contextlib.closing(predictor):
            best = [predictor.predict(np.asarray(each)).detections[0] for each in pictures]
        answers.append([(detection.label, detection.score) for detection in best])
    same = [left[0] == right[0] for left, right in zip(*answers, strict=True)]
    assert np.mean(same) > 0.8
    differences = [abs(left[1] - right[1]) for left, right in zip(*answers, strict=True)]
    assert np.mean(differences) < 0.1
