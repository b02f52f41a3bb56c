"""Which power source this machine has: taken only after one successful read."""

from __future__ import annotations

import time
from dataclasses import dataclass

from models.errors import InputError, MissingExtra, UnknownName
from pipelines.power import POWER_SOURCES, PowerOptions, PowerReading, PowerSource

AUTO = "auto"
NONE = "none"

# Long enough for a counter to move, short enough to go unnoticed at the start.
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source's present reading, or the *reason* why it has none."""

    name: str
    reading: PowerReading | None
    reason: str


class _Missing:
    """Stands for a source whose optional library is not installed."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def read(self) -> PowerReading | None:
        return None


def choose_source(name: str, options: PowerOptions) -> PowerSource | None:
    """The power source called *name*, already read once; takes some 50 ms where it counts.

    "auto" stands for the first in the table's order that reads, the model last, and None where
    none does; "none" for None. Raises UnknownName, MissingExtra, and InputError for a named
    source that does not read.
    """
    if name == NONE:
        return None
    if name == AUTO:
        return _first_that_reads(list(_build_all(options).values()))
    if name not in POWER_SOURCES.names():
        raise UnknownName(POWER_SOURCES.kind, name, (AUTO, NONE, *POWER_SOURCES.names()))
    source: PowerSource = POWER_SOURCES.load(name)(options)
    if _first_that_reads([source]) is None:
        raise InputError(
            f"power source {name!r} gives no reading: {source.reason}; "
            f"{AUTO!r} takes what this machine has"
        )
    return source


def describe_sources(options: PowerOptions) -> tuple[SourceState, ...]:
    """What every source says at present, in the order in which "auto" prefers them."""
    sources = _build_all(options)
    readings = {name: source.read() for name, source in sources.items()}
    time.sleep(2 * _PAUSE_S)
    return tuple(
        SourceState(name, readings[name] or source.read(), source.reason)
        for name, source in sources.items()
    )


def _build_all(options: PowerOptions) -> dict[str, PowerSource | _Missing]:
    sources: dict[str, PowerSource | _Missing] = {}
    # What somebody has installed on purpose comes before the model.
    for name in sorted(POWER_SOURCES.names(), key=lambda name: name == "modelled"):
        try:
            sources[name] = POWER_SOURCES.load(name)(options)
        except MissingExtra as problem:
            sources[name] = _Missing(str(problem))
    return sources


def _first_that_reads(sources: list[PowerSource | _Missing]) -> PowerSource | None:
    # Counters give nothing the first time; all of them begin their interval before the pause.
    for pause_s in (0.0, _PAUSE_S):
        time.sleep(pause_s)
        for source in sources:
            if source.read() is not None and not isinstance(source, _Missing):
                return source
    return None
