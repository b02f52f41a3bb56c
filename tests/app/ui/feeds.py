"""A feed and an application over numpy images, for the window's tests."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from app.account import Entry, Refusal
from app.library import Library
from app.settings import Settings
from app.telemetry.snapshot import MqttStatus, TelemetrySnapshot
from models.candidate import Candidate
from models.detection import Box, Detection
from models.errors import SaccadeError
from models.image import Image
from models.store import Store
from models.timing import Timing
from pipelines.live.frame import Frame, Inference
from pipelines.live.status import CameraState, CameraStatus, Percentiles
from pipelines.power import PowerReading
from pipelines.selection.choice import Choice
from pipelines.selection.in_force import Commander, InForce, Ruling
from pipelines.selection.scenario import NAMED, Scenario, Weights
from pipelines.tracking.zones import Zone

CANDIDATE = Candidate("fastestdet", "int8", "onnxruntime")
LIVE = CameraStatus(
    name="Gate cam",
    source="camera:0",
    state=CameraState.LIVE,
    width=320,
    height=240,
    capture_fps=30.0,
    fps=29.9,
    age_ms=Percentiles(14.2, 18.1, 22.0),
    candidate=CANDIDATE,
)
PERSON = Detection("person", 0.87, Box(100, 60, 200, 300))


def picture(
    width: int = 320, height: int = 240, colour: tuple[int, int, int] = (0, 0, 255)
) -> Image:
    """A picture of one colour, blue–green–red, read-only as a ring's slots are."""
    image = np.full((height, width, 3), colour, np.uint8)
    image.setflags(write=False)
    return image


class NumpyFeed:
    """Answers every `want` with the next of *images* (the last one for ever), from its own thread.

    *pins* counts the images that were handed out and not released.
    """

    def __init__(self, name: str = "Gate cam", images: list[Image] | None = None) -> None:
        self.name = name
        self.images = images if images is not None else [picture()]
        self.detections: tuple[Detection, ...] = (PERSON,)
        self.said = replace(LIVE, name=name)
        self.wanted_at: list[float] = []
        self.taken = 0
        self.unanswered = 0
        self.pins = 0
        self.announced = threading.Event()
        self._newest: Inference | None = None
        self._wants: queue.Queue[bool] = queue.Queue()
        self._notify: Callable[[], None] | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        seq = 0
        while self._wants.get():
            if not self.images:
                self.unanswered += 1
                continue
            image = self.images.pop(0) if len(self.images) > 1 else self.images[0]
            frame = Frame(seq, time.monotonic(), image, slot=0)
            timing = Timing(0.2, 10.0, 0.1)
            self._newest = Inference(frame, self.detections, self.said.candidate, timing, 14.0, 0)
            seq += 1
            if self._notify is not None:
                self._notify()
            self.announced.set()

    def close(self) -> None:
        self._wants.put(False)
        self._thread.join()

    def say(self, state: CameraState, message: str = "") -> None:
        self.said = replace(self.said, state=state, message=message)

    def subscribe(self, on_arrival: Callable[[], None]) -> None:
        self._notify = on_arrival

    def want(self) -> None:
        self.wanted_at.append(time.monotonic())
        self._wants.put(True)

    def take(self) -> Inference | None:
        if self._newest is not None:
            self.taken += 1
            self.pins += 1
        return self._newest

    def release(self, inference: Inference) -> None:
        self.pins -= 1

    def status(self) -> CameraStatus:
        return self.said


class Wishes:
    """What the chooser is to the window: keeps what was asked for."""

    def __init__(self, choice: Choice | None = None) -> None:
        self.scenarios = {name: Scenario(name, weights) for name, weights in NAMED.items()}
        self.in_force = InForce(self.scenarios["balanced"])
        self.found = choice
        self.asked: list[str | Weights] = []
        self.changes: tuple[Entry, ...] = ()
        self.failures: tuple[Refusal, ...] = ()
        self.loading: Candidate | None = None
        self.said = ""
        self.together = ""

    def ruling(self, camera: str) -> Ruling:
        return self.in_force.now

    def choice(self, camera: str) -> Choice | None:
        return self.found

    def account(self, camera: str) -> tuple[Entry, ...]:
        return self.changes

    def refusals(self, camera: str) -> tuple[Refusal, ...]:
        return self.failures

    def pending(self, camera: str) -> Candidate | None:
        return self.loading

    def note(self, camera: str) -> str:
        return self.said

    def command(self, source: Commander, wish: str | Weights) -> None:
        self.asked.append(wish)
        if isinstance(wish, Weights):
            self.in_force.ask(source, self.in_force.weighed(wish))
        elif wish in self.scenarios:
            self.in_force.ask(source, self.scenarios[wish])
        else:
            self.in_force.clear(source)


class Fences:
    """What the zones are to the window. *refusal*: why what is drawn cannot be kept."""

    def __init__(self) -> None:
        self.zones: dict[str, tuple[Zone, ...]] = {}
        self.refusal = ""

    def of(self, camera: str) -> tuple[Zone, ...]:
        return self.zones.get(camera, ())

    def change(self, camera: str, zones: Sequence[Zone]) -> str:
        self.zones[camera] = tuple(zones)
        return self.refusal


class NumpyApplication:
    """What the session is to the window; snapshots are written into *folder*."""

    def __init__(self, *feeds: NumpyFeed, folder: Path) -> None:
        self.feeds = feeds
        self.folder = folder
        self.paused = False
        self.overlay = True
        self.finished = False
        self.error: BaseException | None = None
        self.choosing = Wishes()
        store = Store(folder / "networks")
        self.library = Library(store, lambda: self.in_use)
        self.in_use: dict[str, str] = {}
        self.settings = Settings(folder / "config.toml", store.get)
        self.zoning = Fences()
        self.measuring = False
        self.snapshot_error: Exception | None = None
        self.latest: TelemetrySnapshot | None = TelemetrySnapshot(
            taken_at="2026-01-01T12:00:00+00:00",
            uptime_s=1.0,
            cameras=(),
            power=PowerReading(6.6, "modelled", "board", "modelled"),
            temperature_c=52.3,
            throttled=(),
            mqtt=MqttStatus(connected=True, broker="192.0.2.10"),
        )

    def telemetry(self) -> TelemetrySnapshot | None:
        return self.latest

    def skip_benchmark(self) -> bool:
        under_way, self.measuring = self.measuring, False
        return under_way

    def set_paused(self, paused: bool) -> None:
        self.paused = paused
        for feed in self.feeds:
            feed.say(CameraState.PAUSED if paused else CameraState.LIVE)

    def set_overlay(self, shown: bool) -> None:
        self.overlay = shown

    def snapshot(self) -> tuple[Path, ...]:
        if self.snapshot_error is not None:
            raise self.snapshot_error
        files = []
        for feed in self.feeds:
            path = self.folder / f"snapshot-{feed.name}.png"
            if not cv2.imwrite(str(path), feed.images[0]):
                raise SaccadeError(f"{path} could not be written")
            files.append(path)
        return tuple(files)

    def failed(self) -> BaseException | None:
        return self.error
