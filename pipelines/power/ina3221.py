"""The supply rails of an NVIDIA Jetson, from its INA3221 monitors."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from pipelines.power import PowerOptions, PowerScope
from pipelines.power.source import Source
from pipelines.power.sysfs import Unreadable, list_folder, read_number, text_or_empty

# The rails that feed all the others: adding those would count them twice.
_INPUTS = ("VDD_IN", "POM_5V_IN")


@dataclass(frozen=True, slots=True)
class _Rail:
    """The product of the *files*' numbers, times *scale*, is in watts."""

    label: str
    files: tuple[str, ...]
    scale: float

    def watts(self) -> float:
        return math.prod(read_number(file) for file in self.files) * self.scale


class Ina3221(Source):
    """The module's input rail alone where the board has one, else the sum of its rails.

    The rails that answer the first time are the ones that count: a channel that is switched off
    gives an input/output error for good, whereas one that falls silent later leaves no sum.
    A channel that is not connected is labelled NC. Each read costs a few I²C transfers.

    Source: Documentation/hwmon/ina3221.rst of the Linux kernel (mV and mA); JetPack 4 has a
    driver of its own, ina3221x, with power in mW.
    """

    name = "jetson-ina3221"

    def __init__(self, options: PowerOptions) -> None:
        super().__init__(options)
        self._rails: list[_Rail] = []
        self._scope: PowerScope = "rails"

    def _measure(self) -> tuple[float, PowerScope]:
        if not self._rails:
            self._rails, self._scope = _choose(self._find_rails())
        return sum(rail.watts() for rail in self._rails), self._scope

    def _find_rails(self) -> list[_Rail]:
        devices = f"{self._root}/sys/bus/i2c/devices"
        rails = []
        for device in list_folder(devices):
            folder = f"{devices}/{device}"
            if not text_or_empty(f"{folder}/name").startswith("ina3221"):
                continue
            for name in list_folder(f"{folder}/hwmon"):
                rails += _hwmon_rails(f"{folder}/hwmon/{name}")
            for name in list_folder(folder):
                if name.startswith("iio:device"):
                    rails += _iio_rails(f"{folder}/{name}")
        rails = [rail for rail in rails if _connected(rail.label)]
        if not rails:
            raise Unreadable(f"no INA3221 in {devices}")
        return rails


def _hwmon_rails(folder: str) -> list[_Rail]:
    # in4…in6 are the shunts' voltages and in7 is their sum: of the same three rails.
    return [
        _Rail(
            text_or_empty(f"{folder}/in{channel}_label"),
            (f"{folder}/in{channel}_input", f"{folder}/curr{channel}_input"),
            1e-6,
        )
        for channel in (1, 2, 3)
    ]


def _iio_rails(folder: str) -> list[_Rail]:
    return [
        _Rail(
            text_or_empty(f"{folder}/rail_name_{channel}"),
            (f"{folder}/in_power{channel}_input",),
            1e-3,
        )
        for channel in (0, 1, 2)
    ]


def _connected(label: str) -> bool:
    return bool(label) and "NC" not in re.split(r"[^A-Z0-9]+", label.upper())


def _choose(rails: list[_Rail]) -> tuple[list[_Rail], PowerScope]:
    for rail in rails:
        if rail.label in _INPUTS:
            return [rail], "board"
    answering = []
    silence: Unreadable | None = None
    for rail in rails:
        try:
            rail.watts()
        except Unreadable as problem:
            silence = problem
        else:
            answering.append(rail)
    if silence is not None and not answering:
        raise silence
    return answering, "rails"
