"""A video with a still and a lively part, built and run in small."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from benchmarks.tracking.gate import Stretch, build, recall, run, steadiness
from models.candidate import Candidate
from models.detection import Box, Detection
from models.image import Image
from models.predictor import Prediction
from models.timing import Timing
from pipelines.live.motion import MotionOptions


class Bright:
    """A network that finds what is bright."""

    candidate = Candidate("bright", "fp32", "engine")
    device = "cpu"

    def predict(self, image: Image) -> Prediction:
        ys, xs = np.nonzero(image[..., 1] > 180)
        box = Box(float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1))
        return Prediction((Detection("thing", 0.9, box),), Timing(0, 1, 0))

    def close(self) -> None:
        pass


def test_a_still_stretch_is_spared_and_nothing_is_lost(tmp_path: Path) -> None:
    source, video = tmp_path / "source.avi", tmp_path / "stretches.mp4"
    writer = cv2.VideoWriter(str(source), cv2.VideoWriter.fourcc(*"MJPG"), 10, (160, 120))
    for number in range(40):
        image = np.full((120, 160, 3), 60, np.uint8)
        left = 10 + 4 * max(0, number - 20)
        image[40:80, left : left + 30] = 230
        writer.write(image)
    writer.release()
    build(source, video, (Stretch(0, 19, 6.0, still=True), Stretch(20, 39, 2.0, still=False)))
    full, gated = run(video, Bright, None), run(video, Bright, MotionOptions())
    assert full.inferences == len(full.results) == len(gated.results) == 80
    assert 20 <= gated.inferences <= 30
    assert recall(gated.results, full.results) == 1.0


def test_the_share_of_detections_that_are_shown() -> None:
    here, there = (
        Detection("cat", score, Box(x, 0, x + 10, 10)) for x, score in ((0, 0.9), (50, 0.4))
    )
    full = ((here,), (here, there), (there,))
    assert recall(full, full) == 1.0
    assert recall(((here,), (here,), (here,)), full) == 2 / 4
    assert recall(((here,), (here,), (here,)), full, least_score=0.5) == 1.0
    assert steadiness(full) == 3 / 4
    assert recall(((), ()), ((), ())) == 1.0
