"""The one place that builds the application's objects and wires them; start, wait, stop."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import psutil

from app.assembly import assemble
from app.automatic import Automatic
from app.candidates import load_candidate
from app.choosing import Chooser
from app.config import AUTO, Config
from app.files import check_writable, numbered, write_json
from app.first_choice import FirstChoice
from app.library import Library, in_use
from app.options import RunOptions
from app.recording import Recorder
from app.remote import Remote
from app.report import run_report
from app.reporter import Reporter
from app.settings import Settings
from app.snapshots import check_format, write_snapshot, write_snapshots
from app.telemetry.snapshot import MqttStatus, TelemetrySnapshot
from app.zones import Zones
from models.engines import ENGINES
from models.errors import SaccadeError, UnknownName
from models.store import Store
from pipelines.live.pipeline import Pipeline
from pipelines.live.worker import Policy
from pipelines.memory import share_one_heap
from pipelines.power import PowerOptions
from pipelines.power.choose import choose_source

log = logging.getLogger(__name__)

# A thread that computes in Python holds the interpreter for this long at the most; the default of
# 5 ms makes the thread at the camera late by as much (docs/performance.md).
SWITCH_INTERVAL_S = 0.0005
# A stop takes two seconds at the most: what hangs after these is left behind.
PIPELINES_STOP_S = 1.0
BROKER_STOP_S = 0.6
# A video without its end cannot be played: its encoder may finish what it holds.
RECORDER_STOP_S = 5.0


class Session:
    """Everything that runs between `start` and `stop`. The window's `Controls`."""

    def __init__(self, config: Config, options: RunOptions) -> None:
        """Builds all parts and starts none. Raises InputError for what the user can mend."""
        self._config = config
        self._options = options
        for path in (options.report, options.save_video, options.snapshot):
            if path is not None:
                check_writable(path)
        if options.snapshot:
            check_format(options.snapshot)
        if config.engine.name not in (AUTO, *ENGINES.names()):
            raise UnknownName(ENGINES.kind, config.engine.name, (AUTO, *ENGINES.names()))
        self._done = threading.Event()
        self._overlay = config.window.overlay
        self.zoning = Zones(config.camera, options.config)
        self._started_s = 0.0
        self._recorders: list[Recorder] = []
        self._store = Store(config.storage.networks_folder)
        self.settings = Settings(options.config, self._store.get)
        self.library = Library(self._store, lambda: in_use(self._pipelines, self.choosing))
        open_power = partial(
            choose_source,
            config.power.source,
            PowerOptions(idle_w=config.power.idle_w, core_w=config.power.core_w),
        )
        self.choosing = Chooser(config, partial(load_candidate, store=self._store, config=config))
        automatic = Automatic(config, self._store, open_power)
        self._first = FirstChoice(
            automatic, self.choosing, benchmark=options.benchmark, window=not options.headless
        )
        if automatic.exchange:
            automatic.exchange.on_news = self._first.learn_anew
        self._pipelines = tuple(
            assemble(camera, config, self._store, self._first, limit=options.frames)
            for camera in config.camera
        )
        if options.save_video:
            self._record(options.save_video)
        self._remote = (
            Remote(config, self, self._pipelines, self.choosing, self.zoning, automatic.exchange)
            if config.mqtt.url
            else None
        )
        self._reporter = Reporter(
            self._pipelines, open_power(), self._remote.status if self._remote else MqttStatus
        )
        self._reporter.add_consumer(self.choosing.tick)
        if self._remote:
            self._reporter.add_consumer(self._remote.publish)

    def add_consumer(self, consumer: Callable[[TelemetrySnapshot], None]) -> None:
        """Have *consumer* called once a second on the reporter's thread; only before `start`."""
        self._reporter.add_consumer(consumer)

    def start(self) -> None:
        """Start all threads; cameras and networks get ready on their own."""
        share_one_heap()
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        # Capture and worker share the cores already; an engine that uses OpenCV's pool sets it.
        cv2.setNumThreads(1)
        self._started_s = time.monotonic()
        for recorder in self._recorders:
            recorder.start()
        if self._remote:
            self._remote.start()
        for pipeline in self._pipelines:
            pipeline.start()
        self._reporter.start()

    def wait(self) -> None:
        """Block until the run is over, or nothing is left that works."""
        while not (self.finished or self.failed() or self._all_failed):
            self._done.wait(0.1)

    def request_stop(self) -> None:
        """End the run soon. Safe in a signal handler and on any thread."""
        self._done.set()

    def stop(self) -> dict[str, Any]:
        """Stop all threads, then write what was asked for; returns the report.

        Raises SaccadeError for a file that cannot be written, after the others are.
        """
        duration_s = time.monotonic() - self._started_s
        for pipeline in self._pipelines:
            pipeline.request_stop()
        self._reporter.request_stop()
        deadline_s = time.monotonic() + PIPELINES_STOP_S
        for pipeline in self._pipelines:
            pipeline.join(deadline_s)
        self._reporter.join(0.1)
        if self._remote:
            self._remote.stop(BROKER_STOP_S)
        for recorder in self._recorders:
            recorder.close(RECORDER_STOP_S)
        report = run_report(
            duration_s=duration_s,
            pipelines=self._pipelines,
            power=self._reporter.mean_power(),
            rss_mb=max(self._reporter.peak_rss_mb, psutil.Process().memory_info().rss / 1e6),
            mqtt=self._remote.status() if self._remote else None,
            account=self.choosing.account,
            refusals=self.choosing.refusals,
        )
        self._write(report)
        return report

    def raise_failure(self) -> None:
        """Raise what went wrong in the run, if anything did."""
        failures = [
            self.failed(),
            *(pipeline.failure for pipeline in self._pipelines),
            *(recorder.failure for recorder in self._recorders),
        ]
        for failure in failures:
            if failure is not None:
                raise failure
        complaints = [pipeline.never_delivered for pipeline in self._pipelines]
        if all(complaints) and complaints[0] is not None:
            raise complaints[0]

    # What the window and MQTT ask.

    @property
    def feeds(self) -> tuple[Pipeline, ...]:
        return self._pipelines

    def telemetry(self) -> TelemetrySnapshot | None:
        return self._reporter.latest

    def skip_benchmark(self) -> bool:
        under_way = self._first.measuring
        if under_way:
            self._first.skip()
        return under_way

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
        return write_snapshots(self._config.storage.snapshots_folder, self._pipelines)

    def failed(self) -> BaseException | None:
        return self._reporter.failure

    @property
    def finished(self) -> bool:
        limit_s = self._options.duration_s
        return (
            self._done.is_set()
            or (limit_s is not None and time.monotonic() - self._started_s >= limit_s)
            or (all(pipeline.finished for pipeline in self._pipelines) and not self._all_failed)
        )

    @property
    def _all_failed(self) -> bool:
        """The window stays open then and shows what failed; a headless run ends."""
        return all(pipeline.failure for pipeline in self._pipelines)

    def _record(self, path: Path) -> None:
        every_frame = Policy(self._config.live.policy) is Policy.EVERY_FRAME
        for index, pipeline in enumerate(self._pipelines):
            recorder = Recorder(
                numbered(path, index, len(self._pipelines)),
                pipeline.camera_fps,
                every_frame=every_frame,
            )
            pipeline.add_sink(recorder.offer)
            self._recorders.append(recorder)

    def _write(self, report: dict[str, Any]) -> None:
        problems: list[SaccadeError] = []
        writers: list[Callable[[], None]] = []
        if self._options.snapshot:
            writers.append(partial(write_snapshot, self._options.snapshot, self._pipelines))
        if self._options.report:
            writers.append(partial(write_json, self._options.report, report))
        for write in writers:
            try:
                write()
            except SaccadeError as error:
                problems.append(error)
        if problems:
            raise problems[0]
