"""Snapshots for tests: one of everything known, one of nothing known."""

from __future__ import annotations

from typing import Any

from app.telemetry.snapshot import MqttStatus, TelemetrySnapshot
from models.candidate import Candidate
from models.timing import Timing
from pipelines.live.status import Accounting, CameraState, CameraStatus, Percentiles
from pipelines.power import PowerReading

TAKEN_AT = "2026-03-01T12:00:00.000+00:00"


def camera(name: str = "front door", **changes: Any) -> CameraStatus:
    """A camera of which everything is known."""
    known: dict[str, Any] = {
        "source": "synthetic:",
        "state": CameraState.LIVE,
        "width": 1280,
        "height": 720,
        "frames": Accounting(900, 598, 300, 1, 1),
        "skipped": 2,
        "capture_fps": 30.0,
        "fps": 19.98765,
        "age_ms": Percentiles(33.1, 36.2, 40.4),
        "latency": Timing(0.15, 28.3, 0.22),
        "candidate": Candidate("fastestdet", "fp32", "onnxruntime", threads=1),
        "objects": (("person", 2), ("cell phone", 1)),
    }
    return CameraStatus(name=name, **{**known, **changes})


def snapshot(*cameras: CameraStatus, **changes: Any) -> TelemetrySnapshot:
    """A snapshot of which everything is known; by default of one camera."""
    known: dict[str, Any] = {
        "uptime_s": 12.5,
        "power": PowerReading(4.2109, "modelled", "board", "modelled"),
        "temperature_c": 51.2,
        "throttled": ("under-voltage", "throttled"),
        "cpu_percent": 34.1,
        "rss_mb": 182.4,
        "mqtt": MqttStatus(True, "mqtt://broker:1883", "", 240, 2, 1),
    }
    return TelemetrySnapshot(
        taken_at=TAKEN_AT, cameras=cameras or (camera(),), **{**known, **changes}
    )


def blank() -> TelemetrySnapshot:
    """The first snapshot of a machine that can measure nothing."""
    new = CameraStatus("front door", "camera:0", CameraState.STARTING)
    return TelemetrySnapshot(taken_at=TAKEN_AT, uptime_s=0.0, cameras=(new,))
