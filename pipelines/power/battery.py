"""The power that leaves the batteries of a machine that runs on them."""

from __future__ import annotations

from pipelines.power import PowerScope
from pipelines.power.source import Source
from pipelines.power.sysfs import (
    Unreadable,
    list_folder,
    number_or_none,
    read_number,
    read_text,
    text_or_empty,
)


class Battery(Source):
    """The sum over the discharging batteries: then, and only then, it is the board's power.

    While a charger feeds the machine, what flows through a battery says nothing of the board. A
    battery with the scope "Device" sits in a mouse or a headset.

    Source: Documentation/ABI/testing/sysfs-class-power of the Linux kernel; µW, µA and µV. Drivers
    disagree about the sign of a discharge, so it is ignored.
    """

    name = "battery"

    def _measure(self) -> tuple[float, PowerScope]:
        supplies = f"{self._root}/sys/class/power_supply"
        states = []
        watts = 0.0
        for name in list_folder(supplies):
            folder = f"{supplies}/{name}"
            kind = text_or_empty(f"{folder}/type")
            if kind == "Mains" and number_or_none(f"{folder}/online"):
                raise Unreadable("the machine runs from its mains adapter")
            if kind != "Battery" or text_or_empty(f"{folder}/scope") == "Device":
                continue
            states.append(read_text(f"{folder}/status"))
            if states[-1] == "Discharging":
                watts += _watts(folder)
        if not states:
            raise Unreadable(f"no battery in {supplies}")
        if "Discharging" not in states or "Charging" in states:
            raise Unreadable(f"the battery is not discharging ({', '.join(states)[:40]})")
        return watts, "board"


def _watts(folder: str) -> float:
    # Some firmware leaves one of the two at 0.
    if power := number_or_none(f"{folder}/power_now"):
        return abs(power) / 1e6
    return abs(read_number(f"{folder}/current_now") * read_number(f"{folder}/voltage_now")) / 1e12
