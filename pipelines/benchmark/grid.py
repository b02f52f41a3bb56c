"""The candidates that are worth measuring: network × precision × engine × device × threads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module, metadata

from models.candidate import Candidate
from models.engines import ENGINES, engines_for, precisions, traits
from models.errors import InputError
from models.manifest import Network
from pipelines.board import usable_cores


@dataclass(frozen=True, slots=True)
class Limits:
    """What to keep to: names of *engines* and numbers of *threads*; () for the default."""

    engines: tuple[str, ...] = ()
    threads: tuple[int, ...] = ()


def default_threads(cores: int) -> tuple[int, ...]:
    """One, all cores but the one that camera and window need, and all."""
    return tuple(sorted({1, max(1, cores - 1), cores}))


def make_grid(networks: Iterable[Network], limits: Limits = Limits()) -> tuple[Candidate, ...]:
    """Every candidate for *networks* within *limits*.

    Threads busy-wait only where the engine can do that and there are at least two of them, and
    only with the largest number: that is when it pays at all. A device other than the processor
    has one candidate. Engines need not be installed. Raises InputError where an engine is asked
    for that reads none of the networks.
    """
    threads = limits.threads or default_threads(usable_cores())
    grid: list[Candidate] = []
    for network in networks:
        for engine in engines_for(network):
            if limits.engines and engine not in limits.engines:
                continue
            for precision in precisions(network, engine):
                first = Candidate(network.name, precision, engine, "cpu", threads[0])
                grid += _ways(first, threads)
                grid += [replace(first, device=device) for device in _devices(engine)]
    idle = [name for name in limits.engines if name not in {each.engine for each in grid}]
    if idle:
        raise InputError(f"engine {idle[0]!r} reads none of the networks' files")
    return tuple(grid)


def _ways(first: Candidate, threads: Sequence[int]) -> list[Candidate]:
    """The numbers of threads, and spinning."""
    ways = [replace(first, threads=count) for count in threads]
    if traits(first.engine).spins and max(threads) > 1:
        ways.append(replace(first, threads=max(threads), spinning=True))
    return ways


def missing_engines(grid: Iterable[Candidate]) -> dict[str, str]:
    """The engines of *grid* that are not installed, each with what to do about it."""
    missing = {}
    for engine in dict.fromkeys(candidate.engine for candidate in grid):
        try:
            metadata.version(traits(engine).package or "")
        except (metadata.PackageNotFoundError, ValueError):
            # Only now: an engine that is there is not for this process to import.
            try:
                ENGINES.load(engine)
            except InputError as error:
                missing[engine] = str(error)
    return missing


def _devices(engine: str) -> tuple[str, ...]:
    """The devices beside the processor that the engine can use here."""
    if engine != "onnxruntime":
        return ()
    try:
        ENGINES.load(engine)
    except InputError:
        return ()
    from models.engines.onnxruntime import PROVIDERS

    providers = import_module("onnxruntime").get_available_providers()
    return tuple(
        device
        for device, provider in PROVIDERS.items()
        if device != "cpu" and provider in providers
    )
