"""How full the batteries of a machine are, and whether it lives on them."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.power.sysfs import list_folder, number_or_none, text_or_empty


@dataclass(frozen=True, slots=True)
class BatteryLevel:
    """*percent*: 0…100 of what the batteries hold when full, None where a gauge is silent.

    *discharging*: whether the machine draws on them; None where the kernel does not know.
    """

    percent: float | None
    discharging: bool | None


def read_battery(root: str = "/") -> BatteryLevel | None:
    """The machine's batteries as one; None where it has none. *root* stands for "/".

    A battery with the scope "Device" sits in a mouse or a headset.

    Source: Documentation/ABI/testing/sysfs-class-power of the Linux kernel.
    """
    supplies = f"{root.rstrip('/')}/sys/class/power_supply"
    folders = [f"{supplies}/{name}" for name in list_folder(supplies)]
    batteries = [
        folder
        for folder in folders
        if text_or_empty(f"{folder}/type") == "Battery"
        and text_or_empty(f"{folder}/scope") != "Device"
    ]
    if not batteries:
        return None
    states = {text_or_empty(f"{folder}/status") for folder in batteries}
    return BatteryLevel(_percent(batteries), _discharging(states))


def _percent(batteries: list[str]) -> float | None:
    """The mean of the gauges, a large battery counting more where its size is known."""
    levels = [number_or_none(f"{folder}/capacity") for folder in batteries]
    known = [level for level in levels if level is not None and 0 <= level <= 100]
    if len(known) < len(batteries):
        return None
    for size in ("energy_full", "charge_full"):
        sizes = [number_or_none(f"{folder}/{size}") or 0.0 for folder in batteries]
        if all(each > 0 for each in sizes):
            weighted = sum(level * each for level, each in zip(known, sizes, strict=True))
            return weighted / sum(sizes)
    return sum(known) / len(known)


def _discharging(states: set[str]) -> bool | None:
    if "Charging" in states:
        return False
    if "Discharging" in states:
        return True
    # Each of them is a word of a machine that is plugged in.
    return False if states & {"Full", "Not charging"} else None
