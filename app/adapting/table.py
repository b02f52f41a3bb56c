"""A study as text, for people, and as a document, for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from models.command import command
from pipelines.selection.premodel import PREFIX
from pipelines.selection.premodel.deploy import Deployment
from pipelines.selection.premodel.evaluation.resampling import Interval
from pipelines.selection.premodel.evaluation.study import Routed, Study
from pipelines.selection.premodel.evaluation.verdict import points

UNKNOWN = "–"


def document(deployment: Deployment) -> dict[str, Any]:
    """Everything but what the router has learned, with the energy where the power is known."""
    study = deployment.study
    found: dict[str, Any] = msgspec.to_builtins(study)
    for entry in (*found["networks"], *found["routers"], *found["curve"]):
        entry["joules"] = study.joules(entry["seconds"])
    learned = deployment.router
    return {
        "schema": deployment.schema,
        "name": deployment.name,
        "deployed": study.chosen or None,
        "runs": list(learned.networks) if learned else [],
        **found,
    }


def account(deployment: Deployment) -> Iterator[str]:
    """The study as lines."""
    study = deployment.study
    facts = study.facts
    yield (
        f"{facts.data}; {facts.engine}, threads: {facts.threads}. {study.halvings} halvings, drawn "
        f"at random: trained on one half, judged on the other; intervals of 95 %."
    )
    yield ""
    yield from _lined_up(_networks(study))
    yield ""
    yield from _lined_up(_routers(study, study.routers, "router"))
    yield ""
    yield from _lined_up(_routers(study, study.curve, "confidence, held to"))
    yield ""
    yield from _power(study)
    yield from (f"{note[0].upper()}{note[1:]}." for note in facts.notes)
    for router in study.routers:
        if router.refusal:
            yield f"Refused: {router.name}: {router.refusal}."
    yield from _verdict(deployment)


def _networks(study: Study) -> Iterator[tuple[str, ...]]:
    single = study.single
    yield ("alone", study.facts.metric, "95 %", "ms", "time", "J", "best for")
    for each in study.networks:
        yield (
            each.network,
            f"{each.accuracy.value:.1%}",
            _range(each.accuracy),
            f"{each.seconds * 1e3:.2f}",
            _ratio(single.seconds, each.seconds),
            _joules(study, each.seconds),
            f"{each.best:.1%}",
        )
    accuracy, seconds = study.oracle
    yield (
        "oracle",
        f"{accuracy:.1%}",
        "",
        f"{seconds * 1e3:.2f}",
        _ratio(single.seconds, seconds),
        _joules(study, seconds),
        f"none: {study.failed:.1%}",
    )


def _routers(study: Study, routers: Sequence[Routed], title: str) -> Iterator[tuple[str, ...]]:
    yield (
        title, study.facts.metric, "95 %", "ms", "of it own", "time", "J",
        "shuffled", "lift", "95 %", "random mix", "margin", "95 %",
    )  # fmt: skip
    for each in routers:
        yield (
            each.name,
            f"{each.accuracy.value:.1%}",
            _range(each.accuracy),
            f"{each.seconds * 1e3:.2f}",
            f"{each.own_s * 1e3:.2f}",
            _ratio(study.single.seconds, each.seconds),
            _joules(study, each.seconds),
            f"{each.shuffled:.1%}",
            *_points(each.lift),
            f"{each.matched:.1%}",
            *_points(each.margin),
        )


def _power(study: Study) -> Iterator[str]:
    power = study.facts.power
    if power is not None:
        yield (
            f"Joules: the time × {power.watts:.2f} W, {power.kind} ({power.scope}, by "
            f"{power.source}), the mean of the run, whichever network was running."
        )


def _verdict(deployment: Deployment) -> Iterator[str]:
    study, router = deployment.study, deployment.router
    if router is None:
        yield "No router is deployed: none has a lift that is certain."
        return
    yield (
        f"Deployed: {study.chosen} ({' → '.join(router.networks)}), the best of those that stood "
        f"the test for the scenario {study.scenario!r}; "
        f"`{command()} run --model {PREFIX}{deployment.name}` runs it."
    )
    if study.preferred:
        yield f"For this scenario {study.preferred} alone has the greater figure of merit."


def _lined_up(rows: Iterator[Sequence[str]]) -> Iterator[str]:
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        yield "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()


def _range(interval: Interval) -> str:
    return f"{interval.low * 100:.1f}…{interval.high * 100:.1f}"


def _points(interval: Interval) -> tuple[str, str]:
    return points(interval.value), f"{points(interval.low)}…{points(interval.high)}"


def _ratio(whole: float, part: float) -> str:
    """How many times less time than the most accurate network alone."""
    return f"÷{whole / part:.2f}"


def _joules(study: Study, seconds: float) -> str:
    joules = study.joules(seconds)
    return UNKNOWN if joules is None else f"{joules:.3g}"
