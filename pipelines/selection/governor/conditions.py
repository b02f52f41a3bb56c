"""When a rule sets in and when it is over, with room between the two."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from datetime import time
from typing import Literal, Protocol

from pipelines.selection.governor.readings import Readings

Quantity = Literal["temperature", "power", "fps"]


class Verdict(enum.Enum):
    """What a condition says of one moment's readings.

    BETWEEN is the room between limit and release, where what was goes on. UNKNOWN is no reason
    for anything.
    """

    SETS_IN = enum.auto()
    BETWEEN = enum.auto()
    OVER = enum.auto()
    UNKNOWN = enum.auto()


class Condition(Protocol):
    """A pure function of the readings."""

    def judge(self, readings: Readings) -> Verdict: ...

    def describe(self, readings: Readings) -> str:
        """The figure that decides, and the limit, in one clause."""
        ...


@dataclass(frozen=True, slots=True)
class Beyond:
    """*quantity* is above *limit* until it is below *release*, or the other way round.

    *release* < *limit* looks for what is too high, *release* > *limit* for what is too low.
    """

    quantity: Quantity
    limit: float
    release: float

    def judge(self, readings: Readings) -> Verdict:
        value = self._value(readings)
        if value is None or math.isnan(value):
            return Verdict.UNKNOWN
        return _judge_level(value, self.limit, self.release)

    def describe(self, readings: Readings) -> str:
        value = self._value(readings)
        name, unit = _WORDS[self.quantity]
        now = "unknown" if value is None else f"{value:.3g} {unit}"
        return f"{name} {now}, limit {self.limit:g} {unit}"

    def _value(self, readings: Readings) -> float | None:
        if self.quantity == "temperature":
            return readings.temperature_c
        return readings.power_w if self.quantity == "power" else readings.fps


_WORDS: dict[Quantity, tuple[str, str]] = {
    "temperature": ("temperature", "°C"),
    "power": ("power", "W"),
    "fps": ("network", "fps"),
}


@dataclass(frozen=True, slots=True)
class BatteryLow:
    """The machine lives on a battery that is below *limit* percent.

    It is over at *release* percent, or as soon as a charger is there.
    """

    limit: float
    release: float

    def judge(self, readings: Readings) -> Verdict:
        percent = readings.battery_percent
        if readings.discharging is False:
            return Verdict.OVER
        if percent is None or math.isnan(percent) or readings.discharging is None:
            return Verdict.UNKNOWN
        return _judge_level(percent, self.limit, self.release)

    def describe(self, readings: Readings) -> str:
        if readings.discharging is False:
            return "battery not discharging"
        percent = readings.battery_percent
        now = "unknown" if percent is None else f"{percent:.0f} %"
        return f"battery {now}, limit {self.limit:g} %"


@dataclass(frozen=True, slots=True)
class Throttled:
    """The board's firmware complains, of heat or of its supply."""

    def judge(self, readings: Readings) -> Verdict:
        if readings.complaints is None:
            return Verdict.UNKNOWN
        return Verdict.SETS_IN if readings.complaints else Verdict.OVER

    def describe(self, readings: Readings) -> str:
        return f"the board says: {', '.join(readings.complaints or ()) or 'nothing'}"


@dataclass(frozen=True, slots=True)
class Between:
    """Local time is from *start* until before *end*, over midnight where *end* is the earlier."""

    start: time
    end: time

    def judge(self, readings: Readings) -> Verdict:
        now = readings.clock
        if now is None:
            return Verdict.UNKNOWN
        if self.start < self.end:
            inside = self.start <= now < self.end
        else:
            inside = now >= self.start or now < self.end
        return Verdict.SETS_IN if inside else Verdict.OVER

    def describe(self, readings: Readings) -> str:
        now = "unknown" if readings.clock is None else f"{readings.clock:%H:%M}"
        return f"time {now}, from {self.start:%H:%M} until {self.end:%H:%M}"


def _judge_level(value: float, limit: float, release: float) -> Verdict:
    sign = 1 if release < limit else -1
    if sign * value > sign * limit:
        return Verdict.SETS_IN
    return Verdict.OVER if sign * value <= sign * release else Verdict.BETWEEN
