"""A pipeline from end to end with a camera and a network that do what a test needs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from models.candidate import Candidate
from models.detection import Box, Detection
from models.errors import EngineError
from models.image import Image
from models.predictor import Prediction
from models.timing import Timing
from pipelines.cameras import CameraOptions
from pipelines.cameras.source import camera_factory
from pipelines.live import pipeline as module
from pipelines.live.frame import Inference
from pipelines.live.pipeline import Pipeline
from pipelines.live.status import CameraState
from pipelines.live.worker import Policy, Sink
from tests.pipelines.live.running import started
from tests.pipelines.live.test_capture import until

FOUND = (Detection("parcel", 0.9, Box(1, 2, 3, 4)),)


class Network:
    """A predictor that answers, waits or fails as *act* says."""

    def __init__(self, act: Callable[[], None] = lambda: None) -> None:
        self._act = act
        self.candidate = Candidate("net", "fp32", "engine")
        self.closed = threading.Event()

    def predict(self, image: Image) -> Prediction:
        self._act()
        return Prediction(FOUND, Timing(1.0, 2.0, 3.0))

    def close(self) -> None:
        self.closed.set()


@contextmanager
def running(
    network: Network | None = None,
    load: Callable[[], object] | None = None,
    sink: Sink = lambda _: None,
    **arguments: object,
) -> Iterator[Pipeline]:
    pipeline = Pipeline(
        "gate",
        "synthetic:",
        camera_factory("synthetic:64x48@200", CameraOptions()),
        load or (lambda: network),  # type: ignore[arg-type]
        **arguments,  # type: ignore[arg-type]
    )
    pipeline.add_sink(sink)
    with started(pipeline):
        yield pipeline


def test_results_reach_the_sinks_the_display_and_the_meter() -> None:
    results: list[Inference] = []
    network = Network()
    with running(network, sink=results.append) as pipeline:
        until(lambda: len(results) > 5)
        pipeline.want()
        until(lambda: (taken := pipeline.take()) is not None and not pipeline.release(taken))
        status = pipeline.status()
    assert status.state is CameraState.LIVE
    assert status.objects == (("parcel", 1),)
    assert status.candidate == network.candidate
    assert pipeline.meter.objects()["parcel"] >= len(results)
    assert network.closed.is_set()
    assert [r.frame.seq for r in results] == sorted({r.frame.seq for r in results})
    processed = pipeline.status().frames.processed
    assert sum(r.dropped for r in results) >= 0
    assert processed >= len(results)


def test_while_the_network_loads_it_is_starting_and_the_camera_runs() -> None:
    ready = threading.Event()

    def load() -> Network:
        ready.wait()
        return Network()

    with running(load=load) as pipeline:
        until(lambda: pipeline.status().frames.captured > 3)
        status = pipeline.status()
        assert status.state is CameraState.STARTING
        assert "loading" in status.message
        ready.set()
        until(lambda: pipeline.status().state is CameraState.LIVE)


def test_a_network_that_cannot_be_loaded_is_an_error_and_nothing_hangs() -> None:
    def load() -> Network:
        raise EngineError("no such engine")

    with running(load=load) as pipeline:
        until(lambda: pipeline.finished)
        assert pipeline.status().state is CameraState.ERROR
        assert pipeline.status().message == "no such engine"
        assert isinstance(pipeline.failure, EngineError)


def test_a_network_that_fails_gives_its_frame_back() -> None:
    def act() -> None:
        raise EngineError("out of memory")

    network = Network(act)
    with running(network) as pipeline:
        until(lambda: pipeline.finished)
        assert pipeline.status().frames.in_flight == 0
        assert network.closed.is_set()


def test_a_network_that_hangs_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NETWORK_LIMIT_S", 0.1)
    wake = threading.Event()
    with running(Network(wake.wait)) as pipeline:
        until(lambda: pipeline.status().state is CameraState.STALE)
        assert "network has not answered" in pipeline.status().message
        wake.set()
        until(lambda: pipeline.status().state is CameraState.LIVE)


def test_a_pause_keeps_the_camera_and_stops_the_network() -> None:
    with running(Network()) as pipeline:
        until(lambda: pipeline.status().frames.processed > 3)
        pipeline.set_paused(True)
        assert pipeline.status().state is CameraState.PAUSED
        until(lambda: pipeline.status().frames.in_flight == 0)
        before = pipeline.status().frames
        until(lambda: pipeline.status().frames.captured > before.captured + 5)
        assert pipeline.status().frames.processed <= before.processed + 1
        pipeline.set_paused(False)
        until(lambda: pipeline.status().frames.processed > before.processed + 3)


def test_a_limit_is_kept_exactly() -> None:
    with running(Network(), limit=7, policy=Policy.EVERY_FRAME) as pipeline:
        until(lambda: pipeline.finished)
        assert pipeline.status().frames.processed == 7


def test_many_snapshots_at_once_take_no_slot_from_the_camera() -> None:
    with running(Network()) as pipeline:
        until(lambda: pipeline.latest.copy() is not None)
        stop = threading.Event()

        def snap() -> None:
            while not stop.is_set():
                assert pipeline.latest.copy() is not None

        threads = [threading.Thread(target=snap) for _ in range(12)]
        for thread in threads:
            thread.start()
        before = pipeline.status().frames.processed
        until(lambda: pipeline.status().frames.processed > before + 50)
        stop.set()
        for thread in threads:
            thread.join()
        assert pipeline.failure is None


def test_a_display_that_never_takes_what_it_wanted_costs_nothing() -> None:
    with running(Network()) as pipeline:
        for _ in range(20):
            before = pipeline.status().frames.processed
            pipeline.want()
            until(lambda before=before: pipeline.status().frames.processed > before + 1)
        assert pipeline.failure is None
