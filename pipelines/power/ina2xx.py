"""A power monitor chip in the board's supply: INA219, INA226 and their kin."""

from __future__ import annotations

from pipelines.power import PowerScope
from pipelines.power.source import Source
from pipelines.power.sysfs import (
    Unreadable,
    list_folder,
    number_or_none,
    read_number,
    text_or_empty,
)

# One channel each. The three-channel INA3221 belongs to the Jetson and has its own source.
_CHIPS = frozenset(f"ina{number}" for number in (219, 220, 226, 228, 230, 231, 234, 237, 238, 260))


class Ina2xx(Source):
    """The board's input through the one such chip that the machine has.

    With several chips there is no telling which of them sees the whole board, and one may feed
    another: then there is no reading. Nor is there one while the current is negative, which
    means a battery being charged or a shunt wired the other way round.

    Source: Documentation/hwmon/ina2xx.rst of the Linux kernel; power1 in µW, in1 in mV, curr1 in
    mA.
    """

    name = "hwmon-ina2xx"

    def _measure(self) -> tuple[float, PowerScope]:
        hwmon = f"{self._root}/sys/class/hwmon"
        chips = [
            f"{hwmon}/{name}"
            for name in list_folder(hwmon)
            if text_or_empty(f"{hwmon}/{name}/name") in _CHIPS
        ]
        if not chips:
            raise Unreadable(f"no INA219, INA226 or kin in {hwmon}")
        if len(chips) > 1:
            raise Unreadable(f"{len(chips)} chips in {hwmon}, and none is known to see the board")
        return _watts(chips[0]), "board"


def _watts(chip: str) -> float:
    milliamperes = number_or_none(f"{chip}/curr1_input")
    if milliamperes is not None and milliamperes < 0:
        raise Unreadable(f"{chip}: the current is negative, so it does not feed the board")
    if microwatts := number_or_none(f"{chip}/power1_input"):
        return microwatts / 1e6
    return read_number(f"{chip}/in1_input") * read_number(f"{chip}/curr1_input") / 1e6
