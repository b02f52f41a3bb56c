"""The engine that a router's networks run in."""

from __future__ import annotations

from collections.abc import Sequence

from app.config import AUTO, Config
from models.engines import ENGINES, EngineOptions, engines_for
from models.errors import InputError, UnknownName
from models.manifest import Network
from pipelines.board import usable_cores


def shared_engine(networks: Sequence[Network]) -> str:
    """The first that reads the files of all *networks*. Raises InputError where there is none."""
    readers = [engines_for(network) for network in networks]
    for name in readers[0]:
        if all(name in each for each in readers):
            return name
    names = ", ".join(network.name for network in networks)
    raise InputError(f"no engine reads all of these networks: {names}; name others with --models")


def engine_of(config: Config, usual: str, cameras: int = 1) -> tuple[str, EngineOptions]:
    """The engine's name, *usual* unless one is configured, and its options.

    *cameras* pipelines share the cores. Raises UnknownName.
    """
    name = usual if config.engine.name == AUTO else config.engine.name
    if name not in ENGINES.names():
        raise UnknownName(ENGINES.kind, name, ENGINES.names())
    threads = config.engine.threads or max(1, (usable_cores() - 1) // cameras)
    return name, EngineOptions(
        threads=threads, spinning=config.engine.spinning, device=config.engine.device
    )
