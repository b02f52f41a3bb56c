"""How long an inference takes, in short; `bench` measures it in depth."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from contextlib import closing

from models.engines import EngineOptions
from models.image import Image
from models.manifest import Network
from models.predictor import load_predictor


def milliseconds(network: Network, engine: str, images: Sequence[Image]) -> float:
    """The median over *images* on one thread, pre- and post-processing included.

    Raises SaccadeError where the engine cannot run the network.
    """
    times = []
    with closing(load_predictor(network, engine, EngineOptions(device="cpu"))) as predictor:
        for image in images:
            began = time.perf_counter()
            predictor.predict(image)
            times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times)
