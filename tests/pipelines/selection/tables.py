"""Measurements for the tests of choosing: made by hand, and drawn by Hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from models.candidate import Candidate
from pipelines.power import PowerReading
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import Scenario, Weights

BALANCED = Scenario("balanced", Weights(1, 1, 1))


def watts(value: float, kind: Any = "measured", source: str = "pi-pmic") -> PowerReading:
    return PowerReading(value, kind, "board", source)


def measured(
    name: str = "net",
    accuracy: float | None = 0.5,
    fps: float = 10.0,
    power: float | PowerReading | None = 5.0,
    engine: str = "onnxruntime",
    **more: Any,
) -> Measurement:
    """A row of a classifier on one board."""
    figures = {"task": "classify", "metric": "top1", "platform": "pi-5", **more}
    reading = watts(power) if isinstance(power, int | float) else power
    return Measurement(
        candidate=Candidate(name, "fp32", engine),
        accuracy=accuracy,
        fps=fps,
        power=reading,
        **figures,
    )


# A few round values, so that candidates often tie or are beaten, and any others.
ACCURACIES = st.sampled_from([0.25, 0.5, 0.6, 0.75, 1.0]) | st.floats(0.01, 1.0)
RATES = st.sampled_from([1.0, 5.0, 10.0, 20.0, 40.0]) | st.floats(0.1, 1e4)
WATTS = st.sampled_from([1.0, 2.0, 3.0, 4.0, 8.0]) | st.floats(0.1, 500.0)
FIGURES = st.tuples(ACCURACIES, RATES, WATTS)


def table(figures: list[tuple[float, float, float]]) -> list[Measurement]:
    """One row for each of *figures*: accuracy, fps, watts."""
    return [measured(f"net-{number}", *row) for number, row in enumerate(figures)]


TABLES = st.lists(FIGURES, min_size=1, max_size=12).map(table)
POSITIVE = st.floats(0.01, 10.0)
WEIGHTS = st.tuples(POSITIVE, POSITIVE, POSITIVE).map(lambda three: Weights(*three))


def timed(name: str, fps: float, error: float, accuracy: float = 0.5) -> Measurement:
    """A row whose throughput is known to within a factor of 1 ± *error*."""
    interval = (fps * (1 - error), fps * (1 + error))
    return measured(name, accuracy, fps, fps_ci95=interval, images=1000)
