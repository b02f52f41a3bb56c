"""LiteRT, formerly TensorFlow Lite, https://ai.google.dev/edge/litert: runs TFLite files.

In a quantised network a value is (q − zero point) · scale of the integer q; Jacob et al.,
"Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference",
CVPR 2018, equation 1. Its outputs are given as these values.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from models.engines import Array, EngineOptions
from models.engines.checks import (
    expect_file,
    expect_one_input,
    expect_precision,
    expect_processor,
    one_line,
)
from models.errors import EngineError, ModelFileError


class LiteRt:
    """One interpreter. A float32 input tensor is quantised where the network takes integers."""

    def __init__(self, path: Path, options: EngineOptions) -> None:
        expect_file(path)
        expect_processor("litert", options)
        expect_precision("litert", options)
        try:
            self._interpreter: Any = Interpreter(str(path), num_threads=options.threads)
            self._interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise ModelFileError(
                f"{path}: litert cannot read it: {_reason(error, path)}; the file is damaged, is "
                f"not a network in TFLite format, or needs an operation that LiteRT lacks"
            ) from error
        inputs = self._interpreter.get_input_details()
        expect_one_input(path, [tensor["name"] for tensor in inputs])
        self._input = inputs[0]
        self._outputs = self._interpreter.get_output_details()

    @property
    def device(self) -> str:
        return "cpu"

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        return tuple(int(n) if n > 0 else None for n in self._input["shape_signature"])

    @property
    def output_names(self) -> tuple[str, ...]:
        return tuple(tensor["name"] for tensor in self._outputs)

    def run(self, blob: Array) -> list[Array]:
        if blob.dtype == np.float32 and _quantised(self._input):
            blob = _quantise(blob.astype(np.float32, copy=False), self._input)
        try:
            self._interpreter.set_tensor(self._input["index"], blob)
            self._interpreter.invoke()
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"litert cannot run the network: {_reason(error)}") from error
        return [
            _values(self._interpreter.get_tensor(tensor["index"]), tensor)
            for tensor in self._outputs
        ]

    def close(self) -> None:
        del self._interpreter


def _quantised(tensor: dict[str, Any]) -> bool:
    return bool(tensor["quantization"][0]) and np.issubdtype(tensor["dtype"], np.integer)


def _quantise(values: npt.NDArray[np.float32], tensor: dict[str, Any]) -> Array:
    scale, zero_point = tensor["quantization"]
    limits = np.iinfo(tensor["dtype"])
    steps = np.rint(values / np.float32(scale)) + zero_point
    quantised: Array = np.clip(steps, limits.min, limits.max).astype(tensor["dtype"])
    return quantised


def _values(output: npt.NDArray[Any], tensor: dict[str, Any]) -> Array:
    if not _quantised(tensor):
        return output
    scale, zero_point = tensor["quantization"]
    values: Array = (output.astype(np.float32) - zero_point) * np.float32(scale)
    return values


def _reason(error: Exception, path: Path | None = None) -> str:
    text = one_line(error)
    return one_line(text.replace(f"'{path}'", "")) if path else text
