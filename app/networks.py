"""From the configuration's words to a loaded network: which one, with which engine and threads."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.config import AUTO, CameraConfig, Config
from models.command import command
from models.engines import EngineOptions, engines_for
from models.errors import ManifestError, ModelFileError
from models.manifest import Network
from models.store import Store
from pipelines.board import usable_cores

if TYPE_CHECKING:
    from models.predictor import Predictor

log = logging.getLogger(__name__)

NO_NETWORK = "none"


def wanted(camera: CameraConfig, store: Store) -> tuple[Network, ...]:
    """The network that *camera* asks for; for "auto" all that come into question, the best first.

    Without one the picture is only shown. Raises UnknownName.
    """
    if camera.model == NO_NETWORK:
        return ()
    if camera.model != AUTO:
        return (store.get(camera.model),)
    networks = _automatic(store, rendered=camera.source.startswith("synthetic:"))
    if not networks:
        log.warning(
            "no network is installed, so the picture is only shown; "
            "`%s models list` names those that can be had",
            command(),
        )
    return networks


def load(networks: Sequence[Network], config: Config, cameras: int) -> Predictor | None:
    """Load the first of *networks* that can be; *cameras* pipelines share the cores.

    Only what is wrong with a network itself lets the next one take its place. Raises SaccadeError.
    """
    for number, network in enumerate(networks, 1):
        try:
            return _load(network, config, cameras)
        except (ManifestError, ModelFileError) as error:
            if number == len(networks):
                raise
            log.error("network %s cannot be used: %s", network.name, error)
            log.warning("network %s takes its place", networks[number].name)
    return None


def _load(network: Network, config: Config, cameras: int) -> Predictor:
    network.verify()
    from models.predictor import load_predictor

    threads = config.engine.threads or max(1, (usable_cores() - 1) // cameras)
    options = EngineOptions(
        threads=threads, spinning=config.engine.spinning, device=config.engine.device
    )
    # For a file that the usual engine does not read, the first one that does.
    engine = engines_for(network)[0] if config.engine.name == AUTO else config.engine.name
    predictor = load_predictor(
        network, engine, options, score_threshold=config.detect.score_threshold or None
    )
    log.info("%s", predictor.candidate.in_words())
    return predictor


def _automatic(store: Store, *, rendered: bool) -> tuple[Network, ...]:
    """The detectors, the most accurate first; those that the user installed before the bundled.

    Accuracies on different pictures do not compare, but what the user installed is what he wants
    to see; only the rendered scene is what the bundled networks were made for.
    """
    detectors = [
        (entry.bundled is rendered, entry.network)
        for entry in store.list()
        if entry.network is not None and entry.network.manifest.task == "detect"
    ]
    ranked = sorted(detectors, key=lambda each: (each[0], _accuracy(each[1])), reverse=True)
    return tuple(network for _, network in ranked)


def _accuracy(network: Network) -> float:
    return max((accuracy.value for accuracy in network.manifest.accuracy), default=0.0)
