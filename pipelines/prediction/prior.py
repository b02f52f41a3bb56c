"""What a benchmark may expect of candidates that it has not measured yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from models.candidate import Candidate
from models.engines import EngineOptions
from models.errors import SaccadeError
from models.manifest import Network
from pipelines.prediction.layers import Layer, read_layers
from pipelines.prediction.predict import chains_for, predict
from pipelines.prediction.profile import Profile, ProfileFile, Setup

Prior = Callable[[Candidate], "tuple[float, float] | None"]


def make_prior(folder: Path, platform: str, networks: Mapping[str, Network]) -> Prior:
    """The least and the greatest frames a second of a candidate, None where nothing is known.

    Goes by the engines that have been characterised, see `ProfileFile`; starts nothing.
    Pre-processing is not counted: the greatest is a bound, the least only nearly one.
    """
    layers: dict[str, tuple[Layer, ...] | None] = {}
    profiles: dict[Setup, Profile] = {}

    def prior(candidate: Candidate) -> tuple[float, float] | None:
        name = candidate.network
        if name not in layers:
            layers[name] = _read(networks.get(name))
        found = layers[name]
        if not found:
            return None
        setup = _setup(candidate, networks[name], found)
        if setup not in profiles:
            profiles[setup] = ProfileFile(folder, platform, setup).read()
        if not profiles[setup].complete:
            return None
        ms = predict(found, profiles[setup]).ms
        return (1e3 / ms.high, 1e3 / ms.low) if ms.low > 0 and not ms.unknown else None

    return prior


def _read(network: Network | None) -> tuple[Layer, ...] | None:
    try:
        return read_layers(network.path) if network is not None else None
    except SaccadeError:
        return None  # not an ONNX file, or one of free sizes


def _setup(candidate: Candidate, network: Network, layers: tuple[Layer, ...]) -> Setup:
    own = network.manifest.precision
    options = EngineOptions(
        candidate.threads,
        candidate.spinning,
        candidate.device,
        None if candidate.precision == own else candidate.precision,  # type: ignore[arg-type]
    )
    return Setup.of(candidate.engine, options, chains_for(layers))
