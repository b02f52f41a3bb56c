"""How long a picture takes on one thread, in every engine that may run the network."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack, closing
from statistics import median

from models.crosscheck import compare
from models.engines import ENGINES, EngineOptions
from models.image import Image
from models.manifest import Network
from models.predictor import Predictor, load_predictor

ROUNDS, RUNS = 7, 10


def milliseconds(
    networks: Sequence[Network], pictures: Sequence[Image]
) -> dict[str, dict[str, float | None]]:
    """For each network and engine the median time of a prediction, before and after included.

    *pictures*: what each network is given. The networks take turns in ROUNDS rounds, so that
    whatever else the machine does hits all alike. None: an engine that cannot run a network or
    computes something else.
    """
    times: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    with ExitStack() as stack:
        predictors = {
            (network.name, engine): stack.enter_context(
                closing(load_predictor(network, engine, EngineOptions(device="cpu")))
            )
            for network in networks
            for engine in compare(network).agreed
        }
        given = {network.name: picture for network, picture in zip(networks, pictures, strict=True)}
        for _ in range(ROUNDS):
            for key, predictor in predictors.items():
                times[key].append(_median_ms(predictor, given[key[0]]))
    return {
        network.name: {
            engine: median(rounds) if (rounds := times.get((network.name, engine))) else None
            for engine in ENGINES.names()
        }
        for network in networks
    }


def _median_ms(predictor: Predictor, picture: Image) -> float:
    # Meanwhile other networks had the processor's caches.
    predictor.predict(picture)
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        predictor.predict(picture)
        times.append((time.perf_counter() - began) * 1e3)
    return median(times)
