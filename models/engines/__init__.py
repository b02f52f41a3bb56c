"""Inference engines: one file each behind one protocol, imported only when chosen.

Which engine could run a network, and in which precision, is told by `engines_for` and `precisions`
from what is written here of each, so that a grid of candidates costs no import.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.engines.processor import processor_precisions
from models.errors import ModelFileError
from models.manifest import Network, Precision
from models.plugins import PluginTable

Array = npt.NDArray[np.generic]

ENGINES = PluginTable(
    "engine",
    "saccade.engines",
    {
        "onnxruntime": "models.engines.onnxruntime:OnnxRuntime",
        "opencv-dnn": "models.engines.opencv_dnn:OpenCvDnn",
        "openvino": "models.engines.openvino:OpenVino",
        "ncnn": "models.engines.ncnn:Ncnn",
        "litert": "models.engines.litert:LiteRt",
    },
    extras={"openvino": "openvino", "ncnn": "ncnn", "litert": "litert"},
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of an engine without importing it.

    *package*: the one whose version is the engine's. *formats*: the endings of the files that it
    reads. *lower*: the precisions in which it can compute a float32 network on a processor that
    has them. *spins*: whether `EngineOptions.spinning` changes anything.
    """

    package: str | None = None
    formats: tuple[str, ...] = (".onnx",)
    lower: tuple[Precision, ...] = ()
    spins: bool = False


_TRAITS = {
    "onnxruntime": Traits("onnxruntime", spins=True),
    "opencv-dnn": Traits("opencv-python-headless"),
    "openvino": Traits("openvino", lower=("bf16", "fp16")),
    "ncnn": Traits("ncnn", lower=("bf16", "fp16")),
    "litert": Traits("ai-edge-litert", formats=(".tflite",)),
}


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How a network is run: see `Candidate` for the fields' meaning.

    *device* "auto" takes the fastest provider found; "cpu" keeps to the processor. *precision*:
    None computes in the network's own.
    """

    threads: int = 1
    spinning: bool = False
    device: str = "auto"
    precision: Precision | None = None


class Engine(Protocol):
    """One network, loaded and ready. Built by `Engine(path, options)`; used by one thread at a
    time, not always the same.

    The constructor raises ModelFileError for a file that is no network the engine can read, and
    EngineError for a device or a precision that is not there. It must not hold Python's
    interpreter lock while it infers.
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
        """Free the network's memory. Called once, while nobody runs it."""
        ...


def traits(engine: str) -> Traits:
    """What is known of the engine of that name; of another's plug-in, that it reads ONNX."""
    return _TRAITS.get(engine, Traits())


def engines_for(network: Network) -> tuple[str, ...]:
    """The engines that read the network's type of file, installed or not, the reference first.

    Raises ModelFileError if none does.
    """
    ending = Path(network.manifest.file).suffix.lower()
    found = tuple(name for name in ENGINES.names() if ending in traits(name).formats)
    if not found:
        known = dict.fromkeys(each for name in ENGINES.names() for each in traits(name).formats)
        raise ModelFileError(
            f"network {network.name!r}: no engine reads {network.manifest.file!r}; a network is "
            f"a file that ends in {' or '.join(known)}"
        )
    return found


def precisions(network: Network, engine: str) -> tuple[Precision, ...]:
    """In which precisions the engine may run the network here, the network's own first."""
    own = network.manifest.precision
    if own != "fp32":
        return (own,)
    here = processor_precisions()
    return (own, *(each for each in traits(engine).lower if each in here))
