"""A benchmark's figures as Markdown: what was measured, chosen, rejected, and measured again."""

from __future__ import annotations

from collections.abc import Sequence

from app.captions import captions
from benchmarks.choosing.study import BALANCED, Study
from benchmarks.markdown import table
from pipelines.selection.choice import Choice, choose
from pipelines.selection.measurement import Measurement
from pipelines.selection.merit import figure_of_merit
from pipelines.selection.regions import OptimumMap
from pipelines.selection.scenario import NAMED, Scenario, Weights

UNKNOWN = "–"


def merit(row: Measurement) -> float:
    """Equation 1; 0 where it cannot be told."""
    return figure_of_merit(row, Weights()) or 0.0


def best_ways(study: Study) -> list[Measurement]:
    """Of each network, precision and engine the threads that serve Equation 1 best, best first."""
    order = sorted(study.rows, key=lambda row: (merit(row), row.fps), reverse=True)
    best: dict[tuple[str, str, str], Measurement] = {}
    for row in order:
        who = row.candidate
        best.setdefault((who.network, who.precision, who.engine), row)
    return list(best.values())


def candidates(study: Study) -> str:
    """The `best_ways` with their figures."""
    metric = next((row.metric for row in study.rows if row.metric), "accuracy")
    head = ("network", "engine", "threads", metric, "fps (95 %)", "p95 ms", "W", "MB", "CPU ms")
    return table((*head, "images per joule"), [_figures(row) for row in best_ways(study)])


def _figures(row: Measurement) -> tuple[str, ...]:
    who = row.candidate
    low, high = row.fps_ci95 or (None, None)
    spread = "" if low is None else f" ({_number(low)} … {_number(high)})"
    cpu_ms = None if row.cpu_s_per_frame is None else row.cpu_s_per_frame * 1e3
    return (
        who.network,
        f"{who.engine} {who.precision}",
        f"{who.threads}{', spinning' if who.spinning else ''}",
        accuracy(row),
        f"{_number(row.fps)}{spread}",
        _number(row.p95_ms),
        watts(row),
        _number(row.memory_mb),
        _number(cpu_ms),
        _number(merit(row) or None),
    )


def choices(study: Study) -> str:
    """What each of the named scenarios chooses, and how surely."""
    rows = []
    for name, weights in NAMED.items():
        found = choose(study.rows, Scenario(name, weights), platform=study.platform)
        if found.ranking:
            rows.append((name, *_chosen(found)))
    return table(("scenario", "chosen", "accuracy", "fps", "W", "ahead of", "by (95 %)"), rows)


def _chosen(choice: Choice) -> tuple[str, ...]:
    first = choice.ranking[0].measurement
    called = captions(place.candidate for place in choice.ranking)
    figures = (str(called[first.candidate]), accuracy(first), _number(first.fps), watts(first))
    margin = choice.margin
    if margin is None:
        return (*figures, UNKNOWN, UNKNOWN)
    lead = f"{margin.lead:.1%}"
    if margin.ci95 is not None:
        low, high = margin.ci95
        lead += f" ({low:.1%} … {high:.1%})" + ("" if margin.certain else ": may be chance")
    return (*figures, str(called[margin.runner_up]), lead)


def regions(drawn: OptimumMap) -> str:
    """Who wins anywhere, and which part of all scenarios."""
    rows = {row.candidate: row for row in drawn.rows}
    called = captions(rows)
    lines = []
    for number, region in enumerate(drawn.regions, 1):
        for who in (region.candidate, *region.tied):
            row = rows[who]
            part = f"{float(region.share):.1%}" if region.share >= 0.001 else "< 0.1%"
            lines.append(
                (str(number), part, str(called[who]), accuracy(row), _number(row.fps), watts(row))
            )
    return table(("area", "of all scenarios", "network · engine", "accuracy", "fps", "W"), lines)


def rejections(study: Study) -> str:
    """Each reason once, with those it is true of."""
    groups: dict[str, dict[str, None]] = {}
    for refusal in study.rejected:
        groups.setdefault(refusal.reason, {})[str(refusal.candidate)] = None
    rows = [(", ".join(names), reason) for reason, names in groups.items()]
    return table(("rejected", "why"), rows)


def first_three(study: Study) -> tuple[str, ...]:
    """The first three of `balanced`, as they are called."""
    ranking = choose(study.rows, BALANCED, platform=study.platform).ranking
    called = captions(place.candidate for place in ranking)
    return tuple(str(called[place.candidate]) for place in ranking[:3])


def within(first: Study, again: Study) -> tuple[int, int]:
    """Of how many candidates the second throughput is in the first's interval, and of how many."""
    intervals = {row.candidate: row.fps_ci95 for row in first.rows}
    pairs = [
        (interval, row.fps) for row in again.rows if (interval := intervals.get(row.candidate))
    ]
    return sum(low <= fps <= high for (low, high), fps in pairs), len(pairs)


def accuracy(row: Measurement) -> str:
    """In percent; an asterisk where it is only declared."""
    if row.accuracy is None:
        return UNKNOWN
    return f"{row.accuracy:.1%}{'*' if row.accuracy_source == 'declared' else ''}"


def watts(row: Measurement) -> str:
    """With two decimals."""
    return UNKNOWN if row.power is None else f"{row.power.watts:.2f}"


def machine(study: Study) -> str:
    """The machine in one line."""
    return ", ".join(f"{key} {value}" for key, value in study.machine.items())


def bullets(clauses: Sequence[str]) -> str:
    """A list, "" without any. What begins with a network's name stays as it is."""
    return "\n".join(f"- {clause}." for clause in clauses)


def _number(value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
