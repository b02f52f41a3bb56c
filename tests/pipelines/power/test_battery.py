"""When a battery's power is the machine's, and in which of its drivers' dialects."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.power import PowerOptions
from pipelines.power.battery import Battery
from tests.recorded.tree import build


def supply(name: str, **files: object) -> dict[str, str]:
    folder = f"sys/class/power_supply/{name}"
    return {f"{folder}/{key}": f"{value}\n" for key, value in files.items()}


def battery(name: str = "BAT0", status: str = "Discharging", **files: object) -> dict[str, str]:
    return supply(name, type="Battery", status=status, **files)


MAINS_ON = supply("AC", type="Mains", online=1)
MAINS_OFF = supply("AC", type="Mains", online=0)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # µW
        (battery(power_now=6_540_000), 6.54),
        # µA · µV: 0.45 A at 11.4 V
        (battery(current_now=450_000, voltage_now=11_400_000), 5.13),
        # the documented sign of a discharge, and a driver that signs the power too
        (battery(current_now=-450_000, voltage_now=11_400_000), 5.13),
        (battery(power_now=-6_540_000), 6.54),
        # firmware that leaves power_now at 0 and means the other two
        (battery(power_now=0, current_now=450_000, voltage_now=11_400_000), 5.13),
        # nothing but zeros is no 0 W
        (battery(power_now=0), None),
        (battery(power_now=0, current_now=0, voltage_now=11_400_000), None),
        # two batteries share the load, or one rests
        (battery(power_now=4_000_000) | battery("BAT1", power_now=2_500_000), 6.5),
        (battery(power_now=4_000_000) | battery("BAT1", "Not charging", power_now=0), 4.0),
        (battery(power_now=4_000_000) | battery("BAT1", "Unknown", power_now=9_000_000), 4.0),
        # one of two that cannot be read: half a sum is worse than none
        (battery(power_now=4_000_000) | battery("BAT1"), None),
        # not discharging: the power that flows in says nothing of the machine
        (battery(status="Charging", power_now=20_000_000), None),
        (battery(status="Full", power_now=20_000_000), None),
        (battery(status="Not charging", power_now=1_000_000), None),
        (battery(status="Unknown", power_now=1_000_000), None),
        (battery(power_now=4_000_000) | battery("BAT1", "Charging", power_now=9_000_000), None),
        # a weak adapter lets the battery help: neither of the two is the whole
        (battery(power_now=4_000_000) | MAINS_ON, None),
        (battery(power_now=4_000_000) | MAINS_OFF, 4.0),
        # a mouse's battery is not the machine's; a board's may have any name
        (battery("hidpp_battery_0", scope="Device", power_now=4_000_000), None),
        (battery("axp20x-battery", current_now=900_000, voltage_now=4_000_000), 3.6),
        (supply("BAT0", type="UPS", status="Discharging", power_now=4_000_000), None),
        (MAINS_OFF, None),
    ],
)
def test_battery(tmp_path: Path, files: dict[str, str], expected: float | None) -> None:
    build(tmp_path, files)
    source = Battery(PowerOptions(root=str(tmp_path)))
    reading = source.read()
    assert (reading and reading.watts) == (expected and pytest.approx(expected))
    assert bool(source.reason) == (expected is None)


def test_follows_the_plug(tmp_path: Path) -> None:
    build(tmp_path, battery(power_now=4_000_000) | MAINS_OFF)
    source = Battery(PowerOptions(root=str(tmp_path)))
    assert source.read() is not None
    build(tmp_path, battery(status="Charging") | MAINS_ON)
    assert source.read() is None
    assert "mains" in source.reason
    build(tmp_path, battery(power_now=5_000_000) | MAINS_OFF)
    reading = source.read()
    assert reading is not None
    assert reading.watts == 5.0
