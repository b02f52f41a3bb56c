"""From the configuration's words to a loaded network: which one, with which engine and threads."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.config import AUTO, CameraConfig, Config
from models.command import command
from models.engines import EngineOptions, engines_for
from models.manifest import Network
from models.store import Store
from pipelines.board import usable_cores

if TYPE_CHECKING:
    from models.predictor import Predictor

log = logging.getLogger(__name__)

NO_NETWORK = "none"


def resolve(camera: CameraConfig, store: Store) -> Network | None:
    """The network that *camera* asks for. Raises UnknownName; None only shows the picture."""
    if camera.model == NO_NETWORK:
        return None
    if camera.model != AUTO:
        return store.get(camera.model)
    network = _automatic(store, rendered=camera.source.startswith("synthetic:"))
    if network is None:
        log.warning(
            "no network is installed, so the picture is only shown; "
            "`%s models list` names those that can be had",
            command(),
        )
    return network


def load(network: Network | None, config: Config, cameras: int) -> Predictor | None:
    """Load *network* as the configuration says; *cameras* pipelines share the cores."""
    if network is None:
        return None
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


def _automatic(store: Store, *, rendered: bool) -> Network | None:
    """The most accurate detector, of those that the user installed before the bundled ones.

    Accuracies on different pictures do not compare, but what the user installed is what he wants
    to see; only the rendered scene is what the bundled networks were made for.
    """
    detectors = [
        entry
        for entry in store.list()
        if entry.network is not None and entry.network.manifest.task == "detect"
    ]
    preferred = [entry.network for entry in detectors if entry.bundled is rendered]
    networks = preferred or [entry.network for entry in detectors]
    return max(networks, key=_accuracy, default=None)


def _accuracy(network: Network | None) -> float:
    if network is None:
        return 0.0
    return max((accuracy.value for accuracy in network.manifest.accuracy), default=0.0)
