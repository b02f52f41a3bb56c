"""Inference engines: one file each behind one protocol, imported only when chosen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.plugins import PluginTable

Array = npt.NDArray[np.generic]

ENGINES = PluginTable(
    "engine",
    "saccade.engines",
    {
        "onnxruntime": "models.engines.onnxruntime:OnnxRuntime",
        "opencv-dnn": "models.engines.opencv_dnn:OpenCvDnn",
    },
)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How a network is run: see `Candidate` for the fields' meaning.

    *device* "auto" takes the fastest provider found; "cpu" keeps to the processor.
    """

    threads: int = 1
    spinning: bool = False
    device: str = "auto"


class Engine(Protocol):
    """One network, loaded and ready. Built by `Engine(path, options)`; used by one thread.

    The constructor raises ModelFileError for a file that is no network the engine can read, and
    EngineError for a device that is not there.
    """

    def __init__(self, path: Path, options: EngineOptions) -> None: ...

    @property
    def device(self) -> str:
        """Where it really runs: "cpu", "cuda", "tensorrt" …"""
        ...

    @property
    def input_shape(self) -> tuple[int | None, ...] | None:
        """The shape the network takes, None for a free dimension; None if it cannot be told."""
        ...

    @property
    def output_names(self) -> tuple[str, ...]:
        """The outputs' names, in the order that `run` returns them."""
        ...

    def run(self, blob: Array) -> list[Array]:
        """Infer one input tensor, batch 1. Raises EngineError.

        Called by the worker for every frame. The result is valid until the next call.
        """
        ...

    def close(self) -> None:
        """Free the network's memory. Called once, by the thread that ran it."""
        ...
