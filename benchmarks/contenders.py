"""The ways to bring frames to a network that the live path is compared with.

    python -m benchmarks.contenders NAME SETTINGS.json

runs one of them in a process of its own and prints its figures as JSON. All use the same cameras,
network and engine as the application; they differ in how a frame is handed over.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil

from models.engines import EngineOptions
from models.manifest import load_network
from models.predictor import Predictor, load_predictor
from models.timing import Timing
from pipelines.cameras import Camera, CameraOptions
from pipelines.cameras.source import open_camera
from pipelines.shot import Shot

# From the first result: a window opens, caches fill, the processor's clock finds its speed.
SETTLE_S = 2.0
# As long as the application works beside its network: for each result of a saturated one, with the
# window, MQTT and a camera of 60 fps, by the difference in CPU time to the bare loop.
_BESIDE_S = 0.009
_BESIDE_PERIOD_S = 0.032
_BUSY = """
import os, time
while os.getppid() == {parent}:
    end = time.perf_counter() + {busy}
    while time.perf_counter() < end:
        pass
    time.sleep({idle})
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """*manifest*: of the network; *source*: of the frames; *mqtt*: the broker's address or ""."""

    manifest: str
    engine: str
    source: str
    seconds: float
    mqtt: str = ""
    timeout_s: float = 5.0

    def camera(self) -> Camera:
        return open_camera(self.source, CameraOptions(timeout_s=self.timeout_s))

    def predictor(self) -> Predictor:
        return load_predictor(
            load_network(Path(self.manifest)), self.engine, EngineOptions(threads=1, device="cpu")
        )


def bare(settings: Settings) -> dict[str, Any]:
    """Pre-process, infer, decode in a loop on one image: no camera, nothing else."""
    predictor = settings.predictor()
    camera = settings.camera()
    height, width = camera.open()
    image = camera.read(np.empty((height, width, 3), np.uint8)).image
    camera.close()
    return _measured(settings, predictor, itertools.repeat((image, None)))


def beside(settings: Settings) -> dict[str, Any]:
    """The bare loop while another process is busy for as long as a window and a camera are.

    What is missing then is the machine's: cores that share a cache, memory or, as hyper-threads,
    their units are no spare ones.
    """
    code = _BUSY.format(parent=os.getpid(), busy=_BESIDE_S, idle=_BESIDE_PERIOD_S - _BESIDE_S)
    neighbour = subprocess.Popen([sys.executable, "-c", code])
    try:
        return bare(settings)
    finally:
        neighbour.kill()
        neighbour.wait()


def in_turn(settings: Settings) -> dict[str, Any]:
    """One thread that waits for a frame and computes it, with nothing to hand over or to share.

    Where the network is the quicker one no program can be younger: the tail of its ages is the
    machine's own.
    """
    camera = settings.camera()
    height, width = camera.open()
    buffer = np.empty((height, width, 3), np.uint8)

    def shots() -> Iterator[tuple[Any, float | None]]:
        while True:
            shot = camera.read(buffer)
            yield shot.image, shot.captured_s

    return _measured(settings, settings.predictor(), shots())


def queued(settings: Settings) -> dict[str, Any]:
    """A capture thread and an unbounded queue: nothing dropped, the age grows without bound."""
    frames: queue.Queue[Shot] = queue.Queue()
    _capturing(settings, frames.put)

    def shots() -> Iterator[tuple[Any, float | None]]:
        while True:
            shot = frames.get()
            yield shot.image, shot.captured_s

    return _measured(settings, settings.predictor(), shots())


def polling(settings: Settings) -> dict[str, Any]:
    """A capture thread that keeps the last frame, and a worker that takes whatever is there."""
    latest: list[Shot] = []

    def keep(shot: Shot) -> None:
        latest[:] = [shot]

    _capturing(settings, keep)

    def shots() -> Iterator[tuple[Any, float | None]]:
        while not latest:
            time.sleep(0.001)
        while True:
            shot = latest[0]
            yield shot.image, shot.captured_s

    return _measured(settings, settings.predictor(), shots())


def saccade(settings: Settings, *, window: bool = False, fresh: bool = False) -> dict[str, Any]:
    """The application itself: its session, with a window and a broker where asked for."""
    from app.config import CameraConfig, Config, EngineConfig, LiveConfig, MqttConfig, StorageConfig
    from app.options import RunOptions
    from app.session import Session

    manifest = Path(settings.manifest)
    config = Config(
        camera=(CameraConfig(source=settings.source, model=manifest.parent.name),),
        engine=EngineConfig(name=settings.engine, threads=1, device="cpu"),
        live=LiveConfig(policy="fresh" if fresh else "newest"),
        mqtt=MqttConfig(url=settings.mqtt if window else ""),
        storage=StorageConfig(networks=str(manifest.parent.parent)),
    )
    session = Session(config, RunOptions())
    measure = Measure(settings.seconds, session.request_stop)
    session.feeds[0].add_sink(
        lambda result: measure.add(result.timing, result.age_ms, result.frame.captured_s)
    )
    session.start()
    if window:
        from app.ui.app import run_window
        from app.ui.remembered import as_on_the_second_start

        with tempfile.TemporaryDirectory() as folder:
            as_on_the_second_start(Path(folder))
            run_window(session)
    else:
        session.wait()
    figures = measure.figures()
    session.stop()
    return figures


def decoding(settings: Settings) -> dict[str, Any]:
    """What a frame costs the camera at its own pace: from when it was due until it is there.

    Without pace the caches stay warm, and decoding takes two thirds of the time that it takes in
    any live program.
    """
    camera = settings.camera()
    height, width = camera.open()
    buffer = np.empty((height, width, 3), np.uint8)
    took = []
    for _ in range(120):
        captured_s = camera.read(buffer).captured_s
        took.append((time.monotonic() - captured_s) * 1e3)
    camera.close()
    return {"p50": float(np.median(took)), "p99": float(np.percentile(took, 99))}


CONTENDERS: dict[str, Callable[[Settings], dict[str, Any]]] = {
    "saccade": saccade,
    "saccade fresh": partial(saccade, fresh=True),
    "saccade window+mqtt": partial(saccade, window=True),
    "bare": bare,
    "bare beside work": beside,
    "in turn": in_turn,
    "queue": queued,
    "polling": polling,
    "decoding": decoding,
}


def _capturing(settings: Settings, deliver: Callable[[Shot], None]) -> None:
    """Read the camera in a thread, a fresh array for each frame, as such programs do."""

    def run() -> None:
        camera = settings.camera()
        height, width = camera.open()
        while True:
            deliver(camera.read(np.empty((height, width, 3), np.uint8)))

    threading.Thread(target=run, daemon=True).start()


class Measure:
    """What every contender is measured by: results of *seconds*, once it has settled."""

    def __init__(self, seconds: float, finish: Callable[[], None]) -> None:
        """*finish* is called once the time is over."""
        self._seconds = seconds
        self._start_s: float | None = None
        self._finish = finish
        self._ages: list[float] = []
        self._work: list[float] = []
        self._captures: set[float] = set()
        self._first: tuple[float, float] | None = None
        self._last = (0.0, 0.0)

    def add(self, timing: Timing, age_ms: float | None, captured_s: float | None) -> None:
        """One result; *age_ms* and *captured_s* are None without a camera."""
        now = (time.monotonic(), time.process_time())
        if self._start_s is None:
            self._start_s = now[0] + SETTLE_S
        if now[0] < self._start_s:
            return
        if self._first is None:
            self._first = now
            return
        self._last = now
        self._work.append(timing.pre_ms + timing.infer_ms + timing.post_ms)
        if age_ms is not None and captured_s is not None:
            self._ages.append(age_ms)
            self._captures.add(captured_s)
        if now[0] >= self._start_s + self._seconds:
            self._finish()

    def figures(self) -> dict[str, Any]:
        """Rates in 1/s, times in ms, memory in MB."""
        assert self._first is not None
        elapsed_s = self._last[0] - self._first[0]
        count = len(self._work)
        p50, p95, p99 = np.percentile(self._ages, (50, 95, 99)) if self._ages else (None,) * 3
        return {
            "fps": count / elapsed_s,
            "distinct_fps": len(self._captures) / elapsed_s if self._ages else None,
            "age_ms": {"p50": p50, "p95": p95, "p99": p99},
            "work_ms": {
                "p50": float(np.median(self._work)),
                "p99": float(np.percentile(self._work, 99)),
            },
            "cpu_ms": (self._last[1] - self._first[1]) * 1e3 / count,
            "rss_mb": psutil.Process().memory_info().rss / 1e6,
        }


def _measured(
    settings: Settings, predictor: Predictor, shots: Iterator[tuple[Any, float | None]]
) -> dict[str, Any]:
    """Run the loop until the time is over."""
    over = threading.Event()
    measure = Measure(settings.seconds, over.set)
    for image, captured_s in shots:
        timing = predictor.predict(image).timing
        age_ms = None if captured_s is None else (time.monotonic() - captured_s) * 1e3
        measure.add(timing, age_ms, captured_s)
        if over.is_set():
            break
    return measure.figures()


def main() -> None:
    name, file = sys.argv[1:]
    cv2.setNumThreads(1)
    settings = Settings(**json.loads(Path(file).read_text(encoding="utf-8")))
    print(json.dumps(CONTENDERS[name](settings)), flush=True)
    # The capture thread is still reading, and would be torn out of OpenCV by an orderly exit.
    os._exit(0)


if __name__ == "__main__":
    main()
