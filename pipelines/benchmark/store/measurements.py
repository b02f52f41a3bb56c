"""The store: finished measurements, and runs that can be resumed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from models.candidate import Candidate
from models.errors import SaccadeError
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.record import Record
from pipelines.benchmark.sampling.job import Checked, Refused
from pipelines.benchmark.sampling.sample import Sample
from pipelines.benchmark.store.database import Database
from pipelines.power import PowerReading
from pipelines.selection.measurement import Measurement

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Run:
    """One benchmark: *plan* is what was asked for, in the asker's own words."""

    id: int
    platform: str
    plan: str


class MeasurementStore:
    """The measurements in the file *path*, which need not exist yet. Every method may raise
    SaccadeError, and InputError for a file that is no store or of a newer version.

    What a method has written is on the disk when it returns.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    @property
    def path(self) -> Path:
        return self._database.path

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def locked(self) -> AbstractContextManager[None]:
        """Alone: no other benchmark runs meanwhile."""
        return self._database.locked()

    def measurements(
        self, platform: str | None = None, networks: Mapping[str, str] | None = None
    ) -> list[Measurement]:
        """The newest row of every candidate on every platform, or on the one, oldest first.

        Those of candidates that have been rejected since are left out. *networks*: name →
        SHA-256; rows of other networks, and of files that have been replaced since, are left out.
        """
        return [record.measurement for record in self.records(platform, networks)]

    def records(
        self, platform: str | None = None, networks: Mapping[str, str] | None = None
    ) -> list[Record]:
        """As `measurements`, with what a row has no place for."""
        with self._database.reading() as connection:
            if connection is None:
                return []
            rows = connection.execute(
                "SELECT network, sha256, record FROM measurements WHERE id IN "
                "(SELECT max(id) FROM measurements GROUP BY platform, candidate) "
                "AND (?1 IS NULL OR platform = ?1) AND NOT EXISTS (SELECT 1 FROM rejections AS r "
                "JOIN runs ON runs.id = r.run WHERE runs.platform = measurements.platform AND "
                "r.candidate = measurements.candidate AND r.run > measurements.run) ORDER BY id",
                (platform,),
            ).fetchall()
        return [
            self._decode(record, Record)
            for network, sha256, record in rows
            if networks is None or networks.get(network) == sha256
        ]

    def add(self, record: Record, sha256: str, platform: Platform, run: Run | None = None) -> None:
        """Keep a finished measurement of a network whose file has the hash *sha256*."""
        candidate = record.measurement.candidate
        with self._database.writing() as connection:
            _name(connection, platform)
            connection.execute(
                "INSERT OR REPLACE INTO measurements "
                "(run, platform, network, sha256, candidate, record) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    run.id if run else None,
                    platform.fingerprint,
                    candidate.network,
                    sha256,
                    _encode(candidate),
                    _encode(record),
                ),
            )

    def begin(self, platform: Platform, plan: str) -> Run:
        """A new run."""
        with self._database.writing() as connection:
            _name(connection, platform)
            cursor = connection.execute(
                "INSERT INTO runs (platform, plan, started_at) VALUES (?, ?, ?)",
                (platform.fingerprint, plan, _now()),
            )
            number = cursor.lastrowid
        assert number is not None
        return Run(number, platform.fingerprint, plan)

    def unfinished(self, platform: str) -> Run | None:
        """The newest run on the platform, if it was interrupted."""
        with self._database.reading() as connection:
            if connection is None:
                return None
            row = connection.execute(
                "SELECT id, plan, finished_at FROM runs WHERE platform = ? "
                "ORDER BY id DESC LIMIT 1",
                (platform,),
            ).fetchone()
        return Run(row[0], platform, row[1]) if row and row[2] is None else None

    def finished(self) -> list[Run]:
        """The runs that are complete, on whatever platform, oldest first."""
        with self._database.reading() as connection:
            if connection is None:
                return []
            rows = connection.execute(
                "SELECT id, platform, plan FROM runs WHERE finished_at NOT NULL ORDER BY id"
            ).fetchall()
        return [Run(*row) for row in rows]

    def finish(self, run: Run) -> None:
        """The run is complete."""
        with self._database.writing() as connection:
            connection.execute("UPDATE runs SET finished_at = ? WHERE id = ?", (_now(), run.id))

    def set_idle(self, run: Run, idle: PowerReading | None) -> None:
        """What the machine drew before the run."""
        with self._database.writing() as connection:
            connection.execute("UPDATE runs SET idle = ? WHERE id = ?", (_encode(idle), run.id))

    def idle(self, run: Run) -> PowerReading | None:
        """The inverse of `set_idle`; None too where it was not called."""
        found = list(self._column("SELECT idle FROM runs WHERE id = ? AND idle NOT NULL", run))
        return self._decode(found[0], PowerReading | None) if found else None

    def add_sample(self, run: Run, sample: Sample) -> None:
        """Keep one sample."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO samples (run, sample) VALUES (?, ?)", (run.id, _encode(sample))
            )

    def samples(self, run: Run) -> list[Sample]:
        """The run's samples, oldest first."""
        found = self._column("SELECT sample FROM samples WHERE run = ? ORDER BY id", run)
        return [self._decode(text, Sample) for text in found]

    def add_check(self, run: Run, subject: str, outcome: Checked | Refused) -> None:
        """Keep what came of checking *subject*."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO checks VALUES (?, ?, ?)",
                (run.id, subject, _encode(outcome)),
            )

    def checks(self, run: Run) -> dict[str, Checked | Refused]:
        """The outcome of every subject checked in the run."""
        with self._database.reading() as connection:
            assert connection is not None
            rows = connection.execute(
                "SELECT subject, outcome FROM checks WHERE run = ?", (run.id,)
            ).fetchall()
        return {subject: self._decode(text, Checked | Refused) for subject, text in rows}

    def reject(self, run: Run, candidate: Candidate, reason: str) -> None:
        """The candidate cannot be measured or must not be used."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO rejections VALUES (?, ?, ?)",
                (run.id, _encode(candidate), reason),
            )

    def rejections(self, run: Run) -> dict[Candidate, str]:
        """The run's rejected candidates with the reasons."""
        with self._database.reading() as connection:
            assert connection is not None
            rows = connection.execute(
                "SELECT candidate, reason FROM rejections WHERE run = ?", (run.id,)
            ).fetchall()
        return {self._decode(text, Candidate): reason for text, reason in rows}

    def rejections_on(self, platform: str) -> dict[Candidate, str]:
        """The candidates that were rejected on the platform and not measured since, each with the
        newest reason.
        """
        with self._database.reading() as connection:
            if connection is None:
                return {}
            rows = connection.execute(
                "SELECT r.candidate, r.reason FROM rejections AS r JOIN runs ON runs.id = r.run "
                "WHERE runs.platform = ?1 AND NOT EXISTS (SELECT 1 FROM measurements AS m WHERE "
                "m.platform = ?1 AND m.candidate = r.candidate AND m.run > r.run) ORDER BY r.run",
                (platform,),
            ).fetchall()
        return {self._decode(text, Candidate): reason for text, reason in rows}

    def results(self, run: Run) -> list[Record]:
        """The run's finished measurements, oldest first."""
        found = self._column("SELECT record FROM measurements WHERE run = ? ORDER BY id", run)
        return [self._decode(text, Record) for text in found]

    def _column(self, query: str, run: Run) -> list[str]:
        with self._database.reading() as connection:
            assert connection is not None
            return [row[0] for row in connection.execute(query, (run.id,))]

    def _decode(self, text: str, kind: Any) -> Any:
        try:
            return msgspec.json.decode(text, type=kind)
        except msgspec.DecodeError as error:
            raise SaccadeError(
                f"{self.path}: holds a measurement that cannot be read: {error}; move the file away"
            ) from error


def _name(connection: Any, platform: Platform) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO platforms VALUES (?, ?)",
        (platform.fingerprint, _encode(platform.details)),
    )


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
