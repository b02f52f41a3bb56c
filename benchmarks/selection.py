"""How long choosing takes: `python -m benchmarks.selection`.

Ranks 1000 rows and maps 200 candidates of made-up figures: at random, where few win anywhere, and
on a sphere of utilities, the worst case, where everybody does. Prints medians.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from models.candidate import Candidate
from pipelines.power import PowerReading
from pipelines.selection.choice import choose
from pipelines.selection.measurement import Measurement
from pipelines.selection.regions import draw_map
from pipelines.selection.scenario import NAMED, Scenario
from pipelines.selection.table import format_table, read_table

SCENARIO = Scenario("balanced", NAMED["balanced"])


def at_random(count: int, seed: int = 1) -> list[Measurement]:
    """*count* rows with independent figures."""
    source = random.Random(seed)
    return [
        _row(n, source.uniform(0.3, 0.9), source.uniform(1, 100), source.uniform(2, 8))
        for n in range(count)
    ]


def on_a_sphere(count: int, seed: int = 1) -> list[Measurement]:
    """*count* rows each of which is the best in some scenario."""
    source = random.Random(seed)
    rows = []
    for number in range(count):
        way = [abs(source.gauss(0, 1)) for _ in range(3)]
        a, t, p = (value / math.hypot(*way) for value in way)
        rows.append(_row(number, math.exp(a - 1), math.exp(t + 2), math.exp(2 - p)))
    return rows


def _row(number: int, accuracy: float, fps: float, watts: float) -> Measurement:
    return Measurement(
        candidate=Candidate(f"network-{number}", "fp32", "onnxruntime"),
        task="classify",
        metric="top1",
        accuracy=accuracy,
        images=500,
        fps=fps,
        fps_ci95=(fps * 0.99, fps * 1.01),
        power=PowerReading(watts, "measured", "board", "none"),
        platform="none",
    )


def _median_ms(run: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Wall and processor time; beside other work only the second one means something."""
    times = []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    walls, cpus = zip(*times, strict=True)
    return statistics.median(walls) * 1e3, statistics.median(cpus) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    thousand, few, all_win = at_random(1000), at_random(200), on_a_sphere(200)
    with TemporaryDirectory() as folder:
        table = Path(folder) / "table.json"
        table.write_text(format_table(thousand, table), encoding="utf-8")
        cases: dict[str, Callable[[], object]] = {
            "read 1000 rows": lambda: read_table(table),
            "choose of 1000 rows": lambda: choose(thousand, SCENARIO),
            f"map 200, {_winners(few)} win": lambda: draw_map(few, SCENARIO),
            f"map 200, {_winners(all_win)} win": lambda: draw_map(all_win, SCENARIO),
        }
        for name, run in cases.items():
            wall, cpu = _median_ms(run, rounds)
            print(f"{name:24}{wall:>8.1f} ms{cpu:>8.1f} ms of processor time")


def _winners(rows: list[Measurement]) -> int:
    return len(draw_map(rows, SCENARIO).reduced)


if __name__ == "__main__":
    main()
