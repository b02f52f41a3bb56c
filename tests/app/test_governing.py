"""Rules in config.toml: what they become, and one sentence for every mistake."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from app.config import Config, load_config
from app.governing import make_governor
from models.errors import ConfigError
from pipelines.selection.governor.readings import Readings

RULES = """
[governor]
dwell_s = 10
confirm_s = 0

[[governor.rule]]
sensor = "battery"
below = 20
scenario = "energy"

[[governor.rule]]
name = "hot"
sensor = "temperature"
above = 80
release = 70
add = { power = 2 }

[[governor.rule]]
sensor = "throttled"
scenario = "energy"

[[governor.rule]]
sensor = "power"
above = 6
scenario = "energy"

[[governor.rule]]
sensor = "fps"
below = 10
scenario = "throughput"

[[governor.rule]]
sensor = "time"
between = "22:30-06:00"
scenario = "night"

[scenarios]
night = { power = 1, min_fps = 2 }
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("readings", "rule", "scenario"),
    [
        (Readings(battery_percent=19, discharging=True), "battery", "energy"),
        (Readings(temperature_c=81), "hot", "balanced, hot"),
        (Readings(complaints=("throttled",)), "throttled", "energy"),
        (Readings(power_w=6.5), "power", "energy"),
        (Readings(fps=9), "fps", "throughput"),
        (Readings(clock=time(23)), "time", "night"),
        # the first of several that hold
        (Readings(temperature_c=81, fps=9, clock=time(23)), "hot", "balanced, hot"),
    ],
)
def test_a_rule_of_every_sensor(
    tmp_path: Path, readings: Readings, rule: str, scenario: str
) -> None:
    config = load_config(written(tmp_path, RULES))
    from app.scenarios import find_scenario

    decision = make_governor(config).step(0.0, readings)
    assert decision.rule is not None
    assert decision.rule.name == rule
    shifted = decision.rule.apply(find_scenario(config))
    assert shifted.name == scenario
    assert shifted.weights.power == (3 if rule == "hot" else shifted.weights.power)


@pytest.mark.parametrize(
    ("held", "released"),
    [
        # where the file does not say: 5 %, a fifth, a tenth
        (
            Readings(battery_percent=24, discharging=True),
            Readings(battery_percent=25.0, discharging=True),
        ),
        (Readings(fps=11.9), Readings(fps=12.0)),
        (Readings(power_w=5.5), Readings(power_w=5.4)),
        # and where it does
        (Readings(temperature_c=71), Readings(temperature_c=70)),
    ],
)
def test_a_rule_goes_on_until_it_is_released(
    tmp_path: Path, held: Readings, released: Readings
) -> None:
    governor = make_governor(load_config(written(tmp_path, RULES)))
    everything = Readings(19, True, 81.0, None, 6.5, 9.0)
    assert governor.step(0.0, everything).rule is not None
    rule = None
    for second, readings in ((100.0, held), (200.0, released)):
        # Only the sensor under test speaks, and all others are well.
        calm = Readings(
            battery_percent=90 if readings.battery_percent is None else readings.battery_percent,
            discharging=True,
            temperature_c=20 if readings.temperature_c is None else readings.temperature_c,
            power_w=1 if readings.power_w is None else readings.power_w,
            fps=99 if readings.fps is None else readings.fps,
        )
        rule = governor.step(second, calm).rule
        assert (rule is not None) == (second == 100.0)
    assert rule is None


def test_without_rules_nothing_is_governed() -> None:
    decision = make_governor(Config()).step(0.0, Readings(1, True, 150.0, ("throttled",), 99, 0.1))
    assert decision.rule is None


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('sensor = "battry"\nbelow = 20', ["rule[0].sensor", "'battry'", "battery", "throttled"]),
        ("below = 20", ["rule[0].sensor", "missing"]),
        ('sensor = "battery"', ["a rule on battery needs below"]),
        ('sensor = "battery"\nbelow = 20\nabove = 3', ["a rule on battery takes no above"]),
        ('sensor = "throttled"\nbelow = 20', ["a rule on throttled takes no below"]),
        ('sensor = "throttled"\nrelease = 20', ["a rule on throttled takes no release"]),
        ('sensor = "fps"\nbelow = 20\nrelease = 10', ["release = 10: expected a number above 20"]),
        ('sensor = "power"\nabove = 5\nrelease = 5', ["release = 5: expected a number below 5"]),
        ('sensor = "power"\nabove = nan', ["rule[0].above", "nan"]),
        ('sensor = "power"\nabove = -1', ["rule[0].above", "-1"]),
        ('sensor = "time"\nbetween = "10-12"', ["rule[0].between", "22:00-06:00"]),
        ('sensor = "time"\nbetween = "24:00-06:00"', ["rule[0].between", "'24:00-06:00'"]),
        ('sensor = "time"\nbetween = "06:00-06:00"', ["two different times"]),
        ('sensor = "throttled"\nscenario = "enrgy"', ["rule[0].scenario", "'enrgy'", "'energy'"]),
        ('sensor = "throttled"\nadd = {}', ["rule[0].add", "at least one weight above 0"]),
        ('sensor = "throttled"\nadd = { power = -1 }', ["rule[0].add.power", "-1"]),
        ('sensor = "throttled"\nnmae = "x"', ["rule[0].nmae", "'name'"]),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, rule: str, said: list[str]) -> None:
    shift = "" if "scenario" in rule or "add" in rule else '\nscenario = "energy"'
    file = written(tmp_path, f"[[governor.rule]]\n{rule}{shift}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    message = str(caught.value)
    assert str(file) in message
    assert "\n" not in message
    for word in said:
        assert word in message


@pytest.mark.parametrize(
    ("shift", "said"),
    [("", "either scenario or add"), ('scenario = "energy"\nadd = { power = 1 }', "either")],
)
def test_a_rule_shifts_in_one_way(tmp_path: Path, shift: str, said: str) -> None:
    file = written(tmp_path, f'[[governor.rule]]\nsensor = "throttled"\n{shift}\n')
    with pytest.raises(ConfigError, match=said):
        load_config(file)


@pytest.mark.parametrize("name", ["auto", "custom"])
def test_a_name_with_a_meaning_of_its_own_is_no_scenario(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=rf"scenarios\.{name}"):
        load_config(written(tmp_path, f"[scenarios]\n{name} = {{ power = 1 }}\n"))
