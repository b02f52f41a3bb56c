"""The reporter's thread: looks after the cameras, and once a second gathers what is to be known."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

import psutil

from app.telemetry.snapshot import MqttStatus, TelemetrySnapshot
from pipelines.heat import Heat
from pipelines.live.pipeline import Pipeline
from pipelines.memory import give_back
from pipelines.power import PowerReading, PowerSource

TICK_S = 0.25
LATE_S = 1.0
TICKS_PER_SNAPSHOT = 4
# In snapshots: seldom enough to concern less than one frame of a hundred.
_TRIM_EVERY = 4


@dataclass(slots=True)
class _Mean:
    """The mean of a run's power readings, which all come from one source."""

    last: PowerReading | None = None
    total_w: float = 0.0
    count: int = 0

    def add(self, reading: PowerReading | None) -> None:
        if reading is not None:
            self.last = reading
            self.total_w += reading.watts
            self.count += 1

    def reading(self) -> PowerReading | None:
        if self.last is None:
            return None
        mean = self.total_w / self.count
        return PowerReading(mean, self.last.kind, self.last.scope, self.last.source)


class Reporter:
    """Calls *consumers* with a fresh snapshot once a second, from its own thread.

    *mqtt_status* gives the publisher's figures for the snapshot.
    """

    def __init__(
        self,
        pipelines: tuple[Pipeline, ...],
        power: PowerSource | None,
        mqtt_status: Callable[[], MqttStatus] = MqttStatus,
        consumers: tuple[Callable[[TelemetrySnapshot], None], ...] = (),
    ) -> None:
        self._pipelines = pipelines
        self._power = power
        self._heat = Heat()
        self._consumers = list(consumers)
        self._mqtt_status = mqtt_status
        self._process = psutil.Process()
        self._started_s = time.monotonic()
        self._mean_power = _Mean()
        self._stopping = threading.Event()
        self._live = 0  # snapshots in which every camera had results
        self._thread = threading.Thread(target=self._run, name="reporter", daemon=True)
        self.latest: TelemetrySnapshot | None = None
        self.failure: BaseException | None = None
        self.peak_rss_mb = 0.0

    def start(self) -> None:
        """Start the thread."""
        self._started_s = time.monotonic()
        self._process.cpu_percent()  # the first call only sets the start of its interval
        self._thread.start()

    def add_consumer(self, consumer: Callable[[TelemetrySnapshot], None]) -> None:
        """One consumer more; only before `start`."""
        self._consumers.append(consumer)

    def request_stop(self) -> None:
        """End the thread soon."""
        self._stopping.set()

    def join(self, timeout: float) -> None:
        """Wait at most *timeout* seconds for the thread to end."""
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def mean_power(self) -> PowerReading | None:
        """Over the whole run; None if nothing could be read."""
        return self._mean_power.reading()

    def _run(self) -> None:
        try:
            self._loop()
        except BaseException as error:
            self.failure = error

    def _loop(self) -> None:
        tick = 0
        due = time.monotonic()
        while not self._stopping.wait(max(0.0, due - time.monotonic())):
            # After the whole process was stopped for a while every camera would seem to hang.
            if time.monotonic() - due < LATE_S:
                for pipeline in self._pipelines:
                    pipeline.supervise()
            if tick % TICKS_PER_SNAPSHOT == 0 and tick:
                self._report()
            tick += 1
            due = max(due + TICK_S, time.monotonic() - TICK_S)

    def _report(self) -> None:
        snapshot = self.latest = self._take()
        for consumer in self._consumers:
            consumer(snapshot)
        if all(camera.fps for camera in snapshot.cameras):
            # First what loading the networks and opening the cameras has freed.
            if self._live % _TRIM_EVERY == 0:
                for pipeline in self._pipelines:
                    pipeline.give_back()
                give_back()
            self._live += 1

    def _take(self) -> TelemetrySnapshot:
        power = self._power.read() if self._power else None
        self._mean_power.add(power)
        throttling = self._heat.throttling()
        rss_mb = self._process.memory_info().rss / 1e6
        self.peak_rss_mb = max(self.peak_rss_mb, rss_mb)
        return TelemetrySnapshot(
            taken_at=datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            uptime_s=time.monotonic() - self._started_s,
            cameras=tuple(pipeline.status() for pipeline in self._pipelines),
            power=power,
            temperature_c=self._heat.temperature_c(),
            throttled=None if throttling is None else throttling.present,
            cpu_percent=self._process.cpu_percent() / (psutil.cpu_count() or 1),
            rss_mb=rss_mb,
            mqtt=self._mqtt_status(),
        )
