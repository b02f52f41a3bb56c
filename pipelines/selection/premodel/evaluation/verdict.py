"""Whether a router may be used, and which one is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.selection.premodel.evaluation.resampling import Interval
from pipelines.selection.premodel.evaluation.study import Alone, Routed
from pipelines.selection.premodel.strategies.objective import Options, by_merit
from pipelines.selection.scenario import Scenario

# A router that always takes the same network but for an odd picture is none.
_ALWAYS = 0.999


def refusal(router: Routed) -> str:
    """Why *router* must not be used, in one clause; "" where nothing speaks against it.

    Its lift over the shuffled router, and its margin over the random mix of two networks that takes
    as long, must be above 0 for certain: else a coin would do as well, and cost nothing. And no
    network alone may be as accurate in no more time.
    """
    favourite = max(router.mix, key=lambda name: router.mix[name])
    if router.mix[favourite] >= _ALWAYS:
        return f"it always takes {favourite}, which can run without it"
    if router.lift.low <= 0:
        return f"a shuffled router with the same mix may be as good: lift {in_points(router.lift)}"
    if router.ahead is not None and router.ahead.low <= 0:
        return (
            f"{router.rival} alone takes no longer and may be as accurate: "
            f"lead {in_points(router.ahead)}"
        )
    if router.margin.low <= 0:
        return (
            f"a random mix of two networks in the same time may be as good: "
            f"margin {in_points(router.margin)}"
        )
    return ""


def choose_router(routers: Sequence[Routed], scenario: Scenario) -> Routed | None:
    """Of those that are not refused the one with the scenario's greatest figure of merit."""
    usable = [router for router in routers if not router.refusal]
    if not usable:
        return None
    return usable[by_merit(scenario)(_options(usable))]


def better_alone(chosen: Routed, networks: Sequence[Alone], scenario: Scenario) -> Alone | None:
    """The network that the scenario would rather have than the router *chosen*, if there is one."""
    best = by_merit(scenario)(_options([*networks, chosen]))
    return networks[best] if best < len(networks) else None


def points(fraction: float) -> str:
    """A difference of two fractions as people read it: "+4.2"."""
    return f"{round(100 * fraction, 1) + 0.0:+.1f}"  # no -0.0


def in_points(difference: Interval) -> str:
    """With its interval."""
    value, low, high = map(points, (difference.value, difference.low, difference.high))
    return f"{value} points (95 %: {low} … {high})"


def _options(those: Sequence[Routed | Alone]) -> Options:
    best = max(those, key=lambda each: each.accuracy.value)
    return Options(
        np.array([each.accuracy.value for each in those]),
        np.array([each.seconds for each in those]),
        best.accuracy.value,
        best.seconds,
    )
