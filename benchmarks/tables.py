"""From single runs to medians, ratios with their spread, and a table to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]


def summarise(runs: list[Row]) -> list[Row]:
    """One row for every case, source and contender: medians, and ratios to the bare loop."""
    summary = []
    for case, source in dict.fromkeys((run["case"], run["source"]) for run in runs):
        group = [run for run in runs if (run["case"], run["source"]) == (case, source)]
        bare = [run for run in group if run["contender"] == "bare"]
        for name in dict.fromkeys(run["contender"] for run in group):
            own = [run for run in group if run["contender"] == name]
            ratios = [run["fps"] / other["fps"] for run, other in zip(own, bare, strict=True)]
            summary.append(
                {
                    "case": case,
                    "source": source,
                    "contender": name,
                    "camera_fps": own[0]["camera_fps"],
                    "fps": _median(run["fps"] for run in own),
                    "distinct_fps": _median(run["distinct_fps"] for run in own),
                    "fps_ratio": _median(ratios),
                    "fps_ratio_range": [min(ratios), max(ratios)],
                    "age_ms": {
                        key: _median((run["age_ms"] or {}).get(key) for run in own)
                        for key in ("p50", "p95", "p99")
                    },
                    "age_bound_ms": _median(_bound(run) for run in own),
                    "cpu_ms": _median(run["cpu_ms"] for run in own),
                    "rss_mb": _median(run["rss_mb"] for run in own),
                    "rss_over_bare_mb": _median(
                        run["rss_mb"] - other["rss_mb"]
                        for run, other in zip(own, bare, strict=True)
                    ),
                }
            )
    return summary


def as_text(document: Row) -> str:
    """The summary as a table."""
    machine = document["machine"]
    lines = [
        f"{machine['cores']} cores, Python {machine['python']}, OpenCV {machine['opencv']}; "
        f"{document['rounds']} interleaved rounds of {document['seconds']:g} s, one engine thread; "
        f"medians; window {machine['window']}, MQTT {'on' if machine['mqtt'] else 'absent'}, "
        f"idle cores {_awake(machine['kept_awake'])}",
    ]
    group: tuple[str, str] | None = None
    for row in document["summary"]:
        if (row["case"], row["source"]) != group:
            group = (row["case"], row["source"])
            lines += [
                "",
                f"{row['case']}, {row['source']} 1280×720 at {row['camera_fps']} fps",
                f"{'':20}{'fps':>7}{'new':>7}{'ratio to bare':>24}{'age p50':>9}{'p95':>8}"
                f"{'p99 ms':>8}{'bound':>8}{'CPU ms':>8}{'RSS MB':>8}{'+bare':>7}",
            ]
        low, high = row["fps_ratio_range"]
        ratio = f"{row['fps_ratio']:.3f} ({low:.3f}–{high:.3f})"
        ages = row["age_ms"]
        lines.append(
            f"{row['contender']:20}{_cell(row['fps'])}{_cell(row['distinct_fps'])}{ratio:>24}"
            f"{_cell(ages['p50'], 9)}{_cell(ages['p95'], 8)}{_cell(ages['p99'], 8)}"
            f"{_cell(row['age_bound_ms'], 8)}"
            f"{_cell(row['cpu_ms'], 8)}{_cell(row['rss_mb'], 8)}{_cell(row['rss_over_bare_mb'])}"
        )
    return "\n".join(lines) + "\n"


def _awake(cases: Sequence[str]) -> str:
    return f"kept awake where {' and '.join(cases)}" if cases else "may halt"


def _bound(run: Row) -> float:
    """The target for the age's p99: work + decoding + 2 ms, + a period where the network is slower.

    A saturated network's work counts with its median: the period's allowance covers its spread.
    """
    period_ms = 1e3 / run["camera_fps"]
    saturated = run["case"] == "saturated"
    work_ms = run["work_ms"]["p50" if saturated else "p99"]
    return float(work_ms + run["decode_ms"]["p50"] + 2.0 + (period_ms if saturated else 0.0))


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None


def _cell(value: float | None, width: int = 7) -> str:
    return f"{'—' if value is None else f'{value:.1f}':>{width}}"
