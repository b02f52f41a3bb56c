"""The networks as a user manages them while some of them run: installed, to be had, in use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from models import catalogue
from models.command import command
from models.errors import InputError
from models.manifest import Manifest, Network
from models.store import Installed, Store

if TYPE_CHECKING:
    from app.controls import Choosing, Feed
    from models.download import Progress

# Called when a download is complete, and the engines begin to check it.
Arrived = Callable[[], None]


class Library:
    """*in_use* says which networks run or are about to, and for which cameras.

    *mirror*: a server or folder that has the catalogue's files, in place of their own addresses.
    """

    def __init__(
        self, store: Store, in_use: Callable[[], Mapping[str, str]], mirror: str | None = None
    ) -> None:
        self._store = store
        self._mirror = mirror
        self.in_use = in_use

    def installed(self) -> tuple[Installed, ...]:
        """Every network of the store, damaged ones too, sorted by name."""
        return self._store.list()

    def available(self) -> tuple[Network, ...]:
        """What the catalogue has and the store has not, sorted by name."""
        present = {entry.name for entry in self.installed()}
        return tuple(
            catalogue.network(name, Path()) for name in catalogue.names() if name not in present
        )

    def install(self, name: str, progress: Progress, arrived: Arrived = lambda: None) -> Installed:
        """Download, check and install a network of the catalogue.

        *progress* and *arrived* are called on the caller's thread; what they raise ends it and
        passes through. What has come by then is kept for the next time. Raises SaccadeError.
        """
        return install(name, self._store, self._mirror, progress, arrived=arrived)

    def remove(self, name: str) -> None:
        """Remove an installed network. Raises InputError for one that runs, or is bundled."""
        if cameras := self.in_use().get(name):
            raise InputError(
                f"network {name!r} runs for {cameras}; it can be removed when another one runs"
            )
        self._store.remove(name)

    def verify(self) -> tuple[Installed, ...]:
        """Every network of the store, after hashing its file again."""
        return self._store.verify()


def in_use(feeds: Iterable[Feed], choosing: Choosing) -> dict[str, str]:
    """The networks that run, or are about to, and for which cameras: "Gate, Yard"."""
    cameras: dict[str, list[str]] = {}
    for feed in feeds:
        candidates = (feed.status().candidate, choosing.pending(feed.name))
        for network in {candidate.network for candidate in candidates if candidate}:
            cameras.setdefault(network, []).append(feed.name)
    return {network: ", ".join(names) for network, names in cameras.items()}


def install(
    name: str,
    store: Store,
    mirror: str | None,
    progress: Progress,
    announce: Callable[[Manifest], None] = lambda manifest: None,
    arrived: Arrived = lambda: None,
) -> Installed:
    """Have the catalogue's network *name* in *store*: there already, or downloaded and checked.

    *announce* is told what will be downloaded, before it is. Raises SaccadeError.
    """
    from models.download import fetch
    from models.engines import ENGINES, engines_for

    manifest = catalogue.manifest(name)
    if any(entry.name == name for entry in store.list()):
        (entry,) = store.verify(name)
        if entry.network and entry.network.manifest.sha256 == manifest.sha256:
            return entry
        if entry.network:
            raise InputError(
                f"another network is installed as {name!r}; remove it with "
                f"`{command()} models remove {name}` first"
            )
    # The engine that is to check it; if it lacks, better said before the download.
    ENGINES.load(engines_for(catalogue.network(name, Path()))[0])
    announce(manifest)
    file = fetch(manifest, store.downloads, mirror, progress)
    arrived()
    try:
        store.add(catalogue.network(name, file), replace=True)
    finally:
        file.unlink()
    return store.verify(name)[0]
