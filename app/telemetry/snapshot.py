"""The application at one moment: what the reporter gathers once a second and everyone shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.live.status import CameraStatus
from pipelines.power import PowerReading
from pipelines.selection.closed_loop.steering import Merit
from pipelines.selection.in_force import Ruling


@dataclass(frozen=True, slots=True)
class MqttStatus:
    """*connected* is None where no broker is configured; *dropped* counts messages given up."""

    connected: bool | None = None
    broker: str = ""
    message: str = ""
    published: int = 0
    dropped: int = 0
    reconnects: int = 0


@dataclass(frozen=True, slots=True)
class ChoosingStatus:
    """*ruling*: the scenario in force. *merits*: by the names of the cameras it chooses for."""

    ruling: Ruling | None = None
    merits: Mapping[str, Merit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TelemetrySnapshot:
    """*taken_at* is ISO 8601 with the UTC offset. An unknown is None, never 0.

    *throttled* lists the board's present complaints ("under-voltage", "throttled" …), is empty
    when it has none and None when it cannot tell. *cpu_percent*: of all cores, 0…100, by this
    process.
    """

    taken_at: str
    uptime_s: float
    cameras: tuple[CameraStatus, ...]
    power: PowerReading | None = None
    temperature_c: float | None = None
    throttled: tuple[str, ...] | None = None
    cpu_percent: float | None = None
    rss_mb: float | None = None
    mqtt: MqttStatus = MqttStatus()
