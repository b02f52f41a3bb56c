"""What the commands that make networks have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from models.errors import InputError
from models.manifest import NAME_PATTERN, Network
from models.store import Store


def check_name(store: Store, name: str, gives_way: Callable[[Network], bool]) -> None:
    """Refuse before the work what would be refused after it, or would lose another network.

    Only an installed one that *gives_way* is replaced. Raises InputError.
    """
    if not re.fullmatch(NAME_PATTERN, name):
        raise InputError(f"--out {name!r}: a name is of a-z, 0-9, '.', '_' and '-', 64 at most")
    entry = {entry.name: entry for entry in store.list()}.get(name)
    if entry is None:
        return
    if entry.bundled or (entry.network is not None and not gives_way(entry.network)):
        raise InputError(f"a network named {name!r} is there already; choose another with --out")


def made_of(parent: Network) -> Callable[[Network], bool]:
    """Whether a network was made of *parent* before."""
    return lambda network: network.manifest.parent == parent.name


def as_word(text: str) -> str:
    """*text* as a part of a name; "own" where nothing of it can stand there."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64] or "own"


def training_folder() -> Path:
    """Where samples and checkpoints are kept unless one says otherwise."""
    import platformdirs

    return platformdirs.user_cache_path("saccade", appauthor=False) / "training"
