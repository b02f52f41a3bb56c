"""What `bench` prints of a finished benchmark, for people and for programs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.captions import captions
from models.candidate import Candidate

if TYPE_CHECKING:
    from pipelines.benchmark.bench import Report
    from pipelines.benchmark.record import Record
    from pipelines.selection.measurement import Measurement

UNKNOWN = "–"
# How much faster the first seconds must have been to be told.
_EARLY = 1.05


def document(report: Report) -> dict[str, Any]:
    """The report as --json writes it: a measurement table, and what it has no place for."""
    from pipelines.selection.rows import format_row

    return {
        "schema": 1,
        "platform": report.platform.fingerprint,
        "machine": dict(report.platform.details),
        "rows": [format_row(record.measurement) for record in report.records],
        "starts": [
            {
                "candidate": record.measurement.candidate.as_dict(),
                "load_s": record.load_s,
                "first_ms": record.first_ms,
                "early_fps": record.early_fps,
                "notes": record.notes,
            }
            for record in report.records
        ],
        "rejected": _reasons(report.rejected),
        "left": _reasons(report.left),
        "notes": report.notes,
    }


def account(report: Report) -> list[str]:
    """The report as lines: the table, the best first, and what is to be known of it."""
    known = [record.measurement.candidate for record in report.records]
    called = {
        candidate: str(caption)
        for candidate, caption in captions([*known, *report.rejected, *report.left]).items()
    }
    lines = []
    for task in ("detect", "classify"):
        records = [record for record in report.records if record.measurement.task == task]
        if records:
            lines += [*_table(sorted(records, key=_merit, reverse=True), called), ""]
    lines += [f"Platform: {report.platform.fingerprint}.", *_origins(report.records)]
    lines += [f"{_capital(note)}." for note in report.notes]
    lines += _grouped("Disturbed:", _notes(report.records), called)
    lines += _grouped("Faster in the first seconds:", _early(report.records), called)
    lines += _grouped("Rejected:", report.rejected, called)
    lines += _grouped("Not measured to the end:", report.left, called)
    return lines


def _table(records: Sequence[Record], called: Mapping[Candidate, str]) -> list[str]:
    metric: str = records[0].measurement.metric or "accuracy"
    head = ("network · engine", metric, "fps", "95 %", "p95 ms", "W", "MB", "CPU ms")
    cells = [head, *(_cells(record.measurement, called) for record in records)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    ]


def _cells(row: Measurement, called: Mapping[Candidate, str]) -> tuple[str, ...]:
    declared = "*" if row.accuracy_source == "declared" else ""
    low, high = row.fps_ci95 or (None, None)
    cpu_ms = None if row.cpu_s_per_frame is None else row.cpu_s_per_frame * 1e3
    return (
        called[row.candidate],
        UNKNOWN if row.accuracy is None else f"{row.accuracy:.1%}{declared}",
        _number(row.fps),
        UNKNOWN if low is None else f"{_number(low)}…{_number(high)}",
        _number(row.p95_ms),
        UNKNOWN if row.power is None else f"{row.power.watts:.2f}",
        _number(row.memory_mb),
        _number(cpu_ms),
    )


def _merit(record: Record) -> tuple[float, float]:
    """By Equation 1; what it cannot be told of comes last, by its throughput."""
    from pipelines.selection.merit import figure_of_merit
    from pipelines.selection.scenario import Weights

    row = record.measurement
    return figure_of_merit(row, Weights()) or 0.0, row.fps


def _origins(records: Sequence[Record]) -> list[str]:
    """Where the watts and the accuracies come from."""
    rows = [record.measurement for record in records]
    lines = []
    for row in [row for row in rows if row.power][-1:]:
        power = row.power
        assert power is not None
        rest = "" if row.idle_w is None else f"; {row.idle_w:.2f} W at rest"
        lines.append(f"Watts: {power.kind}, {power.scope}, by {power.source}{rest}.")
    if any(row.accuracy_source == "declared" for row in rows):
        lines.append("* as the network's manifest declares it, not measured here.")
    return lines


def _notes(records: Sequence[Record]) -> dict[Candidate, str]:
    return {
        record.measurement.candidate: "; ".join(record.notes) for record in records if record.notes
    }


def _early(records: Sequence[Record]) -> dict[Candidate, str]:
    return {
        record.measurement.candidate: f"{record.early_fps / record.measurement.fps - 1:.0%}"
        for record in records
        if record.early_fps and record.early_fps > _EARLY * record.measurement.fps
    }


def _grouped(
    head: str, reasons: Mapping[Candidate, str], called: Mapping[Candidate, str]
) -> list[str]:
    """Each reason once, with those that it is true of; reasons that differ in figures are one."""
    groups: dict[str, dict[Candidate, str]] = defaultdict(dict)
    for candidate, reason in reasons.items():
        groups[re.sub(r"\d+", "", reason)][candidate] = reason
    lines = [
        f"  {together(list(group), called)}: {_worst(list(group.values()))}"
        for group in groups.values()
    ]
    return ["", head, *lines] if lines else []


def _worst(reasons: Sequence[str]) -> str:
    """The one reason, or that with the largest figures."""
    worst = max(reasons, key=lambda reason: [int(n) for n in re.findall(r"\d+", reason)])
    return worst if len(set(reasons)) == 1 else f"{worst} (the others less)"


def together(candidates: Sequence[Candidate], called: Mapping[Candidate, str]) -> str:
    """A few candidates by their names, many by their number and engines."""
    if len(candidates) <= 4:
        return ", ".join(called[candidate] for candidate in candidates)
    engines = sorted({candidate.engine for candidate in candidates})
    return f"{len(candidates)} candidates with {', '.join(engines)}"


def _capital(note: str) -> str:
    """As a sentence begins; a network's or a file's name stays as it is."""
    return note[0].upper() + note[1:] if note.split(maxsplit=1)[0].isalpha() else note


def _reasons(found: Mapping[Candidate, str]) -> list[dict[str, Any]]:
    return [
        {"candidate": candidate.as_dict(), "reason": reason} for candidate, reason in found.items()
    ]


def _number(value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
