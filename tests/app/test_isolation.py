"""One camera that misbehaves leaves the others as they are: a real session, real servers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import pytest

from app.config import CameraConfig, Config, EngineConfig, StorageConfig
from app.options import RunOptions
from app.session import Session
from models.image import Image
from pipelines.cameras import CameraOptions
from pipelines.live.pipeline import Pipeline
from pipelines.live.status import CameraState
from pipelines.shot import Shot
from tests.pipelines.live.test_capture import until
from tests.servers.mjpeg_server import MjpegServer

NETWORK = "tiny-yolo-labels-int8"
FPS = 10


class Crashing:
    """A camera whose decoder fails in a way that nobody foresaw, after a few pictures."""

    fps = 30.0

    def __init__(self, source: str, options: CameraOptions) -> None:
        self._left = 5

    def open(self) -> tuple[int, int]:
        return 48, 64

    def read(self, buffer: Image) -> Shot:
        if self._left == 0:
            raise ZeroDivisionError("a broken decoder")
        self._left -= 1
        return Shot(buffer, time.monotonic())

    def close(self) -> None:
        pass


@contextmanager
def session(folder: Path, *sources: str) -> Iterator[Session]:
    """Two good cameras and those of *sources*, each with its network."""
    good = [f"synthetic:320x180@{FPS}?seed={seed}" for seed in range(2)]
    config = Config(
        camera=tuple(
            CameraConfig(name=source, source=source, model=NETWORK, timeout_s=timeout_s)
            for each, timeout_s in ((good, 10.0), (sources, 1.0))
            for source in each
        ),
        engine=EngineConfig(threads=1),
        storage=StorageConfig(
            networks=str(folder / "networks"), measurements=str(folder / "measured.sqlite")
        ),
    )
    threads = cv2.getNumThreads()
    running = Session(config, RunOptions(benchmark=False))
    running.start()
    try:
        yield running
    finally:
        running.stop()
        cv2.setNumThreads(threads)


def processed(pipeline: Pipeline) -> int:
    return pipeline.status().frames.processed


def assert_unharmed(pipelines: tuple[Pipeline, ...], while_s: float = 2.0) -> None:
    """The good cameras deliver and are answered all the while, and know of no trouble."""
    good = pipelines[:2]
    before = [(processed(each), each.status().frames.captured) for each in good]
    time.sleep(while_s)
    for pipeline, (was_processed, was_captured) in zip(good, before, strict=True):
        status = pipeline.status()
        assert status.state is CameraState.LIVE
        assert (status.stalls, status.reconnects, pipeline.failure) == (0, 0, None)
        captured = status.frames.captured - was_captured
        # The clock of a busy machine may take a frame or two; another camera must take none.
        assert captured >= 0.8 * while_s * FPS
        assert processed(pipeline) - was_processed >= 0.8 * captured


def settled(pipelines: tuple[Pipeline, ...]) -> None:
    until(lambda: all(processed(each) > 3 for each in pipelines))


def state(pipeline: Pipeline) -> CameraState:
    return pipeline.status().state


def stall(server: MjpegServer) -> None:
    server.stalled.set()


def vanish(server: MjpegServer) -> None:
    server.__exit__(None, None, None)


@pytest.mark.parametrize("misbehave", [stall, vanish])
def test_a_camera_that_stalls_or_vanishes(
    tmp_path: Path, misbehave: Callable[[MjpegServer], None]
) -> None:
    server = MjpegServer(fps=FPS)
    server.__enter__()
    try:
        with session(tmp_path, f"http://{server.address}/") as running:
            settled(running.feeds)
            misbehave(server)
            lost = (CameraState.STALE, CameraState.RECONNECTING)
            until(lambda: state(running.feeds[2]) in lost)
            assert_unharmed(running.feeds)
    finally:
        if misbehave is stall:
            vanish(server)


def test_a_camera_that_floods(tmp_path: Path) -> None:
    with (
        MjpegServer(fps=500) as server,
        session(tmp_path, f"http://{server.address}/") as running,
    ):
        settled(running.feeds)
        assert_unharmed(running.feeds)
        flooded = running.feeds[2].status()
    assert flooded.state is CameraState.LIVE
    frames = flooded.frames
    assert frames.captured == (
        frames.processed + frames.overwritten + frames.in_flight + frames.pending
    )


def test_a_camera_whose_decoder_crashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = tmp_path / "crashing-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: crashing\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[saccade.cameras]\ncrashing = {__name__}:Crashing\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with session(tmp_path, "crashing:0") as running:
        settled(running.feeds[:2])
        until(lambda: state(running.feeds[2]) is CameraState.ERROR)
        assert_unharmed(running.feeds)
        assert isinstance(running.feeds[2].failure, ZeroDivisionError)
