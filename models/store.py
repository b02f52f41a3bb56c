"""The installed networks: a folder with one folder for each, and the ones that come with Saccade.

    <store>/NAME/manifest.toml, the network's file, and labels.txt where it has its own labels

A network appears under its name by one rename, after it was written, checked and flushed; so an
interruption at any moment leaves it either installed or not there. The hidden folders beside the
networks are work in progress and are never listed.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from models import catalogue
from models.command import command
from models.errors import InputError, ManifestError, SaccadeError, UnknownName
from models.manifest import (
    MANIFEST,
    NAME_PATTERN,
    Manifest,
    Network,
    encode_manifest,
    label_set,
    load_network,
)
from models.toml import parse_toml

log = logging.getLogger(__name__)

BUNDLED = Path(__file__).parent / "packs"
LABELS = "labels.txt"

Check = Callable[[Network], object]


class NotInstalled(UnknownName):
    """A network of the catalogue that the store does not have."""

    def __init__(self, name: str) -> None:
        InputError.__init__(
            self,
            f"network {name!r} is not installed; `{command()} models pull {name}` installs it",
        )


@dataclass(frozen=True, slots=True)
class Installed:
    """One network of the store. *network* is None where it is damaged, and *problem* says why.

    *bundled*: it comes with Saccade and cannot be removed.
    """

    name: str
    bundled: bool
    network: Network | None
    problem: str = ""

    @property
    def state(self) -> str:
        """In one word: "installed", "bundled" or "damaged"."""
        if self.network is None:
            return "damaged"
        return "bundled" if self.bundled else "installed"


class Store:
    """The networks in *folder*, which need not exist yet, and those in *bundled*."""

    def __init__(self, folder: Path, bundled: Path = BUNDLED) -> None:
        self.folder = folder
        self._bundled = bundled

    @property
    def downloads(self) -> Path:
        """Where unfinished downloads wait to be resumed."""
        return self.folder / ".downloads"

    def list(self) -> tuple[Installed, ...]:
        """Every network, damaged ones too, sorted by name. Compares sizes, not hashes."""
        found: dict[str, Installed] = {}
        for folder, bundled in ((self.folder, False), (self._bundled, True)):
            for path in folder.glob("*"):
                if path.is_dir() and re.fullmatch(NAME_PATTERN, path.name):
                    found[path.name] = _inspect(path / MANIFEST, bundled)
        return tuple(found[name] for name in sorted(found))

    def networks(self) -> tuple[Network, ...]:
        """Every network that is not damaged, sorted by name."""
        return tuple(entry.network for entry in self.list() if entry.network)

    def get(self, name: str) -> Network:
        """The network of that name.

        Raises UnknownName with the nearest name, NotInstalled if the catalogue has it, and
        ManifestError if it is damaged.
        """
        entry = self._entry(name)
        if entry.network is None:
            raise ManifestError(
                f"network {name!r} is damaged: {entry.problem}; run "
                f"`{command()} models remove {name}` and install it again"
            )
        return entry.network

    def add(self, network: Network, check: Check | None = None, replace: bool = False) -> Network:
        """Copy a network into the store, unless *check* raises for the copy.

        Without *check*, every engine must agree on the copy's output and its decoder must be
        able to read it. *replace*: an installed network of that name gives way. Raises
        InputError, or SaccadeError where the store cannot be written.
        """
        with self._writing():
            target = self.folder / network.name
            present = {entry.name: entry for entry in self.list()}.get(network.name)
            if present and (present.bundled or not replace):
                raise InputError(
                    f"a network named {network.name!r} is there already; remove it with "
                    f"`{command()} models remove {network.name}`, or give this one another name"
                )
            staged = self.folder / ".adding"
            staged.mkdir()
            _stage(network, staged)
            _check(network, staged, check or run_everywhere)
            if present:
                target.rename(self.folder / ".removing")
            staged.rename(target)
            _flush(self.folder)
        return load_network(target / MANIFEST)

    def remove(self, name: str) -> None:
        """Remove an installed network. Raises UnknownName, or InputError for a bundled one."""
        with self._writing():
            if self._entry(name).bundled:
                raise InputError(f"network {name!r} comes with Saccade and cannot be removed")
            (self.folder / name).rename(self.folder / ".removing")
            _flush(self.folder)

    def verify(self, name: str | None = None) -> tuple[Installed, ...]:
        """The networks, or the one of that name, after hashing their files again."""
        entries = self.list() if name is None else (self._entry(name),)
        return tuple(map(_verified, entries))

    def _entry(self, name: str) -> Installed:
        entries = {entry.name: entry for entry in self.list()}
        if name in entries:
            return entries[name]
        if name in catalogue.names():
            raise NotInstalled(name)
        raise UnknownName("network", name, {*entries, *catalogue.names()})

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time; whoever comes next clears what an interrupted one left."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._clear()
                try:
                    yield
                finally:
                    self._clear()
        except OSError as error:
            raise SaccadeError(
                f"{self.folder}: the networks' folder cannot be written: {error.strerror or error}"
            ) from error

    def _clear(self) -> None:
        for name in (".adding", ".removing"):
            path = self.folder / name
            if path.is_symlink():
                path.unlink()
            else:
                shutil.rmtree(path, ignore_errors=True)


def run_everywhere(network: Network) -> None:
    """Raise InputError if the engines contradict each other or the manifest does not fit."""
    from models.crosscheck import cross_check

    check = cross_check(network)
    for engine, reason in {**check.contradicted, **check.failed}.items():
        log.warning("%s: not with %s: %s", network.name, engine, reason)
    if check.absent:
        log.info("%s: not checked: %s", network.name, "; ".join(check.absent.values()))


def _inspect(path: Path, bundled: bool) -> Installed:
    name = path.parent.name
    try:
        network = load_network(path)
        if network.name != name:
            raise ManifestError(f"{path}: name = {network.name!r}, but the folder is {name!r}")
        found = network.path.stat().st_size
        if network.manifest.size not in (None, found):
            raise ManifestError(
                f"{network.path}: has {found} bytes, the manifest says {network.manifest.size}"
            )
    except (InputError, OSError) as error:
        return Installed(name, bundled, None, str(error))
    return Installed(name, bundled, network)


def _verified(entry: Installed) -> Installed:
    if entry.network is None:
        return entry
    try:
        entry.network.verify()
    except InputError as error:
        return Installed(entry.name, entry.bundled, None, str(error))
    return entry


def _stage(network: Network, folder: Path) -> None:
    """Write the network's folder, complete and flushed to the disk."""
    manifest = network.manifest
    if manifest.file in (MANIFEST, LABELS):
        raise ManifestError(f"{network.path}: a network's file cannot be named {manifest.file!r}")
    own_labels = isinstance(manifest.labels, str) and label_set(manifest.labels) is None
    if own_labels:
        manifest = msgspec.structs.replace(manifest, labels=LABELS)
    text = encode_manifest(manifest)
    # A manifest that code put together is held to the same rules as one that was read.
    parse_toml(text, Manifest, ManifestError, f"network {network.name!r}")
    shutil.copyfile(network.path, folder / manifest.file)
    if own_labels:
        (folder / LABELS).write_text("\n".join(network.labels) + "\n", encoding="utf-8")
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    for path in (*folder.iterdir(), folder):
        _flush(path)


def _check(network: Network, staged: Path, check: Check) -> None:
    copy = load_network(staged / MANIFEST)
    try:
        copy.verify()
        check(copy)
    except SaccadeError as error:
        # The user knows the file by its own path, not by the copy's.
        error.args = (str(error).replace(str(copy.path), str(network.path)),)
        raise


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
