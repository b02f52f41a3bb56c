"""A detector whose scores are the means of the picture's colours, in a real engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from models.engines import EngineOptions
from models.image import Image
from models.manifest import DecoderSection
from pipelines.selection.premodel.outcomes.judging import certainty
from pipelines.selection.premodel.outcomes.runner import Runner, load_runners
from tests import tiny_networks


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Callable[..., Runner]]:
    path = tiny_networks.boxes(tmp_path / "boxes.onnx", [[0.1, 0.1, 0.9, 0.9]])
    decoder = DecoderSection("ssd", score_threshold=0.5)
    loaded: list[Runner] = []

    def make(threshold: float | None = None) -> Runner:
        network = tiny_networks.network(path, decoder)
        loaded.extend(load_runners([network], "onnxruntime", EngineOptions(), threshold=threshold))
        return loaded[-1]

    yield make
    for runner in loaded:
        runner.close()


def picture(blue: float, green: float, red: float) -> Image:
    return np.full((16, 16, 3), np.round(np.multiply((blue, green, red), 255)), np.uint8)


@pytest.mark.parametrize(
    ("threshold", "shown"),
    [
        (None, ["blue"]),  # the manifest's, 0.5
        (0.35, ["blue", "green"]),
        (0.02, ["blue", "green", "red"]),  # even what is too little to tell of doubt
        (0.95, []),
    ],
)
def test_what_is_below_the_threshold_is_not_shown_and_still_tells_of_doubt(load, threshold, shown):
    image = picture(0.9, 0.4, 0.1)
    answer = load(threshold).run(image)
    found = answer.prediction.detections
    assert [finding.label for finding in found] == shown
    # Whatever is shown, 0.9 is and 0.4 may be: 0.1 is below two fifths of the manifest's threshold.
    assert answer.certainty == pytest.approx((2 * 0.9 + 0.5) / (1 + 0.9 + 0.4 + 0.5), abs=0.01)


def test_it_finds_what_its_network_finds_alone(load):
    runner = load()
    image = picture(0.9, 0.7, 0.3)
    answer = runner.run(image)
    assert [finding.label for finding in answer.prediction.detections] == ["blue", "green"]
    assert answer.prediction.timing.infer_ms > 0
    everything = load(0.0).run(image).prediction.detections
    assert certainty(everything[:3], "detect", 1, 0.5) == pytest.approx(answer.certainty)
