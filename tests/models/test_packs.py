"""The networks that come with Saccade: whole, described, and of use on the rendered scene."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from models.crosscheck import compare
from models.detection import Box, Detection
from models.engines import EngineOptions
from models.predictor import load_predictor
from models.rendering.dataset import CLASSES
from models.store import Store
from pipelines.cameras.scene import ConveyorScene

STORE = Store(Path("/nowhere"))


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    if width <= 0 or height <= 0:
        return 0.0
    areas = sum((box.right - box.left) * (box.bottom - box.top) for box in (a, b))
    return width * height / (areas - width * height)


@pytest.mark.parametrize("network", STORE.networks(), ids=lambda network: network.name)
def test_a_bundled_network_is_whole_and_measured(network) -> None:
    network.verify()
    assert network.labels == CLASSES
    assert network.manifest.licence == "GPL-3.0-or-later"
    assert network.manifest.accuracy[0].origin == "measured"


@pytest.mark.parametrize("network", STORE.networks(), ids=lambda network: network.name)
def test_every_engine_computes_the_same(network) -> None:
    # ncnn has no layers for networks that were quantised in ONNX.
    engines = {"onnxruntime", "opencv-dnn", "openvino"}
    if network.manifest.precision == "fp32":
        engines.add("ncnn")
    assert set(compare(network).agreed) == engines


@pytest.mark.parametrize("name", ["vgg-ssd-labels", "vgg-ssd-labels-int8"])
def test_the_labels_on_the_conveyor_are_found(name: str) -> None:
    scene = ConveyorScene(1280, 720, 0)
    image = np.empty((720, 1280, 3), np.uint8)
    found = total = 0
    with closing(load_predictor(STORE.get(name), "onnxruntime", EngineOptions())) as predictor:
        for second in range(30):
            truth = scene.render(second * 0.7, image)
            open_findings: list[Detection] = list(predictor.predict(image).detections)
            for label in truth:
                total += 1
                for finding in open_findings:
                    same = finding.label == label.label
                    if same and overlap(finding.box, label.box) > 0.5:  # type: ignore[arg-type]
                        found += 1
                        open_findings.remove(finding)
                        break
    # 90 % were found over 100 pictures of this scene.
    assert found / total > 0.8
