"""What the map of scenarios says in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QCoreApplication

from app.captions import captions
from app.ui.clauses import sentence
from models.candidate import Candidate
from pipelines.selection.eligible import AXES
from pipelines.selection.measurement import Measurement
from pipelines.selection.regions import OptimumMap

translate = QCoreApplication.translate

UNKNOWN = "–"


def corner_names(drawn: OptimumMap) -> tuple[str, str, str]:
    """What the corners stand for; a figure that nobody knows counts nowhere."""
    names = (
        translate("triangle", "Accuracy"),
        translate("triangle", "Throughput"),
        translate("triangle", "Low power"),
    )
    unknown = translate("triangle", "{name} (unknown)")
    a, t, p = (
        name if any(term.value(row) for row in drawn.rows) else unknown.format(name=name)
        for name, term in zip(names, AXES, strict=True)
    )
    return a, t, p


@dataclass(frozen=True, slots=True)
class LegendRow:
    """*number*: which region, counted from 1; None for another that wins the same one."""

    number: int | None
    cells: tuple[str, ...]


def legend_head(drawn: OptimumMap) -> tuple[str, ...]:
    """The columns of the legend."""
    metric = next((row.metric for row in drawn.rows if row.metric), None)
    return (
        translate("triangle", "network · engine"),
        translate("triangle", "wins"),
        metric or translate("triangle", "accuracy"),
        translate("triangle", "fps"),
        translate("triangle", "W"),
    )


def legend(drawn: OptimumMap) -> list[LegendRow]:
    """The regions, the largest first, with the figures of those who win them."""
    rows = {row.candidate: row for row in drawn.rows}
    called = captions(rows)
    found = []
    for number, region in enumerate(drawn.regions, 1):
        first = rows[region.candidate]
        cells = (str(called[region.candidate]), share(float(region.share)), *_figures(first))
        found.append(LegendRow(number, cells))
        found += [
            LegendRow(None, (str(called[other]), "=", *_figures(rows[other])))
            for other in region.tied
        ]
    return found


def title() -> str:
    """What the map is about."""
    return translate("triangle", "Which network wins in which scenario")


def headline(drawn: OptimumMap) -> str:
    """Who wins in the scenario in force, and by how much."""
    point = drawn.scenario.weights.point
    assert point is not None  # a map of another scenario is never drawn
    return f"{drawn.scenario.name}: {standing(drawn, point)}"


def standing(drawn: OptimumMap, point: Sequence[float]) -> str:
    """Who wins at *point*, and by how much."""
    found = drawn.at(point)
    called = captions(row.candidate for row in drawn.rows)
    winner = str(called[found.winner])
    if found.runner_up is None or found.lead is None:
        return translate("triangle", "{winner} wins").format(winner=winner)
    return translate("triangle", "{winner} wins, {lead} ahead of {runner_up}").format(
        winner=winner, lead=percent(found.lead), runner_up=called[found.runner_up]
    )


def figures(drawn: OptimumMap, candidate: Candidate) -> str:
    """The figures of *candidate*, and how much of the map it wins, in two lines."""
    row = next(row for row in drawn.rows if row.candidate == candidate)
    called = captions(row.candidate for row in drawn.rows)
    accuracy, fps, watts = _figures(row)
    parts = [f"{accuracy} {row.metric}" if row.metric else "", f"{fps} fps"]
    if row.power:
        parts.append(f"{watts} W {_provenance(row)}")
    won = [region for region in drawn.regions if candidate in (region.candidate, *region.tied)]
    lines = [str(called[candidate]), " · ".join(filter(None, parts))]
    if won:
        text = translate("triangle", "wins {share} of all scenarios")
        lines.append(text.format(share=share(float(won[0].share))))
    return "\n".join(lines)


def explanation(drawn: OptimumMap) -> list[str]:
    """How to read the map, and what it rests on."""
    limits = drawn.scenario
    kept = [
        translate("triangle", "accuracy ≥ {least}").format(least=f"{limits.min_accuracy:.4g}")
        if limits.min_accuracy is not None
        else "",
        f"≥ {limits.min_fps:.4g} fps" if limits.min_fps is not None else "",
        f"≤ {limits.max_power_w:.4g} W" if limits.max_power_w is not None else "",
    ]
    name = f"{limits.name} ({', '.join(filter(None, kept))})" if any(kept) else limits.name
    sentences = [
        " ".join(_explained()),
        translate("triangle", "The white point is the scenario {name}.").format(name=name),
        _counts(drawn),
        _provenances(drawn),
        *map(sentence, drawn.notes),
    ]
    return [sentence for sentence in sentences if sentence]


def share(value: float) -> str:
    """A part of all scenarios; what is there is never 0 %."""
    return f"{value:.0%}" if value >= 0.01 else "< 1%"


def percent(value: float) -> str:
    """A lead: one digit more where it is small."""
    return f"{value:.0%}" if value >= 0.1 else f"{value:.1%}"


def _figures(row: Measurement) -> tuple[str, str, str]:
    return (
        UNKNOWN if row.accuracy is None else f"{row.accuracy:.1%}",
        f"{row.fps:.1f}",
        UNKNOWN if row.power is None else f"{row.power.watts:.2f}",
    )


def _explained() -> tuple[str, ...]:
    merit = "accuracy^a · fps^t / watts^p, a + t + p = 1"
    return (
        translate(
            "triangle", "Each point is a scenario: nearer to a corner, its figure counts more."
        ),
        translate(
            "triangle", "Its area is that of the network and engine with the most merit, {merit}."
        ).format(merit=merit),
        translate("triangle", "“wins” is its part of all scenarios."),
    )


def _counts(drawn: OptimumMap) -> str:
    some, edges, rejected = len(drawn.reduced), len(drawn.edges), len(drawn.rejected)
    parts = [
        translate("triangle", "Candidates that win somewhere: {some} of {all}.").format(
            some=some, all=len(drawn.rows)
        )
    ]
    if edges:
        text = translate("triangle", "Level with one of them on an edge or in a corner: {count}.")
        parts.append(text.format(count=edges))
    if rejected:
        text = translate("triangle", "Not ranked: {count}.")
        parts.append(text.format(count=rejected))
    return " ".join(parts)


def _provenances(drawn: OptimumMap) -> str:
    first = drawn.rows[0]
    parts = []
    if first.power:
        parts.append(translate("triangle", "Watts: {origin}.").format(origin=_provenance(first)))
    if first.platform:
        parts.append(translate("triangle", "Platform: {name}.").format(name=first.platform))
    return " ".join(parts)


def _provenance(row: Measurement) -> str:
    if row.power is None:
        return UNKNOWN
    # The modelled source is called so, too.
    said = dict.fromkeys((row.power.kind, row.power.scope, row.power.source))
    return ", ".join(filter(None, said))
