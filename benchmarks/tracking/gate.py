"""A video of still and lively stretches, and what the motion gate makes of it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.detection import Detection
from models.image import Image
from models.predictor import Recognizer
from pipelines.cameras import CameraOptions
from pipelines.cameras.source import camera_factory
from pipelines.live.frame import Inference
from pipelines.live.motion import MotionGate, MotionOptions
from pipelines.live.pipeline import Pipeline
from pipelines.live.truth import match
from pipelines.live.worker import Policy
from pipelines.tracking.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Stretch:
    """The frames *first* … *last* of a video for *seconds*: still ones to and fro, others once."""

    first: int
    last: int
    seconds: float
    still: bool


# Of one-by-one-person-detection.mp4, ten frames a second: an empty hall; one comes and stands; the
# same one sits quietly; goes; the empty hall in another light; the next one comes.
STRETCHES = (
    Stretch(20, 44, 20.0, still=True),
    Stretch(45, 194, 15.0, still=False),
    Stretch(400, 424, 20.0, still=True),
    Stretch(425, 479, 5.5, still=False),
    Stretch(880, 900, 20.0, still=True),
    Stretch(901, 1000, 10.0, still=False),
)


Results = Sequence[tuple[Detection, ...]]


@dataclass(frozen=True, slots=True)
class Run:
    """*cpu_s*: processor seconds of the whole process from the first result to the end."""

    cpu_s: float
    inferences: int
    results: Results


def build(video: Path, path: Path, stretches: Sequence[Stretch] = STRETCHES) -> None:
    """Write the *stretches* of *video* to *path*, one after the other, encoded anew."""
    capture = cv2.VideoCapture(str(video))
    fps = capture.get(cv2.CAP_PROP_FPS)
    frames: list[Image] = []
    while (read := capture.read())[0] and len(frames) <= max(each.last for each in stretches):
        frames.append(np.asarray(read[1], np.uint8))
    capture.release()
    size = (frames[0].shape[1], frames[0].shape[0])
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, size)
    for stretch in stretches:
        there = frames[stretch.first : stretch.last + 1]
        order = itertools.cycle(there + there[-2:0:-1]) if stretch.still else iter(there)
        for image in itertools.islice(order, round(stretch.seconds * fps)):
            writer.write(image)
    writer.release()


def run(video: Path, load: Callable[[], Recognizer], options: MotionOptions | None) -> Run:
    """Every frame of *video* through a pipeline; *options* are those of its gate, None without."""
    results: list[Inference] = []
    pipeline = Pipeline(
        "video",
        str(video),
        camera_factory(str(video), CameraOptions(paced=False)),
        load,
        policy=Policy.EVERY_FRAME,
        gate=MotionGate(options) if options else None,
        tracker=Tracker(),
    )
    pipeline.add_sink(results.append)
    pipeline.start()
    while not pipeline.finished:
        time.sleep(0.02)
    cpu_s = time.process_time()
    pipeline.request_stop()
    pipeline.join(time.monotonic() + 5)
    if pipeline.failure is not None:
        raise pipeline.failure
    assert pipeline.meter.first_result_cpu_s is not None
    return Run(
        cpu_s - pipeline.meter.first_result_cpu_s,
        sum(not result.repeated for result in results),
        tuple(result.detections for result in results),
    )


def recall(shown: Results, full: Results, least_score: float = 0.0) -> float:
    """The share of the detections of every-frame inference that are shown, those from *least_score*
    on; from an overlap of 0.5 on a detection is there.
    """
    wanted = [tuple(each for each in found if each.score >= least_score) for found in full]
    there = sum(map(len, wanted))
    return sum(map(match, shown, wanted)) / there if there else 1.0


def steadiness(full: Results) -> float:
    """The share of the detections that the frame before has as well: the network's own flicker."""
    return recall((full[0], *full[:-1]), full)
