"""Snapshot → payloads: flat JSON with numbers as numbers and null for what is not known.

null rather than absent: Home Assistant's templates find every key and show "unknown", Telegraf
skips it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from app.telemetry.snapshot import TelemetrySnapshot
from pipelines.live.status import CameraState, CameraStatus
from pipelines.selection.closed_loop.steering import Merit
from pipelines.selection.in_force import Ruling

FlatJson = dict[str, str | int | float | None]

# Whether results can be expected. "stalled": something that should give them does not, a camera
# that has fallen silent, a network that does not answer (both STALE) or a failed pipeline (ERROR).
_STATUS = {
    CameraState.STARTING: "offline",
    CameraState.LIVE: "online",
    CameraState.PAUSED: "online",
    CameraState.STALE: "stalled",
    CameraState.RECONNECTING: "offline",
    CameraState.NO_CAMERA: "offline",
    CameraState.ENDED: "offline",
    CameraState.ERROR: "stalled",
}


def encode(payload: Any) -> bytes:
    """JSON; numpy's scalars as numbers, what is not finite as null. Raises TypeError."""
    return msgspec.json.encode(payload, enc_hook=_plain)


def camera_status(state: CameraState) -> str:
    """online, offline or stalled."""
    return _STATUS[state]


def node_state(snapshot: TelemetrySnapshot, ruling: Ruling | None = None) -> FlatJson:
    """The payload of `<base>/<node>/state`.

    Rates are totals over the cameras, the age is the worst camera's.
    """
    cameras, power, throttled = snapshot.cameras, snapshot.power, snapshot.throttled
    weights = ruling.scenario.weights if ruling else None
    ages = [camera.age_ms.p95 for camera in cameras if camera.age_ms]
    return {
        "timestamp": snapshot.taken_at,
        "uptime_s": _round(snapshot.uptime_s),
        "cameras": len(cameras),
        "cameras_online": sum(camera_status(camera.state) == "online" for camera in cameras),
        "capture_fps": _total(camera.capture_fps for camera in cameras),
        "fps": _total(camera.fps for camera in cameras),
        "age_p95_ms": _round(max(ages, default=None)),
        "power_w": _round(power.watts) if power else None,
        "power_kind": power.kind if power else None,
        "power_scope": power.scope if power else None,
        "power_source": power.source if power else None,
        "temperature_c": _round(snapshot.temperature_c),
        # A number, because Telegraf leaves booleans out.
        "throttled": None if throttled is None else int(bool(throttled)),
        "throttled_reasons": None if throttled is None else ", ".join(throttled),
        "cpu_percent": _round(snapshot.cpu_percent),
        "rss_mb": _round(snapshot.rss_mb),
        "scenario": ruling.scenario.name if ruling else None,
        "scenario_source": ruling.source if ruling else None,
        "scenario_why": ruling.why if ruling else None,
        "weight_accuracy": _round(weights.accuracy) if weights else None,
        "weight_throughput": _round(weights.throughput) if weights else None,
        "weight_power": _round(weights.power) if weights else None,
        "weight_memory": _round(weights.memory) if weights else None,
        "weight_latency": _round(weights.latency) if weights else None,
        "mqtt_published": snapshot.mqtt.published,
        "mqtt_dropped": snapshot.mqtt.dropped,
        "mqtt_reconnects": snapshot.mqtt.reconnects,
    }


def camera_state(
    camera: CameraStatus,
    taken_at: str,
    labels: Iterable[str],
    merit: Merit | None = None,
    standing: Mapping[str, int] | None = None,
) -> FlatJson:
    """The payload of `<base>/<node>/cam/<camera>/state`.

    *labels* are counted even when the latest result has none of them, so that a series returns
    to 0 instead of ending at its last count. *standing* says how many things stand in each of the
    camera's zones. Nothing is counted while no results come.
    """
    age, latency, frames, candidate = camera.age_ms, camera.latency, camera.frames, camera.candidate
    seen = camera_status(camera.state) == "online" and frames.processed > 0
    objects: FlatJson = {object_key(label): 0 if seen else None for label in labels}
    if seen:
        objects |= {object_key(label): count for label, count in camera.objects}
    zones = {zone_key(name): count if seen else None for name, count in (standing or {}).items()}
    return {
        "timestamp": taken_at,
        "state": camera.state.value,
        "message": camera.message,
        "width": camera.width,
        "height": camera.height,
        "capture_fps": _round(camera.capture_fps),
        "fps": _round(camera.fps),
        "age_p50_ms": _round(age.p50) if age else None,
        "age_p95_ms": _round(age.p95) if age else None,
        "age_p99_ms": _round(age.p99) if age else None,
        "pre_ms": _round(latency.pre_ms) if latency else None,
        "infer_ms": _round(latency.infer_ms) if latency else None,
        "post_ms": _round(latency.post_ms) if latency else None,
        "captured": frames.captured,
        "processed": frames.processed,
        "overwritten": frames.overwritten,
        "in_flight": frames.in_flight,
        "pending": frames.pending,
        "skipped": camera.skipped,
        "network": candidate.network if candidate else None,
        "precision": candidate.precision if candidate else None,
        "engine": candidate.engine if candidate else None,
        "device": candidate.device if candidate else None,
        "threads": candidate.threads if candidate else None,
        "candidate": str(candidate) if candidate else None,
        "fom": _figures(merit.realised) if merit else None,
        "fom_table": _figures(merit.table) if merit else None,
        "reconnects": camera.reconnects,
        "stalls": camera.stalls,
        "objects": sum(count for _, count in camera.objects) if seen else None,
        **objects,
        **zones,
    }


def object_key(label: str) -> str:
    """`object_cell_phone` for "cell phone"."""
    return "object_" + _key(label)


def zone_key(zone: str) -> str:
    """`zone_front_door` for "Front door"."""
    return "zone_" + _key(zone)


def _key(name: str) -> str:
    return re.sub(r"\W+", "_", name.lower()).strip("_") or "unnamed"


def _figures(value: float | None) -> float | None:
    """Six significant ones: a figure of merit may be of any size."""
    return None if value is None else float(f"{value:.6g}")


def _round(value: float | None) -> float | None:
    return None if value is None else round(float(value), 3)


def _total(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return _round(sum(known)) if known else None


def _plain(value: Any) -> Any:
    item = getattr(value, "item", None)  # numpy's scalars
    if item is None:
        raise TypeError(f"{type(value).__name__} cannot be sent as JSON")
    return item()
