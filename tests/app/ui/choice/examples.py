"""Rows, changes and failures to be shown."""

from __future__ import annotations

from typing import Any

from app.account import Entry, Refusal
from pipelines.live.switcher import Switch
from pipelines.selection.scenario import NAMED, Scenario
from tests.pipelines.selection.tables import measured

ROWS = [
    measured("accurate", 0.9, 5.0, 6.0),
    measured("fast", 0.5, 40.0, 5.0),
    measured("frugal", 0.6, 10.0, 2.0),
]
ACCURATE, FAST, FRUGAL = (row.candidate for row in ROWS)
AT = "2026-01-01T12:00:00.000+00:00"


def entry(at: str = AT, gap_ms: float | None = 33.4, **more: Any) -> Entry:
    """A change from the accurate network to the fast one that MQTT asked for."""
    switch = Switch(
        at=at,
        before=ACCURATE,
        after=FAST,
        why="energy by MQTT: fast instead of accurate",
        load_ms=249.6,
        gap_ms=gap_ms,
        dropped=7,
    )
    scenario = Scenario("energy", NAMED["energy"])
    return Entry(camera="Gate cam", switch=switch, scenario=scenario, source="mqtt", **more)


def refusal(at: str = AT) -> Refusal:
    """The frugal network could not be loaded while the fast one ran."""
    why = "network 'frugal': frugal.onnx is damaged"
    return Refusal(camera="Gate cam", at=at, candidate=FRUGAL, kept=FAST, why=why)
