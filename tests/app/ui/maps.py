"""Maps of scenarios for the tests of the triangle."""

from __future__ import annotations

import math

from pipelines.selection.regions import OptimumMap, draw_map
from tests.pipelines.selection.tables import BALANCED, measured, table


def small_map() -> OptimumMap:
    """Three regions, the first with room for a name."""
    rows = [
        measured("accurate", 0.9, 5.0, 6.0),
        measured("fast", 0.5, 40.0, 5.0),
        measured("frugal", 0.6, 10.0, 2.0),
    ]
    return draw_map(rows, BALANCED)


def crowded_map(count: int = 40) -> OptimumMap:
    """As many regions as candidates: their utilities lie on a sphere, evenly, as seeds do."""
    rows = []
    for number in range(count):
        height = (number + 0.5) / count
        turn = math.pi * (1 + math.sqrt(5)) * number % (math.pi / 2)
        a, t = (math.sqrt(1 - height**2) * f(turn) for f in (math.cos, math.sin))
        rows.append((math.exp(a - 1), math.exp(t), math.exp(-height)))
    return draw_map(table(rows), BALANCED)
