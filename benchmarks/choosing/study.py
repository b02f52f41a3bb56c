"""A finished benchmark as `bench --json` prints it, and what else a study may have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from app.hardware import Usage, find_usage
from benchmarks.budget import Outcome
from models.candidate import Candidate
from models.errors import InputError
from pipelines.selection.measurement import Measurement
from pipelines.selection.regions import OptimumMap, draw_map
from pipelines.selection.scenario import NAMED, Scenario
from pipelines.selection.table import read_table

BALANCED = Scenario("balanced", NAMED["balanced"])


class Refusal(Struct, frozen=True):
    """A candidate that was not measured, and why."""

    candidate: Candidate
    reason: str


class _Document(Struct):
    """What a table of measurements has no place for."""

    platform: str
    machine: dict[str, str]
    rejected: tuple[Refusal, ...]
    notes: tuple[str, ...]


class Predicted(Struct, frozen=True):
    """One network of `benchmarks.prediction`."""

    network: str
    ms: float
    predicted_ms: float
    interval_ms: tuple[float, float]
    fps_error: float
    fps_error_with_others: float


class Prediction(Struct, frozen=True):
    """What `benchmarks.prediction --out` writes; errors are of the throughput, fractions."""

    setup: str
    chains: int
    disturbed: int
    samples: int
    networks: tuple[Predicted, ...]
    mean_error: float
    mean_error_with_others: float
    held: int


@dataclass(frozen=True, slots=True)
class Study:
    """One benchmark. *machine*: board, processor and versions, as far as they are known."""

    platform: str
    machine: dict[str, str]
    rows: tuple[Measurement, ...]
    rejected: tuple[Refusal, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One benchmark of the page, its repetition, and what follows from it.

    *name*: "classifiers" or "detectors". *usage*: None where no row has hardware metrics.
    """

    name: str
    study: Study
    again: Study | None
    drawn: OptimumMap
    usage: Usage | None


def read_part(folder: Path, name: str, networks: Path) -> Part | None:
    """What *folder* has of that name; None where it has nothing. Raises SaccadeError.

    *networks*: the store's folder, which the counts of multiply-accumulates come from.
    """
    study = read_study(folder / f"{name}.json")
    if study is None:
        return None
    usage = None
    if any(row.hardware for row in study.rows):
        usage = find_usage(study.rows, study.platform, networks)
    drawn = draw_map(study.rows, BALANCED, platform=study.platform)
    return Part(name, study, read_study(folder / f"{name}-again.json"), drawn, usage)


def read_study(path: Path) -> Study | None:
    """The benchmark in *path*, None where there is no such file. Raises InputError."""
    if not path.exists():
        return None
    document: _Document = _decode(path, _Document, "`bench --json`")
    return Study(
        document.platform,
        document.machine,
        read_table(path).rows,
        tuple(Refusal(each.candidate, _public(each.reason)) for each in document.rejected),
        tuple(map(_public, document.notes)),
    )


def read_outcomes(path: Path) -> Sequence[Outcome]:
    """The searches in *path*, none where there is no such file. Raises InputError."""
    found: list[Outcome] = []
    if path.exists():
        found = _decode(path, list[Outcome], "`benchmarks.budget --json`")
    return found


def read_prediction(path: Path) -> Prediction:
    """Raises InputError."""
    found: Prediction = _decode(path, Prediction, "`benchmarks.prediction --out`")
    return found


def _public(text: str) -> str:
    """Files by their names alone: where they lay on that machine is nobody's business."""
    return re.sub(r"(?<!\S)/\S*/", "", text)


def _decode(path: Path, kind: Any, made_by: str) -> Any:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: is not what {made_by} writes: {error}") from error
