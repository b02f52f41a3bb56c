"""What the governor's rules look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Readings:
    """The machine at one moment; None is unknown.

    *battery_percent*: 0…100; *discharging*: whether the machine lives on it. *complaints*: the
    firmware's present ones, such as "throttled", empty where it has none. *fps*: what the slowest
    network can give, however few frames its camera delivers. *clock*: local time of day.
    """

    battery_percent: float | None = None
    discharging: bool | None = None
    temperature_c: float | None = None
    complaints: tuple[str, ...] | None = None
    power_w: float | None = None
    fps: float | None = None
    clock: time | None = None
