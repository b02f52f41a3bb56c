"""Which scenario is in force: several may ask for one, and the one of most authority rules."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Literal, get_args

from pipelines.selection.scenario import Scenario, Weights

# In order of authority. The configuration always has one.
Source = Literal["user", "mqtt", "governor", "configuration"]
Commander = Literal["user", "mqtt", "governor"]
SOURCES: tuple[Source, ...] = get_args(Source)

# What asks for no scenario, so that the next source rules; and what weights by hand are called.
AUTO = "auto"
CUSTOM = "custom"
RESERVED = (AUTO, CUSTOM)


@dataclass(frozen=True, slots=True)
class Ruling:
    """The scenario in force, who asked for it, and why in one clause ("" for no reason)."""

    scenario: Scenario
    source: Source
    why: str = ""

    def __str__(self) -> str:
        return f"{self.scenario.name} ({self.source}{': ' if self.why else ''}{self.why})"


class InForce:
    """What every source asks for. On any thread."""

    def __init__(self, configured: Scenario) -> None:
        self._lock = threading.Lock()
        self._asked: dict[Source, Ruling] = {"configuration": Ruling(configured, "configuration")}

    @property
    def configured(self) -> Scenario:
        """The configuration's own scenario."""
        return self._asked["configuration"].scenario

    @property
    def now(self) -> Ruling:
        """The one that rules."""
        with self._lock:
            return next(self._asked[source] for source in SOURCES if source in self._asked)

    def ask(self, source: Commander, scenario: Scenario, why: str = "") -> None:
        """Have *source* ask for *scenario*, until it asks for another or is cleared."""
        with self._lock:
            self._asked[source] = Ruling(scenario, source, why)

    def clear(self, source: Commander) -> None:
        """Have *source* ask for nothing, so that the next one rules."""
        with self._lock:
            self._asked.pop(source, None)

    def weighed(self, weights: Weights) -> Scenario:
        """*weights* as a scenario: the task and the limits of the configuration's stay."""
        return replace(self.configured, name=CUSTOM, weights=weights)
