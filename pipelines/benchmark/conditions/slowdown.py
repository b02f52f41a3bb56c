"""Whether the board slowed itself down while a candidate was measured."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.heat import Heat
from pipelines.power.sysfs import list_folder, number_or_none, text_or_empty

# What the kernel calls the levers by which heat lowers a processor's clock; fans are others.
_BRAKES = re.compile(r"(thermal-)?(cpufreq|devfreq)\b.*|Processor", re.IGNORECASE)
_HOT = "slowed down for heat"


@dataclass(frozen=True, slots=True)
class Complaints:
    """What holds now, what has come up since the board started, and how often x86 cores braked."""

    present: frozenset[str]
    past: frozenset[str]
    brakings: float


def read_complaints(heat: Heat, root: str) -> Complaints:
    """Everything that tells of a slowdown, read once. *root* stands for "/".

    Sources: the firmware of a Raspberry Pi (see `Heat`); the kernel's cooling devices
    (Documentation/driver-api/thermal/sysfs-api.rst); the thermal_throttle counters of x86.
    """
    firmware = heat.throttling()
    present = set(firmware.present) if firmware else set()
    if _braking(root):
        present.add(_HOT)
    cpus = f"{root}/sys/devices/system/cpu"
    brakings = sum(
        number_or_none(f"{cpus}/{name}/thermal_throttle/{kind}_throttle_count") or 0.0
        for name in list_folder(cpus)
        if re.fullmatch(r"cpu\d+", name)
        for kind in ("core", "package")
    )
    return Complaints(frozenset(present), frozenset(firmware.past if firmware else ()), brakings)


def slowdown(before: Complaints, after: Complaints) -> str:
    """What happened between the two, in one clause; "" if nothing did."""
    found = before.present | after.present | (after.past - before.past)
    if after.brakings > before.brakings:
        found |= {_HOT}
    return f"the board complained: {', '.join(sorted(found))}" if found else ""


def _braking(root: str) -> bool:
    thermal = f"{root}/sys/class/thermal"
    return any(
        _BRAKES.fullmatch(text_or_empty(f"{thermal}/{name}/type"))
        and (number_or_none(f"{thermal}/{name}/cur_state") or 0) > 0
        for name in list_folder(thermal)
        if name.startswith("cooling_device")
    )
