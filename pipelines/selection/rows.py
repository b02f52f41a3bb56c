"""One row of a measurement table ↔ a Measurement, with strict validation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, get_args

from msgspec import Meta, Struct

from models.candidate import Candidate
from models.errors import InputError
from models.manifest import Task
from models.toml import convert
from pipelines.power import PowerKind, PowerReading, PowerScope
from pipelines.selection.measurement import AccuracySource, Measurement, Metric

# Beyond any figure that can be measured; it keeps out the infinite, and NaN fails every bound.
_HUGE = 1e12
Figure = Annotated[float, Meta(gt=0, le=_HUGE)]
Fraction = Annotated[float, Meta(gt=0, le=1)]
Count = Annotated[int, Meta(ge=1, le=10**9)]
Word = Annotated[
    str,
    Meta(
        pattern=r"^[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,1000}$",
        description="1 to 1000 printable characters",
    ),
]

_TASKS: dict[Metric, Task] = {
    "top1": "classify",
    "top5": "classify",
    "AP50": "detect",
    "AP": "detect",
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a row is not ranked. *row* counts from 1 where a file's row could not be used.

    *candidate* is None where the row does not even say what was measured.
    """

    candidate: Candidate | None
    reason: str
    row: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The rejection as reports write it."""
        candidate = self.candidate.as_dict() if self.candidate else None
        where = {} if self.row is None else {"row": self.row}
        return {"candidate": candidate, **where, "reason": self.reason}


class _Who(Struct):
    network: Word
    precision: Word
    engine: Word
    threads: Annotated[int, Meta(ge=1, le=1024)] = 1
    device: Word = "cpu"
    spinning: bool = False


class Row(_Who, kw_only=True):
    """The keys of a row, in the order of tables; keys beyond them are left out."""

    task: Task | None = None
    metric: Metric | None = None
    accuracy: Fraction | None = None
    accuracy_ci95: tuple[Fraction, Fraction] | None = None
    accuracy_source: AccuracySource | None = None
    images: Count | None = None
    fps: Figure
    fps_ci95: tuple[Figure, Figure] | None = None
    p50_ms: Figure | None = None
    p95_ms: Figure | None = None
    p99_ms: Figure | None = None
    power_w: Figure | None = None
    power_kind: PowerKind | None = None
    power_scope: PowerScope | None = None
    power_source: Word | None = None
    idle_w: Figure | None = None
    memory_mb: Figure | None = None
    cpu_s_per_frame: Figure | None = None
    hardware: dict[str, Annotated[float, Meta(ge=-1e18, le=1e18)]] = {}
    hardware_tier: Word | None = None
    platform: Word | None = None
    measured_at: Word | None = None


KEYS = Row.__struct_fields__
TEXT_KEYS = frozenset(
    [
        *("network", "precision", "engine", "device", "task", "metric", "accuracy_source"),
        *("power_kind", "power_scope", "power_source", "hardware_tier", "platform", "measured_at"),
    ]
)


def parse_row(data: Any, number: int) -> Measurement | Rejection:
    """Row *number* of a table, counted from 1, or why it cannot be used."""
    try:
        return _measurement(data)
    except InputError as error:
        reason = str(error).removeprefix("row: ")
        return Rejection(_candidate(data), f"row {number}: {reason}", number)


def format_row(row: Measurement) -> dict[str, Any]:
    """*row* as a table writes it; what is unknown is None."""
    data: dict[str, Any] = {**row.candidate.as_dict(), **asdict(row)}
    del data["candidate"]
    power = row.power
    data["power_w"] = power.watts if power else None
    data["power_kind"] = power.kind if power else None
    data["power_scope"] = power.scope if power else None
    data["power_source"] = power.source or None if power else None
    data["platform"] = row.platform or None
    for key in ("fps_ci95", "accuracy_ci95"):
        data[key] = list(data[key]) if data[key] else None
    return {key: data[key] for key in KEYS}


def _candidate(data: Any) -> Candidate | None:
    try:
        who = convert(data, _Who, InputError, "row")
    except InputError:
        return None
    return _named(who)


def _named(who: _Who) -> Candidate:
    return Candidate(
        network=who.network,
        precision=who.precision,
        engine=who.engine,
        device=who.device,
        threads=who.threads,
        spinning=who.spinning,
    )


def _measurement(data: Any) -> Measurement:
    if not isinstance(data, Mapping):
        raise InputError("expected keys with one value each")
    known = {key: value for key, value in data.items() if value is not None and value != ""}
    row = convert(known, Row, InputError, "row")
    if row.accuracy is not None and row.metric is None:
        raise InputError("accuracy without metric: expected one of " + ", ".join(get_args(Metric)))
    for key in ("fps_ci95", "accuracy_ci95"):
        interval = getattr(row, key)
        if interval and interval[0] > interval[1]:
            raise InputError(f"{key} = {list(interval)}: expected the lower end first")
    task = row.task or (_TASKS[row.metric] if row.metric else None)
    if task is None:
        raise InputError("the key task is missing")
    if row.metric and _TASKS[row.metric] != task:
        raise InputError(f"metric = {row.metric!r}: does not measure the task {task!r}")
    return Measurement(
        candidate=_named(row),
        task=task,
        metric=row.metric,
        accuracy=row.accuracy,
        accuracy_ci95=row.accuracy_ci95,
        accuracy_source=row.accuracy_source,
        images=row.images,
        fps=row.fps,
        fps_ci95=row.fps_ci95,
        p50_ms=row.p50_ms,
        p95_ms=row.p95_ms,
        p99_ms=row.p99_ms,
        power=_power(row),
        idle_w=row.idle_w,
        memory_mb=row.memory_mb,
        cpu_s_per_frame=row.cpu_s_per_frame,
        hardware=row.hardware,
        hardware_tier=row.hardware_tier,
        platform=row.platform or "",
        measured_at=row.measured_at,
    )


def _power(row: Row) -> PowerReading | None:
    if row.power_w is None:
        return None
    if row.power_kind is None or row.power_scope is None:
        missing = "power_kind" if row.power_kind is None else "power_scope"
        raise InputError(f"power_w without {missing}: watts of unknown origin compare with nothing")
    return PowerReading(row.power_w, row.power_kind, row.power_scope, row.power_source or "")
