"""How warm the board is, and whether its firmware slows it down for that."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.power.sysfs import Unreadable, list_folder, number_or_none, text_or_empty
from pipelines.power.vcgencmd import Vcgencmd

# What the sensor beside the cores is called, the surest name first.
_SENSORS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"x86_pkg_temp|cpu[-_]?therm(al)?",
        r"k10temp|coretemp|zenpower",
        r"cpu.*|tcpu.*|big-?core.*",
        r"(soc|tj|package).*",
    )
)

_COMPLAINTS = ("under-voltage", "frequency capped", "throttled", "soft temperature limit")


@dataclass(frozen=True, slots=True)
class Throttling:
    """The firmware's complaints: those of this moment, and those since the start."""

    present: tuple[str, ...]
    past: tuple[str, ...]


class Heat:
    """The board's thermometer and its complaints, read about once a second."""

    def __init__(self, root: str = "/") -> None:
        """*root*: the folder that stands for "/"."""
        self._root = root.rstrip("/")
        self._vcgencmd = Vcgencmd(root)
        self._sensors: list[list[str]] = []

    def temperature_c(self) -> float | None:
        """The processor's temperature in °C, the warmest where it has several sensors of a kind.

        None where no sensor of the processor or the system on chip gives a sensible value.

        Source: /sys/class/thermal and /sys/class/hwmon, m°C.
        """
        if not any(self._sensors):
            self._sensors = self._find_sensors()
        for files in self._sensors:
            values = [value / 1000 for file in files if (value := number_or_none(file))]
            # The kernel's own mark of an invalid reading is below absolute zero.
            sensible = [value for value in values if -40 < value < 150]
            if sensible:
                return max(sensible)
        return None

    def throttling(self) -> Throttling | None:
        """The complaints of a Raspberry Pi's firmware; None on other boards.

        Source: `vcgencmd get_throttled`, bits 0…3 and the same from 16 on for "has occurred".
        """
        try:
            return parse_throttled(self._vcgencmd.ask("get_throttled"))
        except Unreadable:
            return None

    def _find_sensors(self) -> list[list[str]]:
        """The files of every sensor that `_SENSORS` names, in its order."""
        named = []
        for folder, name, value in (
            (f"{self._root}/sys/class/thermal", "type", "temp"),
            (f"{self._root}/sys/class/hwmon", "name", "temp1_input"),
        ):
            for device in list_folder(folder):
                label = text_or_empty(f"{folder}/{device}/{name}")
                named.append((label, f"{folder}/{device}/{value}"))
        return [[file for label, file in named if pattern.fullmatch(label)] for pattern in _SENSORS]


def parse_throttled(text: str) -> Throttling | None:
    """What an answer such as "throttled=0x50005" means; None where it is none."""
    found = re.fullmatch(r"throttled=0x([0-9a-fA-F]{1,8})", text)
    if found is None:
        return None
    bits = int(found[1], 16)
    return Throttling(
        tuple(word for bit, word in enumerate(_COMPLAINTS) if bits >> bit & 1),
        tuple(word for bit, word in enumerate(_COMPLAINTS, 16) if bits >> bit & 1),
    )
