"""From the configuration's words to scenarios."""

from __future__ import annotations

from app.config import Config, WeightsConfig
from models.errors import UnknownName
from pipelines.selection.scenario import NAMED, Scenario, Weights


def named_scenarios(config: Config) -> dict[str, Scenario]:
    """Every scenario by its name: the four that are always there, and the user's own."""
    own = {name: _scenario(name, entry) for name, entry in config.scenarios.items()}
    return {name: Scenario(name, weights) for name, weights in NAMED.items()} | own


def find_scenario(config: Config, name: str | None = None) -> Scenario:
    """The scenario called *name*, by default the one in force. Raises UnknownName."""
    known = named_scenarios(config)
    name = config.scenario.name if name is None else name
    if name not in known:
        raise UnknownName("scenario", name, known)
    return known[name]


def _scenario(name: str, entry: WeightsConfig) -> Scenario:
    weights = Weights(entry.accuracy, entry.throughput, entry.power, entry.memory, entry.latency)
    return Scenario(name, weights, entry.task, entry.min_accuracy, entry.min_fps, entry.max_power_w)
