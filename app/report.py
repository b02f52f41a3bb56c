"""`run --report`: the machine-readable result of one run, as other programs rely on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from app.account import Entry, Refusal
from app.telemetry.snapshot import MqttStatus
from pipelines.live.pipeline import Pipeline
from pipelines.live.status import Percentiles
from pipelines.live.switcher import Switch
from pipelines.live.truth import Found
from pipelines.power import PowerReading

SCHEMA = 1


def camera_report(
    pipeline: Pipeline, account: Sequence[Entry] = (), refusals: Sequence[Refusal] = ()
) -> dict[str, Any]:
    """One camera's part; figures over the whole run.

    *account*: of the switches chosen for it; *refusals*: of those that failed.
    """
    status = pipeline.status()
    meter = pipeline.meter
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
        # Of the processed ones, those that the motion gate spared the network.
        "skipped": meter.skipped,
        "capture_fps": _round(meter.run_capture_fps()),
        "fps": _round(meter.run_fps()),
        "age_ms": _percentiles(meter.run_ages()),
        "latency_ms": {
            "pre": _round(latency.pre_ms),
            "infer": _round(latency.infer_ms),
            "post": _round(latency.post_ms),
        }
        if latency
        else None,
        "work_ms": _percentiles(meter.run_work()) if latency else None,
        "candidate": status.candidate.as_dict() if status.candidate else None,
        "switches": [_switch(switch, account) for switch in pipeline.switcher.switches],
        "refused": [_refused(refusal) for refusal in refusals],
        "reconnects": status.reconnects,
        "stalls": status.stalls,
        "objects": meter.objects(),
        "tracks": meter.tracks(),
        "truth": _truth(pipeline.truth.found()),
    }


def run_report(
    *,
    duration_s: float,
    pipelines: tuple[Pipeline, ...],
    power: PowerReading | None,
    rss_mb: float,
    mqtt: MqttStatus | None,
    account: Callable[[str], Sequence[Entry]],
    refusals: Callable[[str], Sequence[Refusal]],
) -> dict[str, Any]:
    """The whole document. *mqtt*: None without a broker.

    *account* and *refusals* are asked with a camera's name.
    """
    cameras = [
        camera_report(pipeline, account(pipeline.name), refusals(pipeline.name))
        for pipeline in pipelines
    ]
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
        "cpu_s_per_frame": _round(_cpu_s_per_frame(pipelines), 6),
        "rss_mb": _round(rss_mb, 1),
        "mqtt": {
            "published": mqtt.published,
            "dropped": mqtt.dropped,
            "reconnects": mqtt.reconnects,
        }
        if mqtt
        else None,
    }


def _switch(switch: Switch, account: Sequence[Entry]) -> dict[str, Any]:
    chosen = next((entry.as_dict() for entry in account if entry.switch is switch), {})
    return {
        "at": switch.at,
        "from": switch.before.as_dict() if switch.before else None,
        "to": switch.after.as_dict(),
        "why": switch.why,
        "load_ms": _round(switch.load_ms),
        "gap_ms": _round(switch.gap_ms),
        "dropped": switch.dropped,
    } | chosen


def _refused(refusal: Refusal) -> dict[str, Any]:
    """*kept* ran on instead; None at the start."""
    kept = refusal.kept.as_dict() if refusal.kept else None
    return {"candidate": refusal.candidate.as_dict(), "kept": kept} | refusal.as_dict()


def _truth(found: Found | None) -> dict[str, int | float | None] | None:
    """What a source that knows its truth lets say of the network; None for all others."""
    if found is None:
        return None
    return {
        "objects": found.objects,
        "found": found.found,
        "extra": found.extra,
        "recall": _round(found.recall),
    }


def _percentiles(values: Percentiles | None) -> dict[str, float | None] | None:
    if values is None:
        return None
    return {
        "p50": _round(values.p50),
        "p95": _round(values.p95),
        "p99": _round(values.p99),
    }


def _cpu_s_per_frame(pipelines: tuple[Pipeline, ...]) -> float | None:
    """Processor seconds since the first result, when loading was over, for each processed frame."""
    starts = [
        start for pipeline in pipelines if (start := pipeline.meter.first_result_cpu_s) is not None
    ]
    processed = sum(pipeline.status().frames.processed for pipeline in pipelines)
    return (time.process_time() - min(starts)) / processed if processed and starts else None


def _round(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits)
