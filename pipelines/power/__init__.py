"""Power sources: one file each behind one protocol, taken only after one successful read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from models.plugins import PluginTable

PowerKind = Literal["measured", "modelled"]
PowerScope = Literal["board", "package", "rails"]

# In order of preference: what sees the whole board before what sees a part of it, and what is
# measured before what is modelled.
POWER_SOURCES = PluginTable(
    "power source",
    "saccade.power",
    {
        "jetson-ina3221": "pipelines.power.ina3221:Ina3221",
        "hwmon-ina2xx": "pipelines.power.ina2xx:Ina2xx",
        "pi-pmic": "pipelines.power.pmic:Pmic",
        "battery": "pipelines.power.battery:Battery",
        "rapl": "pipelines.power.rapl:Rapl",
        "modelled": "pipelines.power.modelled:Modelled",
    },
)


@dataclass(frozen=True, slots=True)
class PowerReading:
    """Mean power in watts since the source's previous reading, and where it comes from.

    *kind*: measured by a sensor, or modelled from processor time. *scope*: the board's input,
    the processor package, or a sum of supply rails.
    """

    watts: float
    kind: PowerKind
    scope: PowerScope
    source: str


@dataclass(frozen=True, slots=True)
class PowerOptions:
    """*root*: the folder that stands for "/", so that recorded trees can be read.

    *idle_w*, *core_w*: the model's watts at rest and per busy core.
    """

    root: str = "/"
    idle_w: float = 2.7
    core_w: float = 0.9


class PowerSource(Protocol):
    """Built by `PowerSource(options)`; read about once a second by the reporter's thread.

    A source that counts energy or time needs two reads for its first reading.
    """

    def __init__(self, options: PowerOptions) -> None: ...

    @property
    def reason(self) -> str:
        """Why the latest `read` gave None, in one clause for the user; "" where it did not."""
        ...

    def read(self) -> PowerReading | None:
        """The present reading; None where the source is absent or cannot tell. Never raises."""
        ...
