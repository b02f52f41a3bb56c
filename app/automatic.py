"""What `--model auto` chooses from: rows measured on this device, or a short benchmark's."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.candidates import rows_like
from app.config import AUTO, Config
from app.files import write_whole
from models.errors import SaccadeError
from models.manifest import Network
from models.store import Store
from pipelines.benchmark.progress import Tell
from pipelines.board import usable_cores
from pipelines.power import PowerSource
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import Scenario

if TYPE_CHECKING:
    from app.sharing.exchange import Exchange

log = logging.getLogger(__name__)

SECONDS = 20.0

Rows = tuple[Measurement, ...]


class Automatic:
    """Rows of `bench` come first, those that other devices of this kind share among them. Without
    any, those of the short benchmark count.

    These are kept in a file of their own beside the measurements, since they are of too few
    frames to be shown as such. *power* opens the source of their watts, if there is one.
    """

    def __init__(
        self, config: Config, store: Store, power: Callable[[], PowerSource | None]
    ) -> None:
        self._config = config
        self._store = store
        self._power = power
        self.exchange = find_exchange(config, store)
        self._measuring = threading.Lock()
        # All cameras together leave one core to themselves and the window.
        self._threads = max(1, (usable_cores() - 1) // len(config.camera))

    def rows(self, network: Network) -> Rows:
        """This kind of device's rows for networks that do what *network* does; perhaps none."""
        try:
            return self._allowed(network, self._measured(network)) or self._allowed(
                network, self._from_first_start(network)
            )
        except SaccadeError as error:
            log.warning("what was measured before cannot be used: %s", error)
            return ()

    def measure(
        self,
        network: Network,
        scenario: Scenario,
        progress: Tell,
        cancelled: Callable[[], bool],
        rate_fps: float | None = None,
    ) -> Rows:
        """A short benchmark of them, `SECONDS` at the most. On any thread; one at a time.

        *rate_fps*: the camera's, beyond which nothing is looked for.
        """
        from pipelines.benchmark.platform import describe
        from pipelines.benchmark.quick import quick

        engine = self._config.engine.name
        if self.exchange:
            self.exchange.wait(self._hashes(network), cancelled)
        with self._measuring:
            # Another camera may have had the same networks measured meanwhile.
            if cancelled() or (rows := self.rows(network)):
                return () if cancelled() else rows
            try:
                found = quick(
                    self._alike(network),
                    scenario,
                    describe(),
                    self._power(),
                    seconds=SECONDS,
                    progress=progress,
                    cancelled=cancelled,
                    engines=() if engine == AUTO else (engine,),
                    threads=self._threads,
                    rate_fps=rate_fps,
                )
                if found and not cancelled():
                    self._keep(network, found)
            except SaccadeError as error:
                log.warning("the short benchmark: %s", error)
                return ()
        return self._allowed(network, found)

    def _alike(self, network: Network) -> list[Network]:
        """The networks of its task that know the same labels, *network* itself first."""
        labels, task = set(network.labels), network.manifest.task
        others = [
            each
            for each in self._store.networks()
            if set(each.labels) == labels and each.manifest.task == task
        ]
        return sorted(others, key=lambda each: each.name != network.name)

    def _hashes(self, network: Network) -> dict[str, str]:
        return {each.name: each.manifest.sha256 for each in self._alike(network)}

    def _measured(self, network: Network) -> Sequence[Measurement]:
        """By `bench`: here, and for what was not measured here, on another device of this kind."""
        own = self._from_bench(network)
        return self.exchange.beside(own, self._hashes(network)) if self.exchange else own

    def _from_bench(self, network: Network) -> Sequence[Measurement]:
        path = self._config.storage.measurements_file
        if not path.exists():
            return ()
        from pipelines.benchmark.platform import fingerprint
        from pipelines.benchmark.store.measurements import MeasurementStore

        store = MeasurementStore(path)
        try:
            return store.measurements(fingerprint(), self._hashes(network))
        finally:
            store.close()

    def _first_start_file(self, network: Network) -> Path:
        """Of other networks, after one was replaced, or for more cameras, it is another file."""
        key = self._threads, sorted(self._hashes(network).items())
        digest = hashlib.sha256(repr(key).encode())
        path = self._config.storage.measurements_file
        return path.with_name(f"{path.stem}-first-start-{digest.hexdigest()[:8]}.json")

    def _from_first_start(self, network: Network) -> Sequence[Measurement]:
        path = self._first_start_file(network)
        if not path.exists():
            return ()
        from pipelines.benchmark.platform import fingerprint
        from pipelines.selection.table import read_table

        here = fingerprint()
        return [row for row in read_table(path).rows if row.platform == here]

    def _keep(self, network: Network, rows: Sequence[Measurement]) -> None:
        from pipelines.selection.table import format_table

        path = self._first_start_file(network)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SaccadeError(f"{path.parent}: cannot be made: {error.strerror}") from error
        write_whole(path, format_table(rows, path).encode())

    def _allowed(self, network: Network, table: Sequence[Measurement]) -> Rows:
        """Of the rows those of networks like *network*, as [engine] allows them."""
        engine = self._config.engine
        return tuple(
            row
            for row in rows_like(network, table, self._store)
            if engine.name in (AUTO, row.candidate.engine)
            and engine.threads in (0, row.candidate.threads)
            and engine.device in (AUTO, row.candidate.device)
        )


def find_exchange(config: Config, store: Store) -> Exchange | None:
    """What shares measurements with devices of this kind, where that is asked for.

    Raises ConfigError where there is no fleet key.
    """
    if not (config.mqtt.url and config.mqtt.share_measurements):
        return None
    # It alone needs what signs.
    from app.sharing.exchange import make_exchange

    return make_exchange(config, store)
