"""One SQLite file: how it is opened, which version it has, and what is said when it cannot be."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path

from models.errors import InputError, SaccadeError

# What the file says of itself: `PRAGMA user_version`, and whose it is, "Sacc".
VERSION = 1
_APPLICATION = 0x53616363
_PATIENCE_S = 30

_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE platforms (
    fingerprint TEXT PRIMARY KEY,
    details TEXT NOT NULL
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platforms,
    plan TEXT NOT NULL,
    idle TEXT,
    started_at TEXT NOT NULL,
    finished_at TEXT
);
CREATE TABLE checks (
    run INTEGER NOT NULL REFERENCES runs,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (run, subject)
);
CREATE TABLE samples (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs,
    sample TEXT NOT NULL
);
CREATE TABLE rejections (
    run INTEGER NOT NULL REFERENCES runs,
    candidate TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (run, candidate)
);
CREATE TABLE measurements (
    id INTEGER PRIMARY KEY,
    run INTEGER REFERENCES runs,
    platform TEXT NOT NULL REFERENCES platforms,
    network TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    candidate TEXT NOT NULL,
    record TEXT NOT NULL,
    UNIQUE (run, candidate)
);
CREATE INDEX samples_of_run ON samples (run);
CREATE INDEX measurements_of_platform ON measurements (platform, candidate);
"""


class Database:
    """The file at *path*; it need not exist yet, and only writing creates it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file; using the database again opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection for reading; None where there is no file. Raises SaccadeError."""
        with self._explained("read"):
            if self._connection is not None:
                yield self._connection
            elif not self._exists():
                yield None
            else:
                with contextlib.closing(self._open_to_read()) as connection:
                    yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction: it is on the disk afterwards, or never was.

        Raises SaccadeError.
        """
        with self._explained("written"):
            if self._connection is None:
                self._connection = self._open_to_write()
            with _transaction(self._connection):
                yield self._connection

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Alone, for as long as it takes. Raises SaccadeError where somebody else already is."""
        with self._explained("written"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = self.path.with_name(f"{self.path.name}.lock").open("w")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise SaccadeError(
                    f"another benchmark is writing to {self.path}, and two would disturb each "
                    f"other; wait until it has ended"
                ) from error
            yield

    def _exists(self) -> bool:
        return self.path.is_file() and self.path.stat().st_size > 0

    def _open_to_read(self) -> sqlite3.Connection:
        self._expect_ours()
        uri = self.path.absolute().as_uri()
        # The last to close a file that it may write to tidies up. On a disk that may only be read,
        # SQLite cannot make the files by which readers mind a writer; there is none.
        for mode in ("mode=rw", "mode=ro", "mode=ro&immutable=1"):
            connection = sqlite3.connect(f"{uri}?{mode}", uri=True, timeout=_PATIENCE_S)
            try:
                connection.execute("SELECT 1 FROM measurements LIMIT 1")
            except sqlite3.OperationalError as error:
                connection.close()
                problem = error
            else:
                return connection
        raise problem

    def _open_to_write(self) -> sqlite3.Connection:
        if self._exists():
            self._expect_ours()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Transactions are ours to begin.
        connection = sqlite3.connect(self.path, timeout=_PATIENCE_S, isolation_level=None)
        try:
            # Every commit reaches the disk: a few a minute, and each took seconds to measure.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            with _transaction(connection):
                if not connection.execute("PRAGMA user_version").fetchone()[0]:
                    for statement in _SCHEMA.split(";"):
                        connection.execute(statement)
            # Only now, so that the file itself says from the first moment whose it is.
            connection.execute("PRAGMA journal_mode = WAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _expect_ours(self) -> None:
        """Raise InputError for a file of another program or of a later version.

        SQLite itself could change such a file by opening it. Source: "The Database Header" in
        https://sqlite.org/fileformat2.html
        """
        with self.path.open("rb") as file:
            head = file.read(100)
        if not head.startswith(b"SQLite format 3\0") or len(head) < 100:
            raise InputError(self._misplaced("some other"))
        (version,) = struct.unpack(">I", head[60:64])
        (application,) = struct.unpack(">I", head[68:72])
        if application != _APPLICATION:
            raise InputError(self._misplaced("another program's"))
        if version > VERSION:
            raise InputError(
                f"{self.path}: was written by a newer version of Saccade (its format is "
                f"{version}, this version knows {VERSION}); update Saccade, or name another file "
                f"as storage.measurements"
            )

    def _misplaced(self, whose: str) -> str:
        return (
            f"{self.path}: is {whose} file, not a store of measurements; move it away, or name "
            f"another file as storage.measurements"
        )

    @contextlib.contextmanager
    def _explained(self, done: str) -> Iterator[None]:
        """Turn what SQLite and the system say into one sentence for the user."""
        try:
            yield
        except sqlite3.Error as error:
            said = str(error)
            if "full" in said:
                said = "the disk is full"
            elif "malformed" in said or "not a database" in said:
                said = "the file is damaged; move it away"
            elif "locked" in said:
                said = f"another program has kept it busy for {_PATIENCE_S} s"
            raise SaccadeError(f"{self.path}: the measurements cannot be {done}: {said}") from error
        except OSError as error:
            raise SaccadeError(
                f"{self.path}: the measurements cannot be {done}: {error.strerror}"
            ) from error


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        yield
