"""Power modelled from processor time: watts at rest plus watts per busy core."""

from __future__ import annotations

import os
import time
from typing import ClassVar

from pipelines.power import PowerKind, PowerOptions, PowerScope
from pipelines.power.source import Interval, Source
from pipelines.power.sysfs import Unreadable, read_text


class Modelled(Source):
    """idle_w + core_w × busy cores, always marked "modelled".

    The busy cores are those of the whole machine, not of this process: the reading stands for
    the board, and a board that compiles something beside us draws power for that too. Steal is
    left out, because then the core worked for another machine; so is waiting for input and
    output. The first read has no interval to speak of and gives None.

    Source: /proc/stat, proc(5).
    """

    name = "modelled"
    kind: ClassVar[PowerKind] = "modelled"

    def __init__(self, options: PowerOptions) -> None:
        super().__init__(options)
        self._idle_w = options.idle_w
        self._core_w = options.core_w
        self._tick_s = 1.0 / os.sysconf("SC_CLK_TCK")
        self._interval: Interval[float] = Interval()

    def _measure(self) -> tuple[float, PowerScope]:
        now = time.monotonic()
        busy_s, cores = self._busy()
        elapsed, busy_before_s = self._interval.advance(now, busy_s)
        busy_cores = (busy_s - busy_before_s) / elapsed
        if busy_cores < 0:
            raise Unreadable("the processor's time went backwards")
        # Whole ticks in a short interval can add up to more than there was.
        return self._idle_w + self._core_w * min(busy_cores, cores), "board"

    def _busy(self) -> tuple[float, int]:
        """Seconds that all cores together have worked since the start, and how many they are."""
        path = f"{self._root}/proc/stat"
        text = read_text(path, limit=1 << 16)
        cores = text.count("\ncpu")
        try:
            user, nice, system, _idle, _iowait, irq, softirq = map(int, text.split(None, 8)[1:8])
        except ValueError as problem:
            raise Unreadable(f"{path}: no processor times") from problem
        if not text.startswith("cpu ") or not cores:
            raise Unreadable(f"{path}: no processor times")
        return (user + nice + system + irq + softirq) * self._tick_s, cores
