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
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil

from models.engines import EngineOptions
from models.manifest import load_network
from models.predictor import Predictor, load_predictor
from pipelines.cameras import Camera, CameraOptions
from pipelines.cameras.source import open_camera
from pipelines.shot import Shot


@dataclass(frozen=True, slots=True)
class Settings:
    """*manifest*: of the network; *source*: of the frames."""

    manifest: str
    engine: str
    source: str
    seconds: float
    timeout_s: float = 5.0

    def camera(self, *, paced: bool = True) -> Camera:
        return open_camera(self.source, CameraOptions(paced=paced, timeout_s=self.timeout_s))

    def predictor(self) -> Predictor:
        predictor = load_predictor(
            load_network(Path(self.manifest)), self.engine, EngineOptions(threads=1, device="cpu")
        )
        predictor.warm_up()
        return predictor


def bare(settings: Settings) -> dict[str, Any]:
    """Pre-process, infer, decode in a loop on one image: no camera, nothing else."""
    predictor = settings.predictor()
    camera = settings.camera()
    height, width = camera.open()
    image = camera.read(np.empty((height, width, 3), np.uint8)).image
    camera.close()
    return _measured(settings, predictor, itertools.repeat((image, None)))


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


def decoding(settings: Settings) -> dict[str, Any]:
    """What one frame costs the camera: reading without pace and without a network."""
    camera = settings.camera(paced=False)
    height, width = camera.open()
    buffer = np.empty((height, width, 3), np.uint8)
    took = []
    for _ in range(120):
        start = time.perf_counter()
        camera.read(buffer)
        took.append((time.perf_counter() - start) * 1e3)
    camera.close()
    return {"p50": float(np.median(took)), "p99": float(np.percentile(took, 99))}


CONTENDERS: dict[str, Callable[[Settings], dict[str, Any]]] = {
    "bare": bare,
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


def _measured(
    settings: Settings, predictor: Predictor, shots: Iterator[tuple[Any, float | None]]
) -> dict[str, Any]:
    """Run the loop for the wanted time, after a second in which it settles."""
    ages: list[float] = []
    infer: list[float] = []
    seen: set[float | None] = set()
    start = time.monotonic() + 1.0
    end = start + settings.seconds
    cpu_s = 0.0
    count = 0
    for image, captured_s in shots:
        prediction = predictor.predict(image)
        now = time.monotonic()
        if now < start:
            cpu_s = time.process_time()
            continue
        count += 1
        infer.append(
            prediction.timing.pre_ms + prediction.timing.infer_ms + prediction.timing.post_ms
        )
        seen.add(captured_s)
        if captured_s is not None:
            ages.append((now - captured_s) * 1e3)
        if now >= end:
            break
    elapsed = time.monotonic() - start
    p50, p95, p99 = np.percentile(ages, (50, 95, 99)) if ages else (None, None, None)
    return {
        "fps": count / elapsed,
        "distinct_fps": len(seen) / elapsed if ages else None,
        "age_ms": {"p50": p50, "p95": p95, "p99": p99} if ages else None,
        "work_ms": {"p50": float(np.median(infer)), "p99": float(np.percentile(infer, 99))},
        "cpu_ms": (time.process_time() - cpu_s) * 1e3 / count,
        "rss_mb": psutil.Process().memory_info().rss / 1e6,
    }


def main() -> None:
    name, file = sys.argv[1:]
    cv2.setNumThreads(1)
    settings = Settings(**json.loads(Path(file).read_text(encoding="utf-8")))
    print(json.dumps(CONTENDERS[name](settings)), flush=True)
    # The capture thread is still reading, and would be torn out of OpenCV by an orderly exit.
    os._exit(0)


if __name__ == "__main__":
    main()
