"""`explain`: how the processor is used, and what goes with throughput and power."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.captions import captions
from app.cli.wanted import read_measurements
from app.config import Config
from app.files import check_writable
from models.errors import ConfigError, MissingExtra

if TYPE_CHECKING:
    from app.hardware import Usage
    from models.candidate import Candidate
    from pipelines.selection.causes import Comparison
    from pipelines.selection.correlation import Coefficient, Correlation

UNKNOWN = "–"

EXAMPLES = """examples:
  %(prog)s                           what was measured on this device
  %(prog)s --table pi4.csv           from a table that `bench --export` wrote
  %(prog)s --out explain.svg         with the correlations drawn; also .png
"""

_SUFFIXES = (".svg", ".png")

# The columns of the page: metric, head, digits. Those that no row has are left out.
_COLUMNS = (
    ("cores_busy", "cores", "{:.2f}"),
    ("user_ms_per_frame", "user ms", "{:.2f}"),
    ("system_ms_per_frame", "system ms", "{:.2f}"),
    ("run_delay_ms_per_frame", "waiting ms", "{:.2f}"),
    ("minor_faults_per_frame", "faults", "{:.1f}"),
    ("voluntary_switches_per_frame", "yields", "{:.1f}"),
    ("involuntary_switches_per_frame", "preempted", "{:.1f}"),
    ("pss_mb", "MB", "{:.0f}"),
    ("clock_mhz", "MHz", "{:.0f}"),
    ("instructions_per_frame", "instructions", "{:.3g}"),
    ("instructions_per_cycle", "IPC", "{:.2f}"),
    ("branch_miss_share", "branch miss", "{:.1%}"),
    ("l1d_miss_share", "L1D miss", "{:.1%}"),
    ("missed_mb_per_frame", "MB moved", "{:.2f}"),
)


def add_parser(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Add `explain` to the command line."""
    parser = commands.add_parser(
        "explain",
        help="how the processor is used, and what goes with throughput and power",
        description="Hardware metrics of what was measured, and their correlation with "
        "throughput and power.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=parents,
    )
    parser.add_argument(
        "--table", type=Path, metavar="FILE", help=".json or .csv, instead of this device's rows"
    )
    parser.add_argument("--out", type=Path, metavar="FILE.svg|.png", help="draw the correlations")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print the explanation, and draw it where asked. Raises SaccadeError."""
    out: Path | None = args.out
    if out is not None:
        if out.suffix.lower() not in _SUFFIXES:
            raise ConfigError(f"--out {out}: a chart is written as .svg or .png")
        check_writable(out)
    table, platform = read_measurements(args)
    config: Config = args.settings
    from app.hardware import find_usage

    usage = find_usage(table.rows, platform, config.storage.networks_folder)
    if out is not None:
        _draw(usage, out)
    if args.json:
        print(json.dumps(_document(usage), indent=1, ensure_ascii=False))
    else:
        print("\n".join(_account(usage)))
    return 0


def _draw(usage: Usage, out: Path) -> None:
    try:
        from app.ui.hardware_page import write_chart

        write_chart(usage, out)
    except ImportError as error:
        raise MissingExtra(
            f"a chart needs PyQt5 ({error}): install it with `pip install PyQt5` or `apt install "
            f"python3-pyqt5 python3-pyqt5.qtsvg`"
        ) from error


def _document(usage: Usage) -> dict[str, Any]:
    return {
        "schema": 1,
        "platform": usage.platform or None,
        "tier": usage.tier,
        "rows": [
            {"candidate": row.candidate.as_dict(), "fps": row.fps, "hardware": dict(row.hardware)}
            for row in usage.rows
        ],
        "correlations": [asdict(correlation) for correlation in usage.correlations],
        "comparisons": [
            {
                "slower": each.slower.as_dict(),
                "faster": each.faster.as_dict(),
                "slowdown": each.slowdown,
                "causes": [asdict(cause) for cause in each.causes],
            }
            for each in usage.comparisons
        ],
        "notes": list(usage.notes),
    }


def _account(usage: Usage) -> list[str]:
    called = {c: str(caption) for c, caption in captions(r.candidate for r in usage.rows).items()}
    lines = [f"Processor use, read by {usage.tier}", "", *_usage_table(usage, called), ""]
    lines += ["Correlations (95 % interval; p corrected after Holm; * holds)", ""]
    lines += _correlation_table(usage.correlations) or ["too few rows to correlate anything"]
    lines += ["", *(sentence(each, called) for each in usage.comparisons)]
    return [*lines, *(f"{note[0].upper()}{note[1:]}." for note in usage.notes)]


def sentence(each: Comparison, called: Mapping[Candidate, str]) -> str:
    """Who is slower than whom, and why, as far as the figures support it."""
    text = f"{called[each.slower]} is {each.slowdown:.2g} times slower than {called[each.faster]}"
    if not each.causes:
        return f"{text}; no metric explains it."
    return f"{text} because {' and '.join(cause.clause for cause in each.causes)}."


def _usage_table(usage: Usage, called: dict[Any, str]) -> list[str]:
    columns = [c for c in _COLUMNS if any(c[0] in row.hardware for row in usage.rows)]
    cells = [("network · engine", "fps", *(head for _, head, _ in columns))]
    cells += [
        (
            called[row.candidate],
            f"{row.fps:.1f}",
            *(
                form.format(row.hardware[metric]) if metric in row.hardware else UNKNOWN
                for metric, _, form in columns
            ),
        )
        for row in usage.rows
    ]
    return _aligned(cells)


def _correlation_table(correlations: Sequence[Correlation]) -> list[str]:
    if not correlations:
        return []
    cells = [("metric", "with", "rows", "Pearson r", "p", "Spearman ρ", "p")]
    cells += [
        (
            each.metric,
            each.target,
            str(each.rows),
            *_coefficient(each.pearson),
            *_coefficient(each.spearman),
        )
        for each in correlations
    ]
    return _aligned(cells)


def _coefficient(found: Coefficient | None) -> tuple[str, str]:
    if found is None:
        return "undefined", UNKNOWN
    low, high = found.ci95
    mark = "*" if found.holds else " "
    return f"{found.value:+.2f} ({low:+.2f} … {high:+.2f}){mark}", f"{found.corrected_p:.3f}"


def _aligned(cells: Sequence[tuple[str, ...]]) -> list[str]:
    """The first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
