"""How much of the processor others took while a candidate was measured."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from pipelines.power.sysfs import Unreadable, read_text

# Shares of all cores' time, beyond which a sample is invalid. A desktop at rest takes 1 to 3 %.
FOREIGN_LIMIT = 0.10
STEAL_LIMIT = 0.05


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds since the start: what all *cores* worked, what a host *stole*, what *own* took."""

    at_s: float
    cores: int
    busy_s: float
    stolen_s: float
    own_s: float


def read_times(root: str, pids: tuple[int, ...]) -> Times | None:
    """The times now, those of the processes *pids* as own; None where the system does not tell.

    Source: /proc/stat and /proc/PID/stat, proc(5), in ticks of 10 ms. *root* stands for "/".
    """
    tick_s = 1.0 / os.sysconf("SC_CLK_TCK")
    try:
        text = read_text(f"{root}/proc/stat", limit=1 << 16)
        user, nice, system, _idle, _wait, irq, softirq, steal = map(int, text.split(None, 9)[1:9])
        own = sum(_ticks(root, pid) for pid in pids)
    except (Unreadable, ValueError, IndexError):
        return None
    return Times(
        at_s=time.monotonic(),
        cores=max(1, text.count("\ncpu")),
        busy_s=(user + nice + system + irq + softirq) * tick_s,
        stolen_s=steal * tick_s,
        own_s=own * tick_s,
    )


def crowding(before: Times | None, after: Times | None) -> str:
    """Who took too much between the two, in one clause; "" if nobody did."""
    if before is None or after is None or after.at_s <= before.at_s:
        return ""
    available_s = (after.at_s - before.at_s) * after.cores
    foreign_s = (after.busy_s - before.busy_s) - (after.own_s - before.own_s)
    stolen_s = after.stolen_s - before.stolen_s
    if foreign_s > FOREIGN_LIMIT * available_s:
        return f"other programs took {foreign_s / available_s:.0%} of the processor"
    if stolen_s > STEAL_LIMIT * available_s:
        return f"the host of this virtual machine took {stolen_s / available_s:.0%} of it"
    return ""


def _ticks(root: str, pid: int) -> int:
    """User and system time of a process with all its threads."""
    # The program's name, in parentheses, may hold anything.
    fields = read_text(f"{root}/proc/{pid}/stat").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
