"""The routers that a study compares, by their names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pipelines.selection.premodel.outcomes.table import IntArray, Outcomes
from pipelines.selection.premodel.strategies.confidence import Cascade, fit_cascade
from pipelines.selection.premodel.strategies.objective import by_merit, keep_accuracy, less_time
from pipelines.selection.premodel.strategies.premodel import Premodel, fit_premodel
from pipelines.selection.premodel.strategies.temporal import Temporal, fit_temporal
from pipelines.selection.scenario import Scenario

LearnedRouter = Premodel | Cascade | Temporal
Fit = Callable[[Outcomes, IntArray], LearnedRouter]

# As many times less time than the most capable network as the published premodel takes.
PUBLISHED = 1.8
_CURVE = (1.25, 1.5, 1.8, 2.0, 2.5, 3.0, 4.0)


def all_contenders(scenario: Scenario, video: bool) -> dict[str, Fit]:
    """The published premodel, and the others for each of three aims."""
    aims = {
        f"scenario {scenario.name}": by_merit(scenario),
        "accuracy kept": keep_accuracy,
        f"{PUBLISHED:g}× less time": less_time(PUBLISHED),
    }
    found: dict[str, Fit] = {"premodel": fit_premodel}
    for aim, objective in aims.items():
        found[f"confidence, {aim}"] = partial(fit_cascade, objective=objective)
    for aim, objective in aims.items() if video else ():
        found[f"temporal, {aim}"] = partial(fit_temporal, objective=objective)
    return found


def curve() -> dict[str, Fit]:
    """Confidence cascades for ever less time."""
    return {
        f"{factor:g}× less time": partial(fit_cascade, objective=less_time(factor))
        for factor in _CURVE
    }
