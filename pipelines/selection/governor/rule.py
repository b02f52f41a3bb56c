"""A rule: a condition, and how the scenario shifts while it holds."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from pipelines.selection.governor.conditions import Condition
from pipelines.selection.scenario import MOST, Scenario, Weights


@dataclass(frozen=True, slots=True)
class Rule:
    """While *condition* holds, *shift* is in force: a scenario, or weights to add to others."""

    name: str
    condition: Condition
    shift: Scenario | Weights

    def apply(self, base: Scenario) -> Scenario:
        """What becomes of *base*, the configuration's scenario."""
        if isinstance(self.shift, Scenario):
            return self.shift
        added = {
            field.name: min(
                MOST, getattr(base.weights, field.name) + getattr(self.shift, field.name)
            )
            for field in fields(Weights)
        }
        return replace(base, name=f"{base.name}, {self.name}", weights=Weights(**added))
