"""How much each layer suffers from 8 bits: one at a time, all others in float.

The analysis of Wu et al., "Integer Quantization for Deep Learning Inference" (2020, arXiv
2004.09602), there by the accuracy that one quantised layer costs. Here by the error of the
network's outputs: it needs no truth and a few pictures, and it tells layers apart whose cost is
less than one picture in a thousand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.engines import Array, EngineOptions
from models.engines.onnxruntime import OnnxRuntime
from models.image import Image
from models.manifest import Network
from models.preprocess import Preprocessor
from models.quantising.quantiser import Quantiser

Outputs = list[npt.NDArray[np.float64]]


def sensitivities(
    quantiser: Quantiser,
    network: Network,
    images: Sequence[Image],
    scratch: Path,
    threads: int = 1,
    advance: Callable[[], None] = lambda: None,
) -> Mapping[str, float]:
    """Each layer's error: what the outputs deviate by when it alone is in 8 bits.

    Root mean square over *images*, in standard deviations of the output, of the worst output.
    *advance* is called after every layer. Raises SaccadeError.
    """
    options = EngineOptions(threads=threads, device="cpu")
    preprocess = Preprocessor(network.manifest.input)
    blobs = [np.array(preprocess(image)[0]) for image in images]
    expected = _outputs(network.path, options, blobs)
    file = scratch / "one-layer.onnx"
    errors: dict[str, float] = {}
    for layer in quantiser.layers:
        quantiser.write(file, [layer])
        errors[layer] = _deviation(expected, _outputs(file, options, blobs))
        advance()
    return errors


def _outputs(file: Path, options: EngineOptions, blobs: Sequence[Array]) -> Outputs:
    """Each output of all the images, one behind the other."""
    with closing(OnnxRuntime(file, options)) as engine:
        runs = [[np.array(each, np.float64) for each in engine.run(blob)] for blob in blobs]
    return [np.stack(each) for each in zip(*runs, strict=True)]


def _deviation(expected: Outputs, found: Outputs) -> float:
    def of_one(right: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
        error = float(np.sqrt(np.mean((right - other) ** 2)))
        return error / max(float(right.std()), 1e-12)

    worst = max(of_one(right, other) for right, other in zip(expected, found, strict=True))
    # What is no number has suffered most.
    return worst if math.isfinite(worst) else math.inf
