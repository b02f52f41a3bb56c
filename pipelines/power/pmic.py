"""The supply rails of a Raspberry Pi 5, as its power management chip sees them."""

from __future__ import annotations

import re

from pipelines.power import PowerOptions, PowerScope
from pipelines.power.source import Source
from pipelines.power.sysfs import Unreadable
from pipelines.power.vcgencmd import Vcgencmd

_LINE = re.compile(
    r"(?P<rail>\w+)_(?:A\s+current\(\d+\)=(?P<amperes>[0-9.]+)A|V\s+volt\(\d+\)=(?P<volts>[0-9.]+)V)"
)


class Pmic(Source):
    """The sum over the rails that have both a current and a voltage.

    What hangs directly on 5 V, such as a USB camera or a HAT, is not in it. One current without
    its voltage, or one line that is none, and the whole answer is dropped: a part of the sum
    would look like a saving.

    Source: `vcgencmd pmic_read_adc`; boards before the Raspberry Pi 5 do not know it.
    """

    name = "pi-pmic"

    def __init__(self, options: PowerOptions) -> None:
        super().__init__(options)
        self._vcgencmd = Vcgencmd(options.root)

    def _measure(self) -> tuple[float, PowerScope]:
        return rail_watts(self._vcgencmd.ask("pmic_read_adc")), "rails"


def rail_watts(text: str) -> float:
    """The power in *text*, an answer to `pmic_read_adc`. Raises Unreadable."""
    amperes: dict[str, float] = {}
    volts: dict[str, float] = {}
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        try:
            if found is None:
                raise ValueError(line)
            if found["amperes"]:
                amperes[found["rail"]] = float(found["amperes"])
            else:
                volts[found["rail"]] = float(found["volts"])
        except ValueError as problem:
            raise Unreadable(f"vcgencmd answered {line.strip()[:40]!r}") from problem
    if not amperes or not amperes.keys() <= volts.keys():
        raise Unreadable("vcgencmd's answer lacks the voltage of a rail")
    return sum(current * volts[rail] for rail, current in amperes.items())
