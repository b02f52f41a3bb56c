"""What a board that slows itself down says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.benchmark.conditions.slowdown import read_complaints, slowdown
from pipelines.heat import Heat
from tests.recorded.tree import VCGENCMD, build

COOL: dict[str, str] = {}
BRAKE = "sys/class/thermal/cooling_device{}/"
COUNT = "sys/devices/system/cpu/cpu{}/thermal_throttle/{}_throttle_count"


def brake(number: int, kind: str, state: int) -> dict[str, str]:
    folder = BRAKE.format(number)
    return {f"{folder}type": f"{kind}\n", f"{folder}cur_state": f"{state}\n"}


def firmware(bits: str) -> dict[str, str]:
    return {
        "usr/bin/vcgencmd": VCGENCMD,
        "usr/bin/vcgencmd.get_throttled": f"throttled={bits}\n",
    }


def between(tmp_path: Path, before: dict[str, str], after: dict[str, str]) -> str:
    found = []
    for files in (before, after):
        root = build(tmp_path, files)
        found.append(read_complaints(Heat(root), root))
    return slowdown(*found)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (COOL, COOL, ""),
        (brake(0, "Processor", 0), brake(0, "Processor", 0), ""),
        (brake(0, "Processor", 0), brake(0, "Processor", 3), "slowed down for heat"),
        (brake(0, "cpufreq-cpu0", 1), brake(0, "cpufreq-cpu0", 0), "slowed down for heat"),
        (COOL, brake(4, "thermal-cpufreq-0", 2), "slowed down for heat"),
        (COOL, brake(1, "pwm-fan", 3), ""),  # a fan that turns is what it is for
        (COOL, brake(1, "gpio_fan", 1), ""),
        ({COUNT.format(0, "core"): "4"}, {COUNT.format(0, "core"): "4"}, ""),
        (
            {COUNT.format(1, "package"): "4"},
            {COUNT.format(1, "package"): "9"},
            "slowed down for heat",
        ),
        (firmware("0x0"), firmware("0x0"), ""),
        (firmware("0x50000"), firmware("0x50000"), ""),  # long ago
        (firmware("0x0"), firmware("0x40004"), "throttled"),
        (firmware("0x0"), firmware("0x80000"), "soft temperature limit"),  # came and went
        (firmware("0x50005"), firmware("0x50000"), "throttled, under-voltage"),
    ],
)
def test_it_is_told_once_and_in_words(
    tmp_path: Path, before: dict[str, str], after: dict[str, str], said: str
) -> None:
    expected = f"the board complained: {said}" if said else ""
    assert between(tmp_path, before, after) == expected
