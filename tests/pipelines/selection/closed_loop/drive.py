"""A camera that obeys its steering, and the table it is steered by."""

from __future__ import annotations

from dataclasses import replace

from models.candidate import Candidate
from pipelines.selection.closed_loop.deviation import Live
from pipelines.selection.closed_loop.steering import (
    Move,
    Steering,
)
from pipelines.selection.in_force import Ruling
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import NAMED, Scenario
from tests.pipelines.selection.tables import measured

# Figures of merit at equal weights: 2, 4 and 3.
HEAVY = measured("heavy", accuracy=0.8, fps=10.0, power=4.0)
LIGHT = measured("light", accuracy=0.5, fps=24.0, power=3.0)
MIDDLE = measured("middle", accuracy=0.6, fps=15.0, power=3.0)
ROWS = (HEAVY, LIGHT, MIDDLE)


def ruling(name: str, **more: object) -> Ruling:
    return Ruling(Scenario(name, NAMED[name], **more), "configuration")  # type: ignore[arg-type]


BALANCED, ACCURACY = ruling("balanced"), ruling("accuracy")


def alive(row: Measurement, throughput: float = 1.0, power: float = 1.0) -> Live:
    """A saturated network that does *throughput* times what its row says."""
    assert row.power is not None
    return Live(
        fps=row.fps * throughput,
        capture_fps=1000.0,
        work_ms=1e3 / (row.fps * throughput),
        power=replace(row.power, watts=row.power.watts * power),
    )


class Drive:
    """A camera that obeys its steering at once, second by second."""

    def __init__(self, running: Candidate, *rows: Measurement, **options: object) -> None:
        self.steering = Steering(rows or ROWS, **options)  # type: ignore[arg-type]
        self.running = running
        self.now_s = 0
        self.moves: list[Move] = []
        self._rows = {row.candidate: row for row in rows or ROWS}

    def go(self, seconds: int, rule: Ruling = BALANCED, **factors: float) -> list[Move]:
        """The moves of *seconds*; *factors* by network, of its throughput."""
        found = []
        for _ in range(seconds):
            row = self._rows.get(self.running)
            live = alive(row, factors.get(self.running.network, 1.0)) if row else None
            move = self.steering.step(self.now_s, rule, self.running, live)
            self.now_s += 1
            if move:
                self.running = move.candidate
                found.append(move)
        self.moves += found
        return found
