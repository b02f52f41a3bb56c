"""Rows, tables and stores for the tests."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from app.sharing.table import SharedTable
from models.candidate import Candidate
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.record import Record
from pipelines.benchmark.store.measurements import MeasurementStore
from pipelines.power import PowerReading
from pipelines.selection.measurement import Measurement

KEY = b"0123456789abcdef0123456789abcdef"
PI = "raspberry-pi-5-3f9c2a7b"
NETWORKS = {"fastestdet": "a" * 64, "tiny": "b" * 64}
EARLY, LATE = "2026-03-01T12:00:00+00:00", "2026-03-02T12:00:00+00:00"


def row(network: str = "fastestdet", **changes: Any) -> Measurement:
    """Of everything known but what is not shared."""
    engine = changes.pop("engine", "onnxruntime")
    known: dict[str, Any] = {
        "candidate": Candidate(network, "fp32", engine, threads=3),
        "task": "detect",
        "fps": 41.5,
        "fps_ci95": (40.9, 42.2),
        "platform": PI,
        "metric": "AP50",
        "accuracy": 0.25,
        "accuracy_source": "measured",
        "images": 500,
        "p50_ms": 24.0,
        "p95_ms": 25.5,
        "p99_ms": 31.0,
        "power": PowerReading(6.1, "measured", "board", "pi-pmic"),
        "idle_w": 2.9,
        "memory_mb": 120.0,
        "cpu_s_per_frame": 0.066,
        "measured_at": EARLY,
    }
    return Measurement(**{**known, **changes})


def table(*rows: Measurement, **changes: Any) -> SharedTable:
    """What "gate" measured on `PI`."""
    kept = rows or (row(),)
    known: dict[str, Any] = {
        "node": "gate",
        "platform": PI,
        "made_at": max(str(each.measured_at) for each in kept),
        "networks": {each.candidate.network: NETWORKS[each.candidate.network] for each in kept},
        "rows": kept,
    }
    return SharedTable(**{**known, **changes})


def measured(path: Path, *rows: Measurement) -> None:
    """As a benchmark leaves them in the store *path*."""
    with closing(MeasurementStore(path)) as store:
        for each in rows:
            sha256 = NETWORKS[each.candidate.network]
            store.add(Record(each), sha256, Platform(each.platform, {"board": "Raspberry Pi 5"}))
