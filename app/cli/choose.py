"""`choose`: which network and engine suits a scenario best, and why."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.captions import captions
from app.cli.measured import together
from app.cli.wanted import add_options, read_measurements, wanted_scenario
from models.candidate import Candidate
from models.errors import SaccadeError
from pipelines.selection.choice import Choice, Margin, Ranked, choose
from pipelines.selection.merit import TERMS
from pipelines.selection.rows import Rejection
from pipelines.selection.scenario import Scenario

UNKNOWN = "–"

EXAMPLES = """examples:
  %(prog)s                                   for the scenario in force, from what was measured
  %(prog)s --scenario energy --min-fps 10    the most frugal of those with 10 fps
  %(prog)s --weights 0.7,0.2,0.1 --json      your own weights; one document for programs
  %(prog)s --table pi4.csv                   from a table that `bench --export` wrote
"""


def add_parser(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Add `choose` to the command line."""
    parser = commands.add_parser(
        "choose",
        help="which network and engine suits a scenario best, and why",
        description="Rank what was measured by the figure of merit, and say why.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=parents,
    )
    add_options(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print the choice. Raises SaccadeError, after its account, where nothing is left."""
    scenario = wanted_scenario(args)
    table, platform = read_measurements(args)
    choice = choose(table.rows, scenario, platform=platform)
    choice = replace(choice, rejected=(*table.rejected, *choice.rejected))
    if args.json:
        print(json.dumps(_document(choice), indent=1, ensure_ascii=False))
    else:
        print("\n".join(_account(choice)))
    if choice.candidate is None:
        raise SaccadeError(f"no candidate is left for the scenario {scenario.name!r}")
    return 0


def _document(choice: Choice) -> dict[str, Any]:
    """The choice as --json writes it: with the figures that it rests on."""
    document = choice.as_dict()
    for entry, place in zip(document["ranking"], choice.ranking, strict=True):
        row = place.measurement
        entry["accuracy"], entry["fps"] = row.accuracy, row.fps
        entry["power_w"] = row.power.watts if row.power else None
    return document


def _account(choice: Choice) -> list[str]:
    known = (*(place.candidate for place in choice.ranking), *_rejected_candidates(choice.rejected))
    called = {candidate: str(caption) for candidate, caption in captions(known).items()}
    lines = [_headline(choice, called)]
    if choice.ranking:
        lines += ["", *_table(choice.ranking, called), "", *_origins(choice.ranking[0])]
    if choice.tie:
        others = [called[candidate] for candidate in choice.tie if candidate != choice.candidate]
        lines.append(f"It ties with {', '.join(others)}; equal weights decide.")
    if choice.margin:
        lines.append(_lead(choice.margin, called))
    lines += [f"{note[0].upper()}{note[1:]}." for note in choice.notes]
    if choice.rejected:
        lines += ["", "not ranked:", *_not_ranked(choice.rejected, called)]
    return lines


def _rejected_candidates(rejected: Sequence[Rejection]) -> list[Candidate]:
    return [rejection.candidate for rejection in rejected if rejection.candidate]


def _headline(choice: Choice, called: dict[Candidate, str]) -> str:
    chosen = called[choice.candidate] if choice.candidate else "nothing can be chosen"
    return f"{choice.scenario.name} ({_wish(choice.scenario)}): {chosen}"


def _wish(scenario: Scenario) -> str:
    """The weights and limits, as in "accuracy 0.8, throughput 0.1, power 0.1, ≥ 10 fps"."""
    weights = [(term.name, getattr(scenario.weights, term.name)) for term in TERMS]
    parts = [f"{name} {weight:.3g}" for name, weight in weights if weight]
    if scenario.min_accuracy is not None:
        parts.append(f"accuracy ≥ {scenario.min_accuracy:.4g}")
    if scenario.min_fps is not None:
        parts.append(f"≥ {scenario.min_fps:.4g} fps")
    if scenario.max_power_w is not None:
        parts.append(f"≤ {scenario.max_power_w:.4g} W")
    return ", ".join(parts)


def _table(ranking: Sequence[Ranked], called: dict[Candidate, str]) -> list[str]:
    metric: str = ranking[0].measurement.metric or "accuracy"
    cells = [("", "network · engine", metric, "fps", "W", "merit")]
    for number, place in enumerate(ranking, 1):
        row = place.measurement
        cells.append(
            (
                str(number),
                called[place.candidate],
                UNKNOWN if row.accuracy is None else f"{row.accuracy:.1%}",
                f"{row.fps:.1f}",
                UNKNOWN if row.power is None else f"{row.power.watts:.2f}",
                f"{place.score:.4g}",
            )
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if column == 1 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    ]


def _origins(first: Ranked) -> list[str]:
    """Where the figures come from: they all share this, or they were not ranked together."""
    row = first.measurement
    lines = []
    if row.power:
        origin = filter(None, (row.power.kind, row.power.scope, row.power.source))
        lines.append(f"Watts: {', '.join(origin)}.")
    if row.platform:
        lines.append(f"Platform: {row.platform}.")
    return lines


def _lead(margin: Margin, called: dict[Candidate, str]) -> str:
    text = f"It is {margin.lead:.1%} ahead of {called[margin.runner_up]}"
    if margin.ci95 is None:
        return f"{text}; whether that may be chance cannot be told, as not every error is known."
    low, high = margin.ci95
    sure = (
        "more than the measurements' uncertainty"
        if margin.certain
        else "within the measurements' uncertainty: it may be chance"
    )
    return f"{text} (95 % interval {low:.1%} to {high:.1%}), {sure}."


def _not_ranked(rejected: Sequence[Rejection], called: dict[Candidate, str]) -> list[str]:
    """Each reason once, with those that it is true of."""
    groups: dict[str, list[Candidate]] = {}
    for rejection in rejected:
        group = groups.setdefault(rejection.reason, [])
        if rejection.candidate:
            group.append(rejection.candidate)
    return [
        f"  {together(group, called)}: {reason}" if group else f"  {reason}"
        for reason, group in groups.items()
    ]
