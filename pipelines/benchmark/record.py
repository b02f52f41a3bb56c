"""From a candidate's samples to its row of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from statistics import fmean

import numpy as np

from models.manifest import Network
from pipelines.benchmark.interval import throughput, throughput_interval
from pipelines.benchmark.sampling.job import Checked
from pipelines.benchmark.sampling.sample import Sample
from pipelines.power import PowerReading
from pipelines.selection.measurement import AccuracySource, Measurement, Metric

# With fewer valid rounds nothing is known of the variance between them.
_LEAST_VALID = 2


@dataclass(frozen=True, slots=True)
class Record:
    """A finished measurement, and what a row of a table has no place for.

    *early_fps*: in the seconds after the warm-up, before the steady state that is measured.
    *load_s*, *first_ms*: until the network was ready, and its first image. *notes*: for people.
    """

    measurement: Measurement
    early_fps: float | None = None
    load_s: float | None = None
    first_ms: float | None = None
    notes: tuple[str, ...] = ()


def make_record(
    samples: Sequence[Sample],
    network: Network,
    platform: str,
    checked: Checked | None = None,
    idle: PowerReading | None = None,
) -> Record:
    """Put the *samples*, at least one, of a candidate together.

    Disturbed samples count only where there are not enough others.
    """
    valid = [sample for sample in samples if sample.valid]
    used = valid if len(valid) >= min(_LEAST_VALID, len(samples)) else list(samples)
    rounds = [np.array(sample.timed.times_ms) for sample in used]
    p50_ms, p95_ms, p99_ms = np.percentile(np.concatenate(rounds), (50, 95, 99)).tolist()
    power = _mean_power(used)
    accuracy = accuracy_of(network, checked)
    memory_mb = max(sample.timed.memory_mb for sample in used)
    row = Measurement(
        candidate=used[0].candidate,
        task=network.manifest.task,
        fps=throughput(rounds),
        fps_ci95=throughput_interval(rounds),
        p50_ms=p50_ms,
        p95_ms=p95_ms,
        p99_ms=p99_ms,
        power=power,
        idle_w=idle.watts if idle and power and _origin(idle) == _origin(power) else None,
        memory_mb=memory_mb if memory_mb > 0 else None,
        cpu_s_per_frame=_known(fmean(sample.timed.cpu_s_per_frame for sample in used)),
        hardware=_mean_hardware(used),
        hardware_tier=used[-1].timed.hardware_tier,
        platform=platform,
        measured_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        metric=accuracy.metric,
        accuracy=accuracy.accuracy,
        accuracy_source=accuracy.accuracy_source,
        images=accuracy.images,
    )
    early = [sample.timed.early_fps for sample in used if sample.timed.early_fps]
    return Record(
        row,
        early_fps=fmean(early) if early else None,
        load_s=fmean(sample.timed.load_s for sample in used),
        first_ms=fmean(sample.timed.first_ms for sample in used),
        notes=_notes(samples, used),
    )


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The four keys of a row."""

    metric: Metric | None = None
    accuracy: float | None = None
    accuracy_source: AccuracySource | None = None
    images: int | None = None


def accuracy_of(network: Network, checked: Checked | None) -> Accuracy:
    """As measured here, else the first figure of the network's manifest, as declared."""
    if checked is not None and checked.metric is not None:
        return Accuracy(checked.metric, checked.accuracy, "measured", checked.images)
    for figure in network.manifest.accuracy[:1]:
        return Accuracy(figure.metric, figure.value, "declared", figure.images)
    return Accuracy()


def _mean_power(samples: Sequence[Sample]) -> PowerReading | None:
    """Over the samples whose power is of the same origin as the last one's."""
    readings = [sample.conditions.power for sample in samples if sample.conditions.power]
    if not readings:
        return None
    last = readings[-1]
    watts = fmean(each.watts for each in readings if _origin(each) == _origin(last))
    return PowerReading(watts, last.kind, last.scope, last.source)


def _origin(reading: PowerReading) -> tuple[str, str, str]:
    return reading.kind, reading.scope, reading.source


def _mean_hardware(samples: Sequence[Sample]) -> dict[str, float]:
    """Of the samples that were read as the last one was, the figures that all of them have."""
    tier = samples[-1].timed.hardware_tier
    figures = [sample.timed.hardware for sample in samples if sample.timed.hardware_tier == tier]
    shared = [name for name in figures[-1] if all(name in each for each in figures)]
    return {name: fmean(each[name] for each in figures) for name in shared}


def _notes(samples: Sequence[Sample], used: Sequence[Sample]) -> tuple[str, ...]:
    disturbed = [sample.conditions.disturbance for sample in used if not sample.valid]
    if not disturbed:
        return ()
    return (f"{len(disturbed)} of {len(used)} samples were disturbed: {disturbed[-1]}",)


def _known(value: float) -> float | None:
    return value if value > 0 else None
