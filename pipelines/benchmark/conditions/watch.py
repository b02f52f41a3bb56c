"""Looks after one measurement: power while it lasts, and afterwards whether it is valid."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from pipelines.benchmark.conditions.load import crowding, read_times
from pipelines.benchmark.conditions.power import MeanPower
from pipelines.benchmark.conditions.slowdown import read_complaints, slowdown
from pipelines.heat import Heat
from pipelines.power import PowerReading, PowerSource

# Asking a Raspberry Pi's firmware takes some milliseconds of processor.
_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Conditions:
    """*power*: the mean over the measurement; None without a source that reads.

    *disturbance*: why the sample is invalid, in one clause; "" where it is valid.
    """

    power: PowerReading | None
    disturbance: str
    temperature_c: float | None


class Watch:
    """Used as `begin`, `sample` now and then, `end`. *root* stands for "/"."""

    def __init__(self, source: PowerSource | None, root: str = "/") -> None:
        self._root = root.rstrip("/")
        self._heat = Heat(root)
        self._power = MeanPower(source)

    def begin(self, *pids: int) -> None:
        """The measurement begins, in the processes *pids*."""
        self._pids = (*pids, os.getpid())
        self._complaints = read_complaints(self._heat, self._root)
        self._times = read_times(self._root, self._pids)
        self._power.begin()

    def sample(self) -> None:
        """Read the power, where it was not read a moment ago."""
        if self._power.age_s >= _EVERY_S:
            self._power.sample()

    def end(self) -> Conditions:
        """The measurement has ended; its processes are still there."""
        self._power.sample()
        crowded = crowding(self._times, read_times(self._root, self._pids))
        slowed = slowdown(self._complaints, read_complaints(self._heat, self._root))
        return Conditions(
            self._power.reading(),
            "; ".join(filter(None, (slowed, crowded))),
            self._heat.temperature_c(),
        )

    def slowed_down(self) -> bool:
        """Whether the board is slowing itself down at this moment."""
        return bool(read_complaints(self._heat, self._root).present)


def at_rest(source: PowerSource | None, seconds: float, root: str = "/") -> Conditions:
    """What the machine draws while nothing is measured. Takes *seconds*."""
    watch = Watch(source, root)
    watch.begin()
    end_s = time.monotonic() + seconds
    while (left_s := end_s - time.monotonic()) > 0:
        time.sleep(min(_EVERY_S, left_s))
        watch.sample()
    return watch.end()
