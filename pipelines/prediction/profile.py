"""What is known of an engine on this device: the chains that it was characterised with.

    <folder>/<platform>/<engine> <device> <precision> … .jsonl

One line of JSON a chain, written when it was measured: an interruption costs that line at most.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import msgspec
from msgspec import Struct

from models.engines import EngineOptions
from models.errors import SaccadeError
from models.manifest import Precision
from pipelines.power import PowerKind, PowerReading, PowerScope
from pipelines.prediction.builder import ChainPrecision
from pipelines.prediction.chains import GENERATION
from pipelines.prediction.fit import Fit, Work, fit

_END = b'"complete"'

# With fewer chains the kinds of layers cannot be told apart.
MIN_CHAINS = 60


class Setup(Struct, frozen=True):
    """How the chains were run. *precision*: what the engine computes in, None for the chains'."""

    engine: str
    device: str
    threads: int
    spinning: bool
    precision: Precision | None
    chains: ChainPrecision

    @classmethod
    def of(cls, engine: str, options: EngineOptions, chains: ChainPrecision) -> Setup:
        return cls(
            engine, options.device, options.threads, options.spinning, options.precision, chains
        )

    @property
    def options(self) -> EngineOptions:
        return EngineOptions(self.threads, self.spinning, self.device, self.precision)

    def __str__(self) -> str:
        words = [self.engine, self.precision or self.chains, self.device]
        words.append(f"{self.threads} thread{'s' * (self.threads > 1)}")
        return " ".join(words + ["spinning"] * self.spinning)


class Head(Struct, frozen=True):
    """The file's first line."""

    platform: str
    setup: Setup
    generation: int


class Sample(Struct, frozen=True, omit_defaults=True):
    """One chain, measured. *work*: see `layers.work_of`; *power*: of the machine, idle included.

    *disturbance*: why the figures may be wrong, in one clause; "" where nothing disturbed.
    *failure*: why there are none.
    """

    seed: int
    ms: float | None = None
    work: dict[str, tuple[float, ...]] = {}
    power: PowerReading | None = None
    disturbance: str = ""
    failure: str = ""


_LINES: msgspec.json.Decoder[Sample | str] = msgspec.json.Decoder(Sample | str)


@dataclass(frozen=True, slots=True)
class Timed:
    """A sample that has a time."""

    work: Work
    ms: float
    power: PowerReading | None
    disturbed: bool


@dataclass(frozen=True, slots=True)
class Energy:
    """The fit of joules, and where the power that it rests on comes from."""

    fit: Fit
    kind: PowerKind
    scope: PowerScope
    source: str


@dataclass(frozen=True)
class Profile:
    """The measured chains of one setup on one platform. *complete*: no more are wanted."""

    setup: Setup
    samples: tuple[Sample, ...] = ()
    complete: bool = False

    @property
    def measured(self) -> tuple[Timed, ...]:
        """The chains that have a time; where enough of them were not disturbed, only those."""
        timed = tuple(
            Timed(sample.work, sample.ms, sample.power, bool(sample.disturbance))
            for sample in self.samples
            if sample.ms is not None
        )
        calm = tuple(chain for chain in timed if not chain.disturbed)
        return calm if len(calm) >= MIN_CHAINS else timed

    @property
    def disturbed(self) -> int:
        """How many of the chains that are used were disturbed."""
        return sum(chain.disturbed for chain in self.measured)

    @cached_property
    def time(self) -> Fit:
        """Milliseconds. Raises SaccadeError where too little was measured."""
        chains = self.measured
        if len(chains) < MIN_CHAINS:
            raise SaccadeError(
                f"{self.setup}: only {len(chains)} of the networks that it should be characterised "
                f"with could be measured, and {MIN_CHAINS} are needed{self._why()}"
            )
        return fit([chain.work for chain in chains], [chain.ms for chain in chains])

    @cached_property
    def energy(self) -> Energy | None:
        """Joules; None where the power is unknown."""
        powered = [(s.work, s.ms * s.power.watts / 1e3, s.power) for s in self.measured if s.power]
        if not powered:
            return None
        origins = [_origin(power) for *_, power in powered]
        # Where the source has changed in between: what most chains have.
        origin = max(dict.fromkeys(origins), key=origins.count)
        chains = [(work, joules) for work, joules, power in powered if _origin(power) == origin]
        if len(chains) < MIN_CHAINS:
            return None
        works, joules = zip(*chains, strict=True)
        return Energy(fit(works, joules), *origin)

    def _why(self) -> str:
        reasons = [sample.failure for sample in self.samples if sample.failure]
        return f"; the last failure: {reasons[-1]}" if reasons else ""


class ProfileFile:
    """The file of one setup on one platform, below *folder*. Methods may raise SaccadeError."""

    def __init__(self, folder: Path, platform: str, setup: Setup) -> None:
        self.path = folder / platform / f"{str(setup).replace(' ', '-')}.jsonl"
        self._head = Head(platform, setup, GENERATION)
        self._begun = False

    def read(self) -> Profile:
        """What has been measured; nothing where the file is not there or of other chains."""
        profile = Profile(self._head.setup)
        try:
            first, *lines = self.path.read_bytes().splitlines() or [b""]
        except FileNotFoundError:
            return profile
        except OSError as error:
            raise SaccadeError(f"{self.path}: cannot be read: {error.strerror}") from error
        try:
            if msgspec.json.decode(first, type=Head) != self._head:
                return profile
        except msgspec.DecodeError:
            return profile
        samples = {}
        for line in lines:
            try:
                sample = _LINES.decode(line)
            except msgspec.DecodeError:
                continue  # the line that was being written when the power went
            if isinstance(sample, Sample):
                samples[sample.seed] = sample
        complete = bool(lines) and lines[-1] == _END
        return replace(profile, samples=tuple(samples.values()), complete=complete)

    def add(self, sample: Sample) -> None:
        """Append one chain; of a seed the last line counts."""
        self._append(msgspec.json.encode(sample))

    def finish(self) -> None:
        """Note that no more chains are wanted."""
        self._append(_END)

    def forget(self) -> None:
        """Delete what was measured."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise SaccadeError(f"{self.path}: cannot be deleted: {error.strerror}") from error
        self._begun = False

    def _append(self, line: bytes) -> None:
        try:
            if not self._begun:
                self._begin()
            with self.path.open("ab") as stream:
                stream.write(line + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise SaccadeError(f"{self.path}: cannot be written: {error.strerror}") from error

    def _begin(self) -> None:
        """Write the file's usable lines again: one that was torn would spoil the next."""
        lines = [self._head, *self.read().samples]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".part")
        draft.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        draft.replace(self.path)
        self._begun = True


def _origin(power: PowerReading) -> tuple[PowerKind, PowerScope, str]:
    return power.kind, power.scope, power.source
