"""The tables that other devices shared, kept apart from what this device measured."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path

from app.files import write_whole
from app.names import safe_name
from app.sharing.table import SharedTable, moment, unseal
from models.candidate import Candidate
from models.errors import InputError, SaccadeError
from pipelines.benchmark.record import Record

log = logging.getLogger(__name__)

# A device needs one; of a large fleet it keeps a few, in case one was measured badly.
MAX_TABLES = 16
_SUFFIX = ".table"


class KeptTables:
    """A folder of messages as they came: whatever is read from it is checked again.

    Of tables of *platform* only. On any thread.
    """

    def __init__(self, folder: Path, key: bytes, platform: str) -> None:
        self._folder = folder
        self._key = key
        self._platform = platform
        self._lock = threading.Lock()
        self._tables: dict[str, SharedTable] = {}
        for path in sorted(folder.glob(f"*{_SUFFIX}"))[:MAX_TABLES]:
            try:
                self._tables[path.stem] = self._checked(path.stem, path.read_bytes())
            except (OSError, InputError) as error:
                # Of before an update, or of another key; the sender's next one takes its place.
                log.info("%s: is left out: %s", path, error)

    def take(self, node: str, message: bytes) -> SharedTable | None:
        """Keep what *node* shares; None where it is what is kept of it already.

        Raises InputError with the reason for a table that is refused, SaccadeError where it
        cannot be written.
        """
        table = self._checked(node, message)
        with self._lock:
            before = self._tables.get(node)
            if table == before:
                return None
            if before is None:
                self._make_room()
            elif moment(table.made_at) < moment(before.made_at):
                raise InputError(f"it is of {table.made_at}, older than {before.made_at}, kept")
            self._write(node, message)
            self._tables[node] = table
        return table

    def records(self, networks: Mapping[str, str]) -> list[Record]:
        """The newest shared row of every candidate, and in its notes who shared it.

        *networks*: name → SHA-256; rows of other networks or of other files are left out.
        """
        with self._lock:
            tables = sorted(self._tables.values(), key=lambda table: moment(table.made_at))
        found: dict[Candidate, Record] = {}
        for table in tables:
            for row in table.rows:
                network = row.candidate.network
                if networks.get(network) == table.networks[network]:
                    found[row.candidate] = Record(row, notes=(f"shared by {table.node}",))
        return list(found.values())

    def _checked(self, node: str, message: bytes) -> SharedTable:
        """Raises InputError."""
        if safe_name(node) != node:
            raise InputError("its topic has no name of a device")
        table = unseal(message, self._key)
        if table.node != node:
            raise InputError(f"it was signed by {table.node!r}")
        if table.platform != self._platform:
            raise InputError(
                f"it was measured on {table.platform}, and this device is {self._platform}"
            )
        return table

    def _make_room(self) -> None:
        """Raises InputError where all that is kept can be used."""
        files = sorted(self._folder.glob(f"*{_SUFFIX}"))
        useless = [path for path in files if path.stem not in self._tables]
        if len(files) < MAX_TABLES:
            return
        if not useless:
            raise InputError(f"the tables of {MAX_TABLES} devices are kept, which is enough")
        useless[0].unlink(missing_ok=True)

    def _write(self, node: str, message: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SaccadeError(f"{self._folder}: cannot be made: {error.strerror}") from error
        write_whole(self._folder / f"{node}{_SUFFIX}", message)
