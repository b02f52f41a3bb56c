"""How full a machine's batteries are, in their drivers' dialects."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.power.battery_level import BatteryLevel, read_battery
from tests.pipelines.power.test_battery import battery, supply
from tests.recorded.power import RECORDINGS
from tests.recorded.tree import build


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (battery(capacity=73), BatteryLevel(73.0, True)),
        (battery(status="Charging", capacity=12), BatteryLevel(12.0, False)),
        # full, or held at a threshold: plugged in both times
        (battery(status="Full", capacity=100), BatteryLevel(100.0, False)),
        (battery(status="Not charging", capacity=79), BatteryLevel(79.0, False)),
        (battery(status="Unknown", capacity=50), BatteryLevel(50.0, None)),
        # a gauge that is silent, or talks nonsense
        (battery(), BatteryLevel(None, True)),
        (battery(capacity="nonsense"), BatteryLevel(None, True)),
        (battery(capacity=-1), BatteryLevel(None, True)),
        (battery(capacity=1000), BatteryLevel(None, True)),
        # two of different sizes: 20 Wh at 10 % and 60 Wh at 50 %
        (
            battery(capacity=10, energy_full=20_000_000)
            | battery("BAT1", "Unknown", capacity=50, energy_full=60_000_000),
            BatteryLevel(40.0, True),
        ),
        # of unknown size
        (battery(capacity=10) | battery("BAT1", capacity=50), BatteryLevel(30.0, True)),
        # one whose gauge is silent: half of the charge is not the charge
        (battery(capacity=10) | battery("BAT1"), BatteryLevel(None, True)),
        # one charges the other
        (
            battery(capacity=10) | battery("BAT1", "Charging", capacity=50),
            BatteryLevel(30.0, False),
        ),
        # a mouse's battery is not the machine's
        (battery("hidpp_battery_0", scope="Device", capacity=5), None),
        (supply("AC", type="Mains", online=1), None),
        ({}, None),
    ],
)
def test_level(tmp_path: Path, files: dict[str, str], expected: BatteryLevel | None) -> None:
    assert read_battery(build(tmp_path, files)) == expected


def test_a_recorded_tree_without_a_gauge_still_says_that_it_discharges(tmp_path: Path) -> None:
    root = build(tmp_path, RECORDINGS["battery"].files)
    assert read_battery(root) == BatteryLevel(None, True)
