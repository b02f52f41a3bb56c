"""What a measuring process is asked, and what it answers: one line of JSON each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from models.candidate import Candidate
from models.manifest import Network
from pipelines.benchmark.data.labelled import Labelled
from pipelines.selection.measurement import Metric


class Timing(Struct, frozen=True, tag=True):
    """Time *candidate* on *pictures*, the paths of images, one after the other and over again.

    After the warm-up *early_s* seconds are kept apart; then come at least *frames* frames and
    at least *seconds*.
    """

    network: Network
    candidate: Candidate
    pictures: tuple[str, ...]
    frames: int
    seconds: float
    early_s: float


class Check(Struct, frozen=True, tag=True):
    """Compare the candidate's engine with the reference, then measure its accuracy on *data*."""

    network: Network
    candidate: Candidate
    data: Labelled | None


class Alive(Struct, frozen=True, tag=True):
    """Something got done."""


class Opened(Struct, frozen=True, tag=True):
    """The frames that are measured begin now."""


class Closed(Struct, frozen=True, tag=True):
    """They have ended."""


class Timed(Struct, frozen=True, tag=True):
    """The answer to `Timing`.

    *times_ms*: of every measured frame, pre-processing and decoding included. *early_fps*: in the
    seconds before. *load_s*: until the network was ready; *first_ms*: the first image after that.
    *memory_mb*: resident, beyond what the process held before it loaded engine and network.
    """

    times_ms: tuple[float, ...]
    early_fps: float | None
    load_s: float
    first_ms: float
    cpu_s_per_frame: float
    memory_mb: float
    hardware: dict[str, float]
    hardware_tier: str


class Checked(Struct, frozen=True, tag=True):
    """The answer to `Check`: *accuracy* is a fraction of *images*, None where it was not measured.

    *notes*: what was left out, for the user. *took_s*: with the start of the process.
    """

    metric: Metric | None = None
    accuracy: float | None = None
    images: int | None = None
    notes: tuple[str, ...] = ()
    took_s: float = 0.0


class Refused(Struct, frozen=True, tag=True):
    """The candidate cannot be measured, or must not be used, for this *reason*."""

    reason: str


Job = Timing | Check
Reply = Alive | Opened | Closed | Timed | Checked | Refused


def encode(message: Job | Reply) -> bytes:
    """One line, its end included."""
    return msgspec.json.encode(message, enc_hook=str) + b"\n"


def decode_job(line: bytes) -> Job:
    """The inverse of `encode`. Raises msgspec.ValidationError."""
    job: Job = msgspec.json.decode(line, type=Job, dec_hook=_path)
    return job


def decode_reply(line: bytes) -> Reply:
    """The inverse of `encode`. Raises msgspec.ValidationError."""
    reply: Reply = msgspec.json.decode(line, type=Reply)
    return reply


def _path(kind: type, value: Any) -> Path:
    if kind is not Path:
        raise NotImplementedError(kind)
    return Path(value)
