"""What is known of a candidate: one row of a table of measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from models.candidate import Candidate
from models.manifest import Task
from pipelines.power import PowerReading

Metric = Literal["top1", "top5", "AP50", "AP"]
AccuracySource = Literal["measured", "declared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A candidate's figures on one platform. What is not known is None, never 0.

    *accuracy* is a fraction, of *images* pictures, with its 95 % interval where it was estimated.
    *fps*: frames a second one after the other, pre-processing included (Velasco-Montero et al.,
    SPIE 2018), with its 95 % interval.
    *power*: the mean while inferring, idle included; *idle_w* the same source at rest before.
    *memory_mb*: resident, of a process that holds this candidate alone. *hardware*: how the
    processor was used, per frame where it is a count (see pipelines/benchmark/hardware), read
    by *hardware_tier*. *platform*: the fingerprint of the machine and its software; rows of
    different platforms are never ranked together. *measured_at*: ISO 8601, UTC.
    """

    candidate: Candidate
    task: Task
    fps: float
    platform: str
    metric: Metric | None = None
    accuracy: float | None = None
    accuracy_ci95: tuple[float, float] | None = None
    accuracy_source: AccuracySource | None = None
    images: int | None = None
    fps_ci95: tuple[float, float] | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    power: PowerReading | None = None
    idle_w: float | None = None
    memory_mb: float | None = None
    cpu_s_per_frame: float | None = None
    hardware: Mapping[str, float] = field(default_factory=dict)
    hardware_tier: str | None = None
    measured_at: str | None = None
