"""docs/pruning.md and its charts, of what was measured: `python -m benchmarks.pruning.page`.

python -m benchmarks.pruning.page [--figures docs/pruning/figures.json] [--docs docs]
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.kept import read
from benchmarks.markdown import UNKNOWN, table
from benchmarks.pruning.choosing import best_method
from benchmarks.pruning.figures import COMMAND, MOST_LOST, SCRATCH, FamilyStudy, Report, Row
from benchmarks.pruning.plans import PLANS
from models.engines import ENGINES
from models.errors import SaccadeError
from models.training.pruning.charts import curve, profile

TEMPLATE = Path(__file__).with_suffix(".md")
_METHODS = {
    "original": "original",
    "lkam": "LKAM",
    "gamma": "batch-norm γ",
    "taylor": "Taylor",
    "random": "at random",
    "scratch": "smaller, from scratch",
    "trained on": "the original, trained on",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; returns the exit status."""
    parser = argparse.ArgumentParser(description="Write docs/pruning.md of what was measured.")
    parser.add_argument("--docs", type=Path, default=Path("docs"), metavar="FOLDER")
    parser.add_argument(
        "--figures", type=Path, default=Path("docs/pruning/figures.json"), metavar="FILE"
    )
    args = parser.parse_args(arguments)
    try:
        report = read(args.figures, Report, COMMAND)
        folder = args.docs / "pruning"
        folder.mkdir(parents=True, exist_ok=True)
        for family in report.families:
            drawn = profile(family.utilisation)
            (folder / f"{family.family}-utilisation.svg").write_text(drawn, encoding="utf-8")
            drawn = curve(_lines(family), "AP50")
            (folder / f"{family.family}-curve.svg").write_text(drawn, encoding="utf-8")
        (args.docs / "pruning.md").write_text(page(report), encoding="utf-8")
    except SaccadeError as error:
        print(f"pruning-page: {error}", file=sys.stderr)
        return error.exit_status
    return 0


def page(report: Report) -> str:
    """The page's text as Markdown: the template with its figures."""
    return TEMPLATE.read_text(encoding="utf-8").format(
        summary=_summary(report).rstrip(),
        missing=_missing(report),
        winners=_winners(report),
        families="\n".join(_section(family, report) for family in report.families),
        pictures=report.pictures,
        steps=" and ".join(f"{count:,} for {name}" for name, count in report.steps.items()),
        scratch=SCRATCH,
        machine=report.machine,
        seed=report.seed,
    )


def _summary(report: Report) -> str:
    """The networks that were shown live, each beside its original."""
    rows = []
    for family in report.families:
        first, named = family.rows[0], {row.name: row for row in family.rows}
        fps = {name: median(each) for name, each in family.live.fps.items()}
        for name, own in fps.items():
            row = named[name]
            lost = "" if row is first else f" ({(row.accuracy - first.accuracy) * 100:+.1f})"
            times = "" if row is first else f" (× {own / fps[first.name]:.2f})"
            rows.append(
                [
                    f"`{name}`",
                    f"{row.macs / first.macs - 1:+.1%}" if row.macs != first.macs else "",
                    f"{row.accuracy * 100:.1f}{lost}",
                    f"{own:.1f}{times}",
                ]
            )
    return table(["network", "operations", "AP50, %", "live fps"], rows)


def _missing(report: Report) -> str:
    there = {family.family for family in report.families}
    missing = [f"`{name}`" for name in PLANS if name not in there]
    return f"Not run yet: {', '.join(missing)}.\n" if missing else ""


def _section(family: FamilyStudy, report: Report) -> str:
    name = family.family
    return "\n\n".join(
        (
            f"### {family.rows[0].name}",
            _accuracy_table(family).rstrip(),
            _verdict(family, report),
            f"![accuracy over operations](pruning/{name}-curve.svg)",
            f"Milliseconds a picture:\n\n{_time_table(family).rstrip()}",
            f"Frames a second live:\n\n{_live_table(family).rstrip()}",
            "How many of the pictures LKAM uses each kernel for:",
            f"![utilisation of the kernels](pruning/{name}-utilisation.svg)",
            _dynamic(family).rstrip(),
            "",
        )
    )


def _accuracy_table(family: FamilyStudy) -> str:
    first = family.rows[0]
    rows = [
        [
            f"`{row.name}`",
            _METHODS[row.method] + (", 8 bits" if row.precision == "int8" else ""),
            f"{row.macs / 1e6:,.1f} M",
            f"{row.macs / first.macs - 1:+.1%}" if row.macs != first.macs else "",
            f"{row.parameters / 1e3:,.0f} k",
            f"{row.bytes / 1e6:.2f}",
            "" if row.steps is None else f"{row.steps:,}",
            UNKNOWN if row.untuned is None else f"{row.untuned * 100:.1f}",
            f"{row.accuracy * 100:.1f}",
            f"{(row.accuracy - first.accuracy) * 100:+.1f}" if row is not first else "",
        ]
        for row in family.rows
    ]
    head = [
        "network",
        "method",
        "MACs",
        "",
        "parameters",
        "MB",
        "steps",
        "before training on, steering",
    ]
    return table([*head, "AP50, %", "points"], rows)


def _compared(family: FamilyStudy, report: Report) -> list[Row]:
    """What every method gave at the same cost, and the network from nothing."""
    steps = report.steps[family.family]
    return [
        row
        for row in family.rows
        if row.rate is not None
        and row.precision == "fp32"
        and row.steps == (steps * SCRATCH if row.method == "scratch" else steps)
    ]


def _winners(report: Report) -> str:
    found = [(best_method(_compared(each, report)), each) for each in report.families]
    return ", ".join(f"{_METHODS[method]} for `{each.rows[0].name}`" for method, each in found)


def _verdict(family: FamilyStudy, report: Report) -> str:
    """Which method won at the same cost, in a sentence."""
    order = sorted(_compared(family, report), key=lambda row: -row.accuracy)
    macs = family.rows[0].macs
    ranking = ", ".join(
        f"{_METHODS[row.method]} {row.accuracy * 100:.1f} ({row.macs / macs - 1:+.1%})"
        for row in order
    )
    chosen = next(row for row in family.rows if row.name == family.chosen)
    lost, most = (family.rows[0].accuracy - chosen.accuracy) * 100, MOST_LOST * 100
    why = (
        f"the smallest that loses at most {most:g} points"
        if lost <= most + 1e-6
        else f"the best, with {lost:.1f} points lost; none loses at most {most:g}"
    )
    return (
        "At about equal cost, which stands in brackets, and after equal steps, from scratch after "
        f"{SCRATCH} times as many: {ranking}. Chosen: "
        f"`{family.chosen}`, {why}."
    )


def _time_table(family: FamilyStudy) -> str:
    engines = [
        engine
        for engine in ENGINES.names()
        if any(times.get(engine) is not None for times in family.milliseconds.values())
    ]
    rows = [
        [
            f"`{name}`",
            *(UNKNOWN if times.get(e) is None else f"{times[e]:.2f}" for e in engines),
        ]
        for name, times in family.milliseconds.items()
    ]
    return table(["network", *engines], rows)


def _live_table(family: FamilyStudy) -> str:
    first = median(family.live.fps[family.rows[0].name])
    rows = [
        [
            f"`{name}`",
            f"{median(fps):.1f}",
            f"{min(fps):.1f} … {max(fps):.1f}",
            f"{median(fps) / first:.2f}",
        ]
        for name, fps in family.live.fps.items()
    ]
    return table(["network", "fps", "rounds", "times the original"], rows)


def _dynamic(family: FamilyStudy) -> str:
    """What gates that stay would save, layer by layer."""
    rows = [
        [
            f"`{each.layer}`",
            f"{each.needed:.0%}",
            UNKNOWN if each.pays_below is None else f"{each.pays_below:.0%}",
        ]
        for each in family.dynamic
    ]
    paying = sum(
        each.pays_below is not None and each.needed < each.pays_below for each in family.dynamic
    )
    head = ["layer", "of its kernels needed, in four groups", "pays below"]
    return (
        f"Dynamic pruning, with these gates on one thread of ONNX Runtime, pays in "
        f"{paying} of {len(family.dynamic)} layers (– where it never does):\n\n{table(head, rows)}"
    )


def _lines(family: FamilyStudy) -> dict[str, list[tuple[float, float]]]:
    """The pruned networks'; one from nothing would squeeze them together."""
    first, *others = family.rows
    pruned = [
        row
        for row in others
        if row.precision == "fp32" and row.method not in ("scratch", "trained on")
    ]
    least = min(row.steps or 0 for row in pruned)
    found: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in pruned:
        longer = (row.steps or 0) > least
        found[_METHODS[row.method] + (", longer" if longer else "")].append(_place(row, first))
    return {name: [*line, (1.0, first.accuracy)] for name, line in found.items()}


def _place(row: Row, first: Row) -> tuple[float, float]:
    return row.macs / first.macs, row.accuracy


if __name__ == "__main__":
    sys.exit(main())
