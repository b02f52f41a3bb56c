"""`run --report`: the machine-readable result of one run, as other programs rely on it."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from app.telemetry.snapshot import MqttStatus
from models.errors import ConfigError
from pipelines.live.pipeline import Pipeline
from pipelines.power import PowerReading

SCHEMA = 1


def check_writable(path: Path) -> None:
    """Fail before the run rather than after it. Raises ConfigError."""
    if not path.parent.is_dir():
        raise ConfigError(f"{path}: there is no folder {path.parent}")
    if path.is_dir():
        raise ConfigError(f"{path}: is a folder, not a file")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ConfigError(f"{path}: no permission to write there")


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write whole or not at all."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8"
    ) as file:
        json.dump(document, file, indent=1)
        file.write("\n")
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def camera_report(pipeline: Pipeline) -> dict[str, Any]:
    """One camera's part; figures over the whole run."""
    status = pipeline.status()
    meter = pipeline.meter
    ages = meter.run_ages()
    latency = meter.run_latency() if status.candidate else None
    frames = status.frames
    return {
        "name": status.name,
        "source": status.source,
        "state": status.state.value,
        "width": status.width,
        "height": status.height,
        "frames": {
            "captured": frames.captured,
            "processed": frames.processed,
            "overwritten": frames.overwritten,
            "in_flight": frames.in_flight,
            "pending": frames.pending,
        },
        "capture_fps": _round(meter.run_capture_fps()),
        "fps": _round(meter.run_fps()),
        "age_ms": {
            "p50": _round(ages.p50),
            "p95": _round(ages.p95),
            "p99": _round(ages.p99),
        }
        if ages
        else None,
        "latency_ms": {
            "pre": _round(latency.pre_ms),
            "infer": _round(latency.infer_ms),
            "post": _round(latency.post_ms),
        }
        if latency
        else None,
        "candidate": status.candidate.as_dict() | {"device": status.device}
        if status.candidate
        else None,
        "switches": [],
        "reconnects": status.reconnects,
        "stalls": status.stalls,
        "objects": meter.objects(),
    }


def run_report(
    *,
    duration_s: float,
    pipelines: tuple[Pipeline, ...],
    power: PowerReading | None,
    cpu_s: float,
    rss_mb: float,
    mqtt: MqttStatus | None,
) -> dict[str, Any]:
    """The whole document. *cpu_s*: processor seconds of the run; *mqtt*: None without a broker."""
    cameras = [camera_report(pipeline) for pipeline in pipelines]
    processed = sum(camera["frames"]["processed"] for camera in cameras)
    return {
        "schema": SCHEMA,
        "duration_s": _round(duration_s),
        "cameras": cameras,
        "power": {
            "watts": _round(power.watts),
            "kind": power.kind,
            "scope": power.scope,
            "source": power.source,
        }
        if power
        else None,
        "cpu_s_per_frame": _round(cpu_s / processed, 6) if processed else None,
        "rss_mb": _round(rss_mb, 1),
        "mqtt": {
            "published": mqtt.published,
            "dropped": mqtt.dropped,
            "reconnects": mqtt.reconnects,
        }
        if mqtt
        else None,
    }


def _round(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits)
