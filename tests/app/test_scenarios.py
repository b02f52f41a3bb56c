from __future__ import annotations

from pathlib import Path

import pytest

from app.config import Config, load_config
from app.scenarios import find_scenario, named_scenarios
from models.errors import ConfigError, UnknownName
from pipelines.selection.scenario import NAMED, Scenario, Weights


def load(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_balanced_is_in_force_unless_told_otherwise() -> None:
    assert find_scenario(Config()) == Scenario("balanced", Weights(1, 1, 1))


def test_the_named_ones_are_those_of_the_method() -> None:
    found = named_scenarios(Config())
    assert {name: scenario.weights for name, scenario in found.items()} == NAMED


def test_the_user_adds_his_own(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        '[scenario]\nname = "night"\n[scenarios]\n'
        'night = { accuracy = 0.3, power = 0.7, memory = 0.1, min_fps = 2, task = "detect" }\n'
        "energy = { power = 1, max_power_w = 4, min_accuracy = 0.5 }\n",
    )
    night = Weights(0.3, 0.0, 0.7, memory=0.1)
    assert find_scenario(config) == Scenario("night", night, "detect", min_fps=2)
    energy = find_scenario(config, "energy")
    assert (energy.max_power_w, energy.min_accuracy) == (4, 0.5)
    # What the file leaves out of the four is there all the same.
    assert list(named_scenarios(config)) == [*NAMED, "night"]


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(UnknownName, match="unknown scenario 'balancd'; did you mean 'balanced'"):
        find_scenario(Config(), "balancd")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[scenario]\nname = "fast"', "scenario.name = 'fast': there is no such scenario"),
        ("[scenarios.night]\nmin_fps = 2", "scenarios.night: expected at least one weight above 0"),
        ("[scenarios]\nnight = { power = -1 }", "scenarios.night: power = -1: expected a number"),
        ("[scenarios.night]\npower = nan", "scenarios.night: power = nan: expected a number"),
        ("[scenarios.night]\npower = inf", "scenarios.night: power = inf: expected a number"),
        ("[scenarios.night]\npwer = 1", "scenarios.night: unknown key pwer; did you mean 'power'"),
        (
            '[scenarios.night]\npower = 1\ntask = "track"',
            "scenarios.night: task = 'track': expected one of classify, detect",
        ),
        (
            "[scenarios.night]\npower = 1\nmin_accuracy = 60",
            "scenarios.night: min_accuracy = 60: expected a number <= 1",
        ),
        ("[scenarios]\nnight = 3", "scenarios.night: expected a table"),
        ("[[scenarios]]\npower = 1", "scenarios = [{'power': 1}]: expected a table"),
    ],
)
def test_a_mistake_is_told_with_the_scenario_s_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
