"""Which processor events to ask for, and what they are called here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_DEVICES = "sys/bus/event_source/devices"

# Our name → perf's generic event, which every perf knows, supported or not (perf-list(1)).
_GENERIC = {
    "instructions": "instructions",
    "cycles": "cycles",
    "branches": "branches",
    "branch_misses": "branch-misses",
    "l1d_accesses": "L1-dcache-loads",
    "l1d_misses": "L1-dcache-load-misses",
    "l1i_misses": "L1-icache-load-misses",
    "dtlb_misses": "dTLB-load-misses",
    "itlb_misses": "iTLB-load-misses",
}
# Where the kernel names an Arm core's own events (Arm Architecture Reference Manual, D13). A name
# that a kernel lacks makes perf refuse the whole command, so these are asked for only if listed.
_ARM = {
    "l2_accesses": "l2d_cache",
    "l2_misses": "l2d_cache_refill",
    "bus_accesses": "bus_access",
}
# On x86 these two are the last level's; on Arm perf maps them to the first level.
_X86 = {"last_level_accesses": "cache-references", "last_level_misses": "cache-misses"}

# A ratio's name → numerator, denominator, factor.
_RATIOS = {
    "instructions_per_cycle": ("instructions", "cycles", 1.0),
    "branch_miss_share": ("branch_misses", "branches", 1.0),
    "l1d_miss_share": ("l1d_misses", "l1d_accesses", 1.0),
    "l1d_misses_per_kilo_instruction": ("l1d_misses", "instructions", 1e3),
    "l1i_misses_per_kilo_instruction": ("l1i_misses", "instructions", 1e3),
    "l2_misses_per_kilo_instruction": ("l2_misses", "instructions", 1e3),
    "last_level_misses_per_kilo_instruction": ("last_level_misses", "instructions", 1e3),
    "branch_misses_per_kilo_instruction": ("branch_misses", "instructions", 1e3),
}


def core_counters(root: Path) -> list[Path]:
    """The folders of the processor cores' counters; none on most virtual machines.

    A core's counter is called "cpu", or has a file "cpus" that lists its cores; what else is
    there counts software events or the chip's other parts. The rule is perf's own.
    """
    try:
        devices = sorted((root / _DEVICES).iterdir())
    except OSError:
        return []
    return [path for path in devices if path.name == "cpu" or (path / "cpus").is_file()]


def wanted_events(counters: list[Path]) -> dict[str, str]:
    """perf's name → ours, of every event worth asking these *counters* for."""
    listed = {path.name for folder in counters for path in folder.glob("events/*")}
    arm = {name: event for name, event in _ARM.items() if event in listed}
    x86 = {} if any(path.name.startswith("arm") for path in counters) else _X86
    return {event: name for name, event in (_GENERIC | arm | x86).items()}


def event_figures(
    counts: Mapping[str, float], frames: int, line_bytes: int | None
) -> dict[str, float]:
    """Counts per frame and their ratios; *line_bytes* is what one miss moves."""
    found = {f"{name}_per_frame": count / frames for name, count in counts.items()}
    for name, (above, below, factor) in _RATIOS.items():
        if above in counts and counts.get(below):
            found[name] = factor * counts[above] / counts[below]
    misses = counts.get("last_level_misses", counts.get("l2_misses"))
    if misses is not None and line_bytes:
        found["missed_mb_per_frame"] = misses * line_bytes / 1e6 / frames
    return found


def cache_line_bytes(root: Path) -> int | None:
    """The first core's cache line, None where the kernel does not tell."""
    path = root / "sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size"
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
