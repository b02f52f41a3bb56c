"""What Linux accounts for every process, with or without a counter in the processor."""

from __future__ import annotations

import contextlib
import re
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MB = 1e6
_PRESSURES = ("cpu", "memory", "io")
# The columns of /proc/stat that make up all time: guest time is in user time already.
_COLUMNS, _STEAL = 8, 7


@dataclass(frozen=True, slots=True)
class Snapshot:
    """*totals* only grow, and their differences mean something; *levels* are of this moment.

    *taken_s*: on the monotonic clock.
    """

    taken_s: float
    totals: dict[str, float]
    levels: dict[str, float]


def take(root: Path = Path("/")) -> Snapshot:
    """Read everything once; takes about a millisecond. *root* stands for "/"."""
    taken_s = time.monotonic()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    totals = {
        "user_ms": usage.ru_utime * 1e3,
        "system_ms": usage.ru_stime * 1e3,
        "minor_faults": float(usage.ru_minflt),
        "major_faults": float(usage.ru_majflt),
        "voluntary_switches": float(usage.ru_nvcsw),
        "involuntary_switches": float(usage.ru_nivcsw),
    }
    # Linux gives it in KiB.
    levels = {"peak_rss_mb": usage.ru_maxrss * 1024 / MB}
    for read in (_run_delay, _ticks, _pressure, _clock_residence):
        _add(totals, read, root)
    for read in (_memory, _clock_now):
        _add(levels, read, root)
    return Snapshot(taken_s, totals, levels)


def figures(before: Snapshot, after: Snapshot, frames: int) -> dict[str, float]:
    """The figures of *frames* inferences between two snapshots; see `Probe.stop`."""
    elapsed_s = after.taken_s - before.taken_s
    if frames < 1 or elapsed_s <= 0:
        raise ValueError(f"no figures per frame of {frames} frames in {elapsed_s} s")
    grown = {
        name: value - before.totals[name]
        for name, value in after.totals.items()
        if name in before.totals and value >= before.totals[name]
    }
    found = {
        f"{name}_per_frame": grown[name] / frames
        for name in (
            "user_ms", "system_ms", "run_delay_ms", "minor_faults", "major_faults",
            "voluntary_switches", "involuntary_switches",
        )
        if name in grown
    }  # fmt: skip
    found["cores_busy"] = (grown["user_ms"] + grown["system_ms"]) / 1e3 / elapsed_s
    if grown.get("ticks") and "steal_ticks" in grown:
        found["steal_share"] = grown["steal_ticks"] / grown["ticks"]
    for name in _PRESSURES:
        if f"{name}_pressure_us" in grown:
            found[f"{name}_pressure_share"] = grown[f"{name}_pressure_us"] / 1e6 / elapsed_s
    found |= after.levels
    if grown.get("clock_ticks"):
        # Better than the clock of one moment: the mean over the whole measurement.
        found["clock_mhz"] = grown["clock_khz_ticks"] / grown["clock_ticks"] / 1e3
    return found


def _add(into: dict[str, float], read: Callable[[Path], dict[str, float]], root: Path) -> None:
    """What a kernel does not tell, or tells in another form, stays away."""
    try:
        into |= read(root)
    except (OSError, ValueError, IndexError):
        return


def _run_delay(root: Path) -> dict[str, float]:
    """Time that threads were ready to run and had to wait: the second field of each, in ns.

    Source: Documentation/scheduler/sched-stats.rst. /proc/self/schedstat alone is the main thread.
    """
    delays_ns = []
    for path in (root / "proc/self/task").glob("*/schedstat"):
        # A thread may end before its file is read.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            delays_ns.append(int(path.read_text(encoding="ascii").split()[1]))
    return {"run_delay_ms": sum(delays_ns) / 1e6} if delays_ns else {}


def _ticks(root: Path) -> dict[str, float]:
    """All time of all cores, and the part of it in which a hypervisor ran another machine."""
    with (root / "proc/stat").open(encoding="ascii") as stream:
        ticks = [int(word) for word in stream.readline().split()[1 : 1 + _COLUMNS]]
    return {"ticks": float(sum(ticks)), "steal_ticks": float(ticks[_STEAL])}


def _pressure(root: Path) -> dict[str, float]:
    """Time in µs in which some task of the machine waited for the resource.

    Source: Documentation/accounting/psi.rst.
    """
    found = {}
    for path in (root / "proc/pressure").glob("*"):
        if path.name not in _PRESSURES:
            continue
        if match := re.search(r"^some .*\btotal=(\d+)", path.read_text("ascii"), re.MULTILINE):
            found[f"{path.name}_pressure_us"] = float(match[1])
    return found


def _memory(root: Path) -> dict[str, float]:
    """Resident memory, and its share of what processes share: proc(5), smaps_rollup."""
    text = (root / "proc/self/smaps_rollup").read_text(encoding="ascii")
    sizes = dict(re.findall(r"^(Rss|Pss): +(\d+) kB$", text, re.MULTILINE))
    return {f"{name.lower()}_mb": int(value) * 1024 / MB for name, value in sizes.items()}


def _clock_residence(root: Path) -> dict[str, float]:
    """Ticks spent at each clock in kHz, and their products, over all clock domains.

    Source: Documentation/cpu-freq/cpufreq-stats.rst.
    """
    ticks = products = 0.0
    for path in (root / "sys/devices/system/cpu/cpufreq").glob("policy*/stats/time_in_state"):
        for line in path.read_text(encoding="ascii").splitlines():
            khz, spent = map(float, line.split())
            ticks += spent
            products += khz * spent
    return {"clock_ticks": ticks, "clock_khz_ticks": products} if ticks else {}


def _clock_now(root: Path) -> dict[str, float]:
    paths = list((root / "sys/devices/system/cpu/cpufreq").glob("policy*/scaling_cur_freq"))
    clocks = [float(path.read_text(encoding="ascii")) for path in paths]
    return {"clock_mhz": sum(clocks) / len(clocks) / 1e3} if clocks else {}
