"""What `explain` tells: the rows that compare, their correlations, and what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.command import command
from models.errors import SaccadeError
from models.store import Store
from pipelines.selection.causes import Comparison, compare_engines
from pipelines.selection.correlation import MIN_ROWS, Correlation, correlate
from pipelines.selection.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Usage:
    """*rows*: of one platform and one *tier*, the newest of each candidate. *notes*: sentences."""

    platform: str
    tier: str
    rows: tuple[Measurement, ...]
    correlations: tuple[Correlation, ...]
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...]


def find_usage(rows: Sequence[Measurement], platform: str | None, networks: Path) -> Usage:
    """Explain *rows*, those of *platform* where there are some; *networks*: the store's folder.

    Raises SaccadeError where no row has hardware metrics.
    """
    known = [row for row in rows if row.hardware and row.hardware_tier]
    if not known:
        raise SaccadeError(
            f"no row of the table has hardware metrics; `{command()} bench` measures them"
        )
    own = [row for row in known if row.platform == platform] or known
    group = Counter((row.platform, row.hardware_tier or "") for row in own).most_common(1)[0][0]
    dated = sorted(own, key=lambda row: row.measured_at or "")
    newest = {
        row.candidate: row for row in dated if (row.platform, row.hardware_tier or "") == group
    }
    kept = tuple(sorted(newest.values(), key=lambda row: -row.fps))
    macs = count_macs((row.candidate.network for row in kept), networks)
    correlations = correlate(kept, macs)
    return Usage(
        platform=group[0],
        tier=group[1],
        rows=kept,
        correlations=correlations,
        comparisons=compare_engines(kept, correlations),
        notes=tuple(_notes(rows, kept, macs)),
    )


def count_macs(names: Iterable[str], networks: Path) -> dict[str, float]:
    """Multiply-accumulates of those networks that are installed as ONNX files and can be read."""
    from pipelines.prediction.layers import read_layers

    store, macs = Store(networks), {}
    for name in dict.fromkeys(names):
        try:
            layers = read_layers(store.get(name).path)
        except SaccadeError:
            continue  # its rates are unknown, as a note says
        macs[name] = float(sum(layer.macs for layer in layers))
    return macs


def _notes(
    rows: Sequence[Measurement], kept: Sequence[Measurement], macs: dict[str, float]
) -> Iterable[str]:
    left = len(rows) - len(kept)
    if left:
        yield (
            f"{left} of {len(rows)} rows are left out: they are older, have no hardware metrics, "
            f"or are of another platform or tier"
        )
    if len(kept) < MIN_ROWS:
        yield f"{len(kept)} rows are too few for a correlation, which needs {MIN_ROWS}"
    unknown = {row.candidate.network for row in kept} - macs.keys()
    if unknown:
        yield (
            f"rates per multiply-accumulate are unknown of {', '.join(sorted(unknown))}: the "
            f"network is not installed as an ONNX file, or the package onnx is missing"
        )
    if any(row.power and row.power.kind == "modelled" for row in kept):
        yield "the watts are modelled from processor time, so they go with it by construction"
    if any(row.hardware.get("least_counted_share", 1) < 1 for row in kept):
        yield "the events took turns on too few counters, so their counts are extrapolated"
    yield (
        "the same network on several engines makes rows that are not quite independent, and what "
        "goes together need not be cause and effect"
    )
