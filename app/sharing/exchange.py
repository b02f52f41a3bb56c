"""One device's part in the sharing: what it offers, what it takes, and what it makes of that."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from app.config import Config
from app.sharing.kept import KeptTables
from app.sharing.key import read_fleet_key
from app.sharing.table import make_table, seal
from models.errors import SaccadeError
from models.store import Store
from pipelines.benchmark.platform import fingerprint
from pipelines.benchmark.store.measurements import MeasurementStore
from pipelines.selection.measurement import Measurement

log = logging.getLogger(__name__)

# A table is retained, so it comes with the connection; a device whose broker is away measures for
# itself after this.
PATIENCE_S = 5.0
_MOST_COMPLAINTS = 64


def make_exchange(config: Config, store: Store) -> Exchange:
    """This device's, for the networks of *store*. Raises ConfigError without a fleet key."""
    key_file = config.mqtt.fleet_key_file
    return Exchange(
        config.storage.measurements_file,
        fingerprint(),
        read_fleet_key(Path(key_file).expanduser() if key_file else None),
        lambda: {network.name: network.manifest.sha256 for network in store.networks()},
    )


class Exchange:
    """*measurements*: the store's file, whose rows are offered, and beside which the tables of
    others are kept. *networks*: name → SHA-256 of what is installed. On any thread.
    """

    def __init__(
        self,
        measurements: Path,
        platform: str,
        key: bytes,
        networks: Callable[[], Mapping[str, str]],
    ) -> None:
        self.platform = platform
        self._measurements = measurements
        self._networks = networks
        self._key = key
        self._kept = KeptTables(
            measurements.with_name(f"{measurements.stem}-shared"), key, platform
        )
        self._offered: int | None = None
        self._complaints: set[str] = set()
        # Called when a table was taken, by whoever brought it.
        self.on_news: Callable[[], object] = lambda: None

    def offer(self, node: str) -> bytes | None:
        """This device's table, signed; None where nothing has changed since it was last asked for.

        Called by one thread only. What a benchmark writes reaches the file when it ends, and seldom
        before.
        """
        changed = self._changed_ns()
        if changed is None or changed == self._offered:
            return None
        self._offered = changed
        try:
            networks = self._networks()
            with closing(MeasurementStore(self._measurements)) as store:
                rows = store.measurements(self.platform, networks)
            table = make_table(node, self.platform, networks, rows)
            return None if table is None else seal(table, self._key)
        except SaccadeError as error:
            log.warning("the measurements are not shared: %s", error)
            return None

    def take(self, node: str, message: bytes) -> None:
        """What *node* shares. A table that is refused is told of once and changes nothing."""
        if not message:
            return  # how a retained message is removed; what is kept of it stays
        try:
            table = self._kept.take(node, message)
        except SaccadeError as error:
            self._complain(f"the measurements that {node[:64]!r} shares are refused: {error}")
            return
        if table is not None:
            count = len(table.rows)
            what = f"{count} measurement{'s' * (count > 1)}"
            log.info("%s of this kind of device, shared by %s", what, node)
            self.on_news()

    def wait(self, networks: Mapping[str, str], cancelled: Callable[[], bool]) -> None:
        """Until there are rows of *networks*: before a benchmark, which they may spare.

        `PATIENCE_S` at the most.
        """
        until_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < until_s and not (cancelled() or self._kept.records(networks)):
            time.sleep(0.05)

    def beside(
        self, own: Sequence[Measurement], networks: Mapping[str, str]
    ) -> tuple[Measurement, ...]:
        """The device's *own* rows, and shared ones of candidates that it did not measure itself.

        Raises SaccadeError where the store cannot be read.
        """
        with closing(MeasurementStore(self._measurements)) as store:
            measured = {row.candidate for row in own} | store.rejections_on(self.platform).keys()
        shared = [record.measurement for record in self._kept.records(networks)]
        return (*own, *(row for row in shared if row.candidate not in measured))

    def _changed_ns(self) -> int | None:
        try:
            return self._measurements.stat().st_mtime_ns
        except OSError:
            return None

    def _complain(self, text: str) -> None:
        if text not in self._complaints and len(self._complaints) < _MOST_COMPLAINTS:
            self._complaints.add(text)
            log.warning("%s", text)
