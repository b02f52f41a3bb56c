"""The one place that builds the application's objects and wires them; start, wait, stop."""

from __future__ import annotations

import logging
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import psutil

from app import networks
from app.config import CameraConfig, Config
from app.options import RunOptions
from app.recording import Recorder
from app.remote import connect
from app.report import check_writable, run_report, write_json
from app.snapshots import SnapshotWriter
from app.telemetry.reporter import Reporter
from app.telemetry.snapshot import MqttStatus, TelemetrySnapshot
from models.engines import ENGINES
from models.errors import UnknownName
from models.store import Store
from pipelines.cameras import CameraOptions
from pipelines.cameras.source import find_camera, open_camera, redact
from pipelines.live.pipeline import Pipeline
from pipelines.live.worker import Policy, Sink
from pipelines.power import PowerOptions
from pipelines.power.choose import choose_source

log = logging.getLogger(__name__)

# A thread that computes in Python holds the interpreter for this long at the most; the default of
# 5 ms makes the capture thread late (measured in docs/performance.md).
SWITCH_INTERVAL_S = 0.0005
STOP_S = 1.5


class Session:
    """Everything that runs between `start` and `stop`. The window's `Controls`."""

    def __init__(self, config: Config, options: RunOptions) -> None:
        """Builds all parts. Raises InputError for what the user can mend; starts nothing."""
        self._config = config
        self._options = options
        for path in (options.report, options.save_video, options.snapshot):
            if path is not None:
                check_writable(path)
        self._done = threading.Event()
        self._recorders: list[Recorder] = []
        self._overlay = config.window.overlay
        self._started_s = 0.0
        self._started_cpu_s = 0.0
        if config.engine.name not in ENGINES.names():
            raise UnknownName(ENGINES.kind, config.engine.name, ENGINES.names())
        store = Store(config.storage.networks_folder)
        self._pipelines = tuple(
            self._pipeline(camera, store, index) for index, camera in enumerate(config.camera)
        )
        self._snapshots = SnapshotWriter(config.storage.snapshots_folder)
        self._remote = connect(config.mqtt, self, self._pipelines)
        power = choose_source(
            config.power.source,
            PowerOptions(idle_w=config.power.idle_w, core_w=config.power.core_w),
        )
        self._reporter = Reporter(
            self._pipelines,
            power,
            (self._remote.publish,) if self._remote else (),
            self._remote.status if self._remote else MqttStatus,
        )

    def start(self) -> None:
        """Start all threads; returns when every network is loaded."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        # Capture and worker share the cores already; an engine that uses OpenCV's pool sets it.
        cv2.setNumThreads(1)
        self._started_s = time.monotonic()
        self._started_cpu_s = time.process_time()
        if self._remote:
            self._remote.start()
        self._reporter.start()
        for pipeline in self._pipelines:
            pipeline.start()

    def wait(self) -> None:
        """Block until the run is over, or nothing is left that works."""
        while not (self.finished or self.failed() or self._all_failed):
            self._done.wait(0.1)

    def request_stop(self) -> None:
        """End the run soon. Safe in a signal handler and on any thread."""
        self._done.set()

    def stop(self) -> dict[str, Any]:
        """Stop all threads and write what was asked for; returns the report.

        Raises what ended a pipeline, or CameraError if no camera ever delivered a frame, after
        the files are written.
        """
        duration_s = time.monotonic() - self._started_s
        if self._options.snapshot:
            self._snapshots.write_to(self._options.snapshot, self._pipelines)
        report = None
        for pipeline in self._pipelines:
            pipeline.request_stop()
        deadline = time.monotonic() + STOP_S
        for pipeline in self._pipelines:
            pipeline.join(deadline)
        for recorder in self._recorders:
            recorder.close()
        self._reporter.stop(0.2)
        if self._remote:
            self._remote.stop()
        report = run_report(
            duration_s=duration_s,
            pipelines=self._pipelines,
            power=self._reporter.mean_power(),
            cpu_s=time.process_time() - self._started_cpu_s,
            rss_mb=max(self._reporter.peak_rss_mb, psutil.Process().memory_info().rss / 1e6),
            mqtt=self._remote.status() if self._remote else None,
        )
        if self._options.report:
            write_json(self._options.report, report)
        return report

    def raise_failure(self) -> None:
        """Raise what went wrong in the run, if anything did."""
        failures = [self.failed(), *(pipeline.failure for pipeline in self._pipelines)]
        for failure in failures:
            if failure is not None:
                raise failure
        missing = [pipeline.never_delivered for pipeline in self._pipelines]
        for error in missing:
            if error is not None and all(missing):
                raise error

    # What the window and MQTT ask.

    @property
    def feeds(self) -> tuple[Pipeline, ...]:
        return self._pipelines

    def telemetry(self) -> TelemetrySnapshot | None:
        return self._reporter.latest

    @property
    def paused(self) -> bool:
        return all(pipeline.paused for pipeline in self._pipelines)

    def set_paused(self, paused: bool) -> None:
        for pipeline in self._pipelines:
            pipeline.set_paused(paused)
        if self._remote:
            self._remote.announce()

    @property
    def overlay(self) -> bool:
        return self._overlay

    def set_overlay(self, shown: bool) -> None:
        self._overlay = shown
        if self._remote:
            self._remote.announce()

    def snapshot(self) -> tuple[Path, ...]:
        return self._snapshots.write(self._pipelines)

    def failed(self) -> BaseException | None:
        return self._reporter.failure

    @property
    def finished(self) -> bool:
        limit = self._options.duration_s
        return (
            self._done.is_set()
            or (limit is not None and time.monotonic() - self._started_s >= limit)
            or (all(pipeline.finished for pipeline in self._pipelines) and not self._all_failed)
        )

    @property
    def _all_failed(self) -> bool:
        """The window stays open then and shows what failed; a headless run ends."""
        return all(pipeline.failure for pipeline in self._pipelines)

    def _pipeline(self, camera: CameraConfig, store: Store, index: int) -> Pipeline:
        config = self._config
        policy = Policy(config.live.policy)
        options = CameraOptions(
            width=camera.width or None,
            height=camera.height or None,
            fps=camera.fps or None,
            paced=policy is not Policy.EVERY_FRAME,
            timeout_s=camera.timeout_s,
        )
        source = find_camera() if camera.source == "auto" else camera.source
        built = open_camera(source, options)
        sinks: list[Sink] = []
        if self._options.save_video:
            path = _numbered(self._options.save_video, index, len(config.camera))
            sinks.append(self._record(path, built.fps or 30.0, policy))
        network = networks.resolve(camera, store)
        return Pipeline(
            camera.name,
            redact(source),
            partial(open_camera, source, options),
            partial(networks.load, network, config, len(config.camera)),
            policy=policy,
            timeout_s=camera.timeout_s,
            sinks=sinks,
            limit=self._options.frames,
        )

    def _record(self, path: Path, fps: float, policy: Policy) -> Sink:
        recorder = Recorder(path, fps, every_frame=policy is Policy.EVERY_FRAME)
        self._recorders.append(recorder)
        return recorder.offer


def _numbered(path: Path, index: int, count: int) -> Path:
    return path if count == 1 else path.with_stem(f"{path.stem}-{index + 1}")
