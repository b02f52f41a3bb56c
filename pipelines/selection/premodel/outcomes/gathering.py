"""Runs every network on every picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from models.errors import InputError
from pipelines.benchmark.conditions.power import MeanPower
from pipelines.power import PowerSource
from pipelines.selection.premodel.outcomes.examples import Example, Examples
from pipelines.selection.premodel.outcomes.features import Describer
from pipelines.selection.premodel.outcomes.judging import quality
from pipelines.selection.premodel.outcomes.runner import Answer, Runner
from pipelines.selection.premodel.outcomes.table import Facts, Outcomes

# With fewer, each half tells nothing.
LEAST_PICTURES, LEAST_GROUPS = 20, 4
# As often as the live path reads it.
_POWER_S = 1.0


def gather(
    runners: Sequence[Runner],
    examples: Examples,
    facts: Facts,
    *,
    teacher: int = 0,
    power: PowerSource | None = None,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> Outcomes:
    """Run all *runners* on all *examples*, in turn, so that a busy moment hits all alike.

    *facts*, but for power and notes, say what they are. *teacher*: the runner whose findings count
    as the truth where there is none. *advance* hears how many examples are done, and of how many.
    Raises InputError where there are too few, and EngineError.
    """
    describe, mean_power = Describer(), MeanPower(power)
    columns: dict[str, list[object]] = {
        name: []
        for name in ("quality", "certainty", "times", "features", "feature_times", "groups")
    }
    for number, example in enumerate(examples, 1):
        began = time.perf_counter()
        columns["features"].append(describe(example.image))
        columns["feature_times"].append(time.perf_counter() - began)
        answers, times = _run(runners, example, first=number % len(runners))
        columns["quality"].append(_judge(answers, example, facts, teacher))
        columns["certainty"].append([answer.certainty for answer in answers])
        columns["times"].append(times)
        columns["groups"].append(example.group)
        if mean_power.age_s >= _POWER_S:
            mean_power.sample()
        advance(number, len(examples))
    _expect_enough(facts, columns["groups"], examples.notes())
    facts = msgspec.structs.replace(facts, power=mean_power.reading(), notes=examples.notes())
    return Outcomes(facts, **{name: np.array(column) for name, column in columns.items()})


def _expect_enough(facts: Facts, groups: Sequence[object], notes: Sequence[str]) -> None:
    if len(groups) >= LEAST_PICTURES and len(set(groups)) >= LEAST_GROUPS:
        return
    raise InputError(
        f"{facts.data}: {len(groups)} of them can be used, which are too few to train routers with "
        f"and to judge them{''.join(f'; {note}' for note in notes)}"
    )


def _run(
    runners: Sequence[Runner], example: Example, first: int
) -> tuple[list[Answer], list[float]]:
    """Each runner's answer and seconds, in their order, begun with the one at *first*."""
    found: dict[int, tuple[Answer, float]] = {}
    for step in range(len(runners)):
        column = (first + step) % len(runners)
        began = time.perf_counter()
        answer = runners[column].run(example.image)
        found[column] = answer, time.perf_counter() - began
    ordered = [found[column] for column in range(len(runners))]
    return [answer for answer, _ in ordered], [seconds for _, seconds in ordered]


def _judge(answers: Sequence[Answer], example: Example, facts: Facts, teacher: int) -> list[float]:
    taught = answers[teacher].prediction.detections
    if facts.task == "classify":
        taught = taught[:1]
    truth = example.truth or (taught,) * len(answers)
    return [
        quality(answer.prediction.detections, there, facts.task, facts.top)
        for answer, there in zip(answers, truth, strict=True)
    ]
