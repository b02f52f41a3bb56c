"""The process that times chains: `python -m pipelines.prediction.child FOLDER`, orders on stdin.

In a process of its own an engine that crashes or hangs costs one chain.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import msgspec
import numpy as np
from msgspec import Struct

from models.engines import ENGINES, Array, Engine
from models.errors import SaccadeError
from models.opencv_log import silence
from pipelines.prediction.chains import make_chain
from pipelines.prediction.graph import read_graph
from pipelines.prediction.layers import layers_of, work_of
from pipelines.prediction.profile import Setup

# Engines settle in their first runs; a slow machine does not pay for more of them.
_WARM = 2
_LEAST_RUNS, _LEAST_S, _MOST_S = 8, 0.1, 1.5


class Order(Struct, frozen=True):
    """Time the chain *seed*, or in its place the network in *file*."""

    setup: Setup
    seed: int
    file: str | None = None


class Ready(Struct, frozen=True, tag=True):
    """The chain is loaded and warm; an empty line lets its runs begin."""

    work: dict[str, tuple[float, ...]]


class Done(Struct, frozen=True, tag=True):
    """The median of its runs."""

    ms: float


class Failed(Struct, frozen=True, tag=True):
    """The engine does not run the chain, and why."""

    reason: str


Reply = Ready | Done | Failed


def main() -> None:
    """Obey until the orders end."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    # Some engines write to standard output what they like.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    silence()
    # As in the application: OpenCV's threads are the engine's that is called after it.
    cv2.setNumThreads(1)
    path = Path(sys.argv[1]) / "chain.onnx"
    for line in sys.stdin.buffer:
        for reply in _obey(msgspec.json.decode(line, type=Order), path):
            output.write(msgspec.json.encode(reply) + b"\n")


def _obey(order: Order, path: Path) -> Iterator[Reply]:
    try:
        engine, blob, work = _load(order, path)
        yield Ready(work)
        sys.stdin.buffer.readline()
        yield Done(_median_ms(engine, blob))
        engine.close()
    except SaccadeError as error:
        yield Failed(str(error))


def _load(order: Order, path: Path) -> tuple[Engine, Array, dict[str, tuple[float, ...]]]:
    """The network, a chain written to *path*, in its engine; a tensor for it; and its work."""
    if order.file is not None:
        path = Path(order.file)
    else:
        import onnx

        onnx.save(make_chain(order.seed, order.setup.chains), str(path))
    graph = read_graph(path)
    engine: Engine = ENGINES.load(order.setup.engine)(path, order.setup.options)
    blob = np.random.default_rng(0).standard_normal(graph.image.shape, np.float32)
    for _ in range(_WARM):
        engine.run(blob)
    return engine, blob, work_of(layers_of(graph))


def _median_ms(engine: Engine, blob: Array) -> float:
    times: list[float] = []
    began = now = time.perf_counter()
    while (len(times) < _LEAST_RUNS or now - began < _LEAST_S) and now - began < _MOST_S:
        engine.run(blob)
        before, now = now, time.perf_counter()
        times.append((now - before) * 1e3)
    return float(np.median(times))


if __name__ == "__main__":
    main()
