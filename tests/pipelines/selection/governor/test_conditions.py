"""One row per case: what a condition says of readings."""

from __future__ import annotations

import math
from datetime import time

import pytest

from pipelines.selection.governor.conditions import (
    BatteryLow,
    Between,
    Beyond,
    Condition,
    Throttled,
    Verdict,
)
from pipelines.selection.governor.readings import Readings

IN, ROOM, OVER, UNKNOWN = Verdict.SETS_IN, Verdict.BETWEEN, Verdict.OVER, Verdict.UNKNOWN
HOT = Beyond("temperature", 80, 75)
SLOW = Beyond("fps", 10, 12)
LOW = BatteryLow(20, 40)
NIGHT = Between(time(22), time(6))
DAY = Between(time(9), time(17))
EVERYTHING = Readings(10, True, 99.0, ("throttled",), 99.0, 1.0, time(23))


@pytest.mark.parametrize(
    ("condition", "readings", "verdict"),
    [
        (HOT, Readings(temperature_c=80.1), IN),
        (HOT, Readings(temperature_c=80.0), ROOM),
        (HOT, Readings(temperature_c=75.1), ROOM),
        (HOT, Readings(temperature_c=75.0), OVER),
        (HOT, Readings(), UNKNOWN),
        (HOT, Readings(temperature_c=math.nan), UNKNOWN),
        # too low instead of too high
        (SLOW, Readings(fps=9.9), IN),
        (SLOW, Readings(fps=11.0), ROOM),
        (SLOW, Readings(fps=12.0), OVER),
        (SLOW, Readings(), UNKNOWN),
        (Beyond("power", 6, 5), Readings(power_w=6.1), IN),
        (Beyond("power", 6, 5), Readings(power_w=4.0), OVER),
        # a battery that discharges, is charged, or whose state nobody knows
        (LOW, Readings(battery_percent=19, discharging=True), IN),
        (LOW, Readings(battery_percent=30, discharging=True), ROOM),
        (LOW, Readings(battery_percent=40, discharging=True), OVER),
        (LOW, Readings(battery_percent=5, discharging=False), OVER),
        (LOW, Readings(battery_percent=None, discharging=False), OVER),
        (LOW, Readings(battery_percent=5, discharging=None), UNKNOWN),
        (LOW, Readings(battery_percent=None, discharging=True), UNKNOWN),
        (LOW, Readings(), UNKNOWN),
        (Throttled(), Readings(complaints=("under-voltage",)), IN),
        (Throttled(), Readings(complaints=()), OVER),
        (Throttled(), Readings(), UNKNOWN),
        # over midnight
        (NIGHT, Readings(clock=time(22)), IN),
        (NIGHT, Readings(clock=time(0)), IN),
        (NIGHT, Readings(clock=time(5, 59, 59)), IN),
        (NIGHT, Readings(clock=time(6)), OVER),
        (NIGHT, Readings(clock=time(21, 59)), OVER),
        (DAY, Readings(clock=time(9)), IN),
        (DAY, Readings(clock=time(17)), OVER),
        (DAY, Readings(clock=time(0)), OVER),
        (DAY, Readings(), UNKNOWN),
    ],
)
def test_verdict(condition: Condition, readings: Readings, verdict: Verdict) -> None:
    assert condition.judge(readings) is verdict


@pytest.mark.parametrize("condition", [HOT, SLOW, LOW, NIGHT, DAY, Throttled()])
@pytest.mark.parametrize("readings", [Readings(), EVERYTHING, Readings(discharging=False)])
def test_every_condition_can_say_its_figures(condition: Condition, readings: Readings) -> None:
    said = condition.describe(readings)
    assert said
    assert "None" not in said
    assert "\n" not in said


def test_the_words_have_figures_and_units() -> None:
    assert HOT.describe(EVERYTHING) == "temperature 99 °C, limit 80 °C"
    assert LOW.describe(EVERYTHING) == "battery 10 %, limit 20 %"
    assert NIGHT.describe(EVERYTHING) == "time 23:00, from 22:00 until 06:00"
    assert Throttled().describe(EVERYTHING) == "the board says: throttled"
    assert SLOW.describe(Readings()) == "network unknown, limit 10 fps"
