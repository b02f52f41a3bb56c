"""The pictures or frames that routers learn from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from app.adapting.frames import Frames
from models.command import command
from models.errors import InputError
from models.manifest import Network, Task, sha256_of
from models.store import Installed, Store
from pipelines.benchmark.data.coco import read_coco
from pipelines.benchmark.data.folders import read_folders
from pipelines.benchmark.data.labelled import Labelled
from pipelines.cameras.source import parse_source, redact
from pipelines.selection.premodel.outcomes.examples import Examples, Pictures


@dataclass(frozen=True, slots=True)
class Data:
    """*title* in words; *word* for a file's name. *digest* changes with the content, and is None
    where that cannot be told. *examples*: what the data show to networks. *suits*: whether a
    network knows any of what they show. *rendered*: what the bundled networks were made for.
    """

    title: str
    word: str
    task: Task
    digest: str | None
    examples: Callable[[Sequence[Network]], Examples]
    suits: Callable[[Network], bool]
    rendered: bool = False


def pictures(folder: Path | None, annotations: Path | None) -> Data:
    """A folder with one folder for each class, or boxes in COCO's format. Raises InputError."""
    if annotations is not None:
        labelled, path = read_coco(annotations), annotations.absolute().parent
    else:
        assert folder is not None
        labelled, path = read_folders(folder), folder.absolute()
    return Data(
        title=labelled.name,
        word=path.name,
        task=labelled.task,
        digest=_digest(labelled),
        examples=partial(Pictures, labelled),
        suits=lambda network: bool(labelled.indexes_for(network.labels)),
    )


def frames(source: str, count: int) -> Data:
    """The first *count* frames of a video, or of any other source. Raises InputError.

    What the rendered scene shows is known; of other sources, what the teacher finds counts.
    """
    kind, address = parse_source(source)
    if kind == "file":
        digest: str | None = f"{sha256_of(Path(address))} {count}"
    else:
        digest = f"{source} {count}" if kind == "synthetic" else None
    shown = redact(source)
    return Data(
        title=f"{count} frames of {Path(shown).name if kind == 'file' else shown}",
        word=Path(address).stem if kind == "file" else kind,
        task="detect",
        digest=digest,
        examples=lambda networks: Frames(source, count, len(networks)),
        suits=lambda network: True,
        rendered=kind == "synthetic",
    )


def choose_networks(names: Sequence[str], data: Data, store: Store) -> tuple[Network, ...]:
    """Those that are named, else the installed ones that know what *data* show.

    What the user installed goes before what comes with Saccade, as always. Raises InputError where
    they are no two, or one cannot be used.
    """
    if names:
        networks = tuple(store.get(name) for name in dict.fromkeys(names))
        for network in networks:
            if network.manifest.task != data.task or not data.suits(network):
                raise InputError(f"{data.title}: network {network.name!r} knows nothing of them")
    else:
        networks = _installed(data, store)
    if len(networks) < 2:
        raise InputError(
            f"{data.title}: there must be two networks or more to choose from that know what they "
            f"show, not {len(networks)}; `{command()} models list` names them"
        )
    return networks


def choose_teacher(networks: Sequence[Network]) -> int:
    """The network whose findings stand for the truth: the most accurate by the manifests."""

    def accuracy(index: int) -> float:
        figures = networks[index].manifest.accuracy
        return max((figure.value for figure in figures), default=0.0)

    return max(range(len(networks)), key=accuracy)


def _installed(data: Data, store: Store) -> tuple[Network, ...]:
    def usable(entry: Installed) -> bool:
        network = entry.network
        return network is not None and network.manifest.task == data.task and data.suits(network)

    entries = [entry for entry in store.list() if usable(entry)]
    preferred = [entry for entry in entries if entry.bundled is data.rendered] or entries
    return tuple(entry.network for entry in preferred if entry.network)


def _digest(labelled: Labelled) -> str:
    digest = hashlib.sha256(msgspec.json.encode(labelled))
    for picture in labelled.pictures:
        digest.update(sha256_of(Path(picture.path)).encode())
    return digest.hexdigest()
