"""A pipeline whose worker spares the network what has not changed, and keeps track of things."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from models.candidate import Candidate
from models.detection import Box, Detection
from models.image import Image
from models.predictor import Prediction
from models.timing import Timing
from pipelines.live.frame import Inference
from pipelines.live.motion import MotionGate, MotionOptions
from pipelines.live.pipeline import Pipeline
from pipelines.live.worker import Policy
from pipelines.shot import Shot
from pipelines.tracking.tracker import Tracker
from tests.pipelines.live.running import started
from tests.pipelines.live.test_capture import until

SIZE = (90, 160)
BOX = Box(10, 10, 50, 60)


class Scene:
    """A camera with a grey picture, in which a bright bar stands at `bar`.

    It says that it delivers *fps*, and is always of 100 frames a second.
    """

    def __init__(self, fps: float = 100.0) -> None:
        self.fps = fps
        self.bar = 0

    def open(self) -> tuple[int, int]:
        return SIZE

    def read(self, buffer: Image) -> Shot:
        time.sleep(0.01)
        bar = self.bar
        buffer[:] = 90
        buffer[:, bar : bar + 10] = 200
        return Shot(buffer, time.monotonic())

    def close(self) -> None:
        pass


class Network:
    """Finds a parcel, and counts how often it ran."""

    def __init__(self, name: str = "net") -> None:
        self.candidate = Candidate(name, "fp32", "engine")
        self.device = "cpu"
        self.runs = 0
        self.closed = threading.Event()

    def predict(self, image: Image) -> Prediction:
        self.runs += 1
        return Prediction((Detection("parcel", 0.9, BOX),), Timing(1.0, 2.0, 3.0))

    def close(self) -> None:
        self.closed.set()


@contextmanager
def watching(
    scene: Scene, network: Network | None, sink: Callable[[Inference], None], **arguments: object
) -> Iterator[Pipeline]:
    options = MotionOptions(heartbeat_s=600.0, linger_s=0.125)
    pipeline = Pipeline(
        "gate",
        "scene",
        lambda: scene,  # type: ignore[arg-type]
        lambda: network,
        gate=MotionGate(options),
        tracker=Tracker(),
        **arguments,  # type: ignore[arg-type]
    )
    pipeline.add_sink(sink)
    with started(pipeline):
        yield pipeline


def test_a_still_scene_is_seen_once_and_shown_all_the_time() -> None:
    results: list[Inference] = []
    network = Network()
    with watching(Scene(), network, results.append) as pipeline:
        until(lambda: len(results) >= 30)
        status = pipeline.status()
    assert network.runs == 1
    first, *others = results
    assert not first.repeated
    for result in others:
        assert result.repeated
        assert result.detections == first.detections
        assert result.candidate == network.candidate
        assert result.timing == Timing(0, 0, 0)
    # Fresh pictures, one after the other.
    numbers = [result.frame.seq for result in results]
    assert np.diff(numbers).min() > 0
    frames = pipeline.status().frames
    parts = (frames.processed, frames.overwritten, frames.in_flight, frames.pending)
    assert frames.captured == sum(parts)
    assert frames.processed == len(results)
    assert status.objects == (("parcel", 1),)


def test_what_the_network_did_is_counted_apart() -> None:
    results: list[Inference] = []
    with watching(Scene(), Network(), results.append) as pipeline:
        until(lambda: len(results) >= 30)
    meter = pipeline.meter
    assert meter.skipped == len(results) - 1
    assert meter.objects() == {"parcel": len(results)}
    assert meter.run_fps() is None  # one inference has no rate
    work, latency = meter.run_work(), meter.run_latency()
    assert work is not None
    assert latency is not None
    assert work.p50 == pytest.approx(6.0, rel=0.02)
    assert latency.infer_ms == pytest.approx(2.0, rel=0.02)


def test_motion_wakes_the_network() -> None:
    results: list[Inference] = []
    scene, network = Scene(), Network()
    with watching(scene, network, results.append):
        until(lambda: len(results) >= 5)
        scene.bar = 80
        # Once when it moved, and once more at what has come to rest.
        until(lambda: network.runs == 3)
        seen = len(results)
        until(lambda: len(results) >= seen + 20)
    assert network.runs == 3


def test_another_network_sees_a_still_scene_at_once() -> None:
    results: list[Inference] = []
    first, second = Network("first"), Network("second")
    with watching(Scene(), first, results.append) as pipeline:
        until(lambda: len(results) >= 5)
        pipeline.switcher.request(lambda: second, "because")
        until(lambda: results[-1].candidate == second.candidate)
        seen = len(results)
        until(lambda: len(results) >= seen + 10)
        until(first.closed.is_set)
    assert (first.runs, second.runs) == (1, 1)
    # The thing goes on under its number: the same label in the same place.
    assert [found.track for found in results[-1].detections] == [1]
    assert pipeline.meter.tracks() == {"parcel": 1}


def test_without_a_network_every_frame_passes() -> None:
    results: list[Inference] = []
    with watching(Scene(), None, results.append) as pipeline:
        until(lambda: len(results) >= 10)
    assert not any(result.repeated for result in results)
    assert pipeline.meter.skipped == 0


def test_where_every_frame_counts_its_time_is_the_sources() -> None:
    """The gate's one look more comes 1/8 s after the motion: four frames, however slow."""
    results: list[Inference] = []
    scene, network = Scene(fps=32), Network()
    with watching(scene, network, results.append, policy=Policy.EVERY_FRAME):
        until(lambda: len(results) >= 20)
        scene.bar = 80
        until(lambda: network.runs == 3)
    looks = [result.frame.seq for result in results if not result.repeated]
    assert looks[2] - looks[1] == 4


def test_a_thing_is_the_same_after_a_long_rest() -> None:
    """Longer than the tracker would remember it without a picture."""
    results: list[Inference] = []
    scene, network = Scene(fps=4), Network()
    with watching(scene, network, results.append, policy=Policy.EVERY_FRAME):
        until(lambda: len(results) >= 4)
        scene.bar = 60
        until(lambda: network.runs == 3)
        rested = len(results)
        until(lambda: len(results) >= rested + 60)  # 15 s
        scene.bar = 80
        until(lambda: network.runs == 5)
    assert [found.track for found in results[-1].detections] == [1]
    assert not any(result.ended for result in results)
