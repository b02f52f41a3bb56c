"""Up to which utilisation a gated convolution is quicker than the plain one, on this device.

Gates cost time themselves, and a convolution in parts is slower than a whole one. So dynamic
pruning pays only where few enough kernels are needed; how few is the engine's and the device's.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import ModelProto, TensorProto, helper, numpy_helper

from models.engines import ENGINES, Engine, EngineOptions
from models.errors import EngineError, InputError, ModelFileError
from models.training.pruning.dynamic import Conditional, Gate, make_conditional

_ROUNDS = 15
_WARM = 3


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution of *kernels* × *channels* × *size* × *size* with a ReLU behind it.

    *height*, *width*: of its input, in pixels of the map. *stride* in both directions.
    """

    channels: int
    kernels: int
    size: int
    height: int
    width: int
    stride: int = 1

    def __str__(self) -> str:
        return (
            f"{self.size}×{self.size}, {self.channels} → {self.kernels}, on "
            f"{self.width}×{self.height}"
        )


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Times of one *layer* on one *engine*, medians in milliseconds on *threads* threads.

    *gated_ms*: pairs of utilisation (the fraction of the kernels that are on, ascending to 1) and
    time. *utilisation*: below it gating pays, interpolated; None where it never does.
    """

    layer: Layer
    engine: str
    threads: int
    plain_ms: float
    gated_ms: tuple[tuple[float, float], ...]

    @property
    def utilisation(self) -> float | None:
        below: tuple[float, float] | None = None
        for used, took_ms in self.gated_ms:
            if took_ms > self.plain_ms:
                if below is None:
                    return None
                share = (self.plain_ms - below[1]) / (took_ms - below[1])
                return below[0] + share * (used - below[0])
            below = (used, took_ms)
        return 1.0 if below else None

    def in_words(self) -> str:
        """What to do, for people."""
        full_ms = self.gated_ms[-1][1]
        where = f"{self.layer} in {self.engine}"
        cost = f"gates cost {full_ms / self.plain_ms - 1:+.0%} when all kernels are used"
        found = self.utilisation
        if found is None:
            return (
                f"{where}: dynamic pruning does not pay at any utilisation, since {cost}; {_ELSE}"
            )
        if found >= 1:
            return f"{where}: dynamic pruning pays at every utilisation"
        return (
            f"{where}: dynamic pruning does not pay above {found:.0%} utilisation, since {cost}; "
            f"there {_ELSE}"
        )


_ELSE = "use static pruning"


def break_even(
    layer: Layer, engine: str, groups: int = 8, threads: int = 1, rounds: int = _ROUNDS
) -> BreakEven:
    """Time *layer* plain and in *groups* groups of which 1, 2 … all are on.

    All are timed in turns, so that what else the machine does hits them alike; let it do nothing
    else. Raises InputError where the kernels cannot be divided, EngineError where the
    engine cannot run such a network, as some have no `If`, and MissingExtra where it is not there.
    """
    if not 2 <= groups <= layer.kernels:
        raise InputError(f"{layer}: cannot be divided into {groups} groups")
    parts = tuple(tuple(part.tolist()) for part in np.array_split(np.arange(layer.kernels), groups))
    plain = _plain(layer)
    gated = make_conditional(plain, [Conditional("conv", _gate(layer, parts), parts)])
    # The gate reads how many groups are to be on from the level of its input.
    levels = [(on + 1) / groups for on in range(groups)]
    blobs = [_blob(layer, level) for level in levels]
    options = EngineOptions(threads=threads, device="cpu")
    load = ENGINES.load(engine)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        engines: list[Engine] = []
        for name, model in (("plain", plain), ("gated", gated)):
            onnx.save(model, folder / f"{name}.onnx")
            try:
                loaded = load(folder / f"{name}.onnx", options)
            except (EngineError, ModelFileError) as error:
                raise EngineError(f"{engine} does not run a {name} convolution; {_ELSE}") from error
            engines.append(stack.enter_context(closing(loaded)))
        jobs = [(engines[0], blobs[-1]), *((engines[1], blob) for blob in blobs)]
        plain_ms, *gated_ms = _medians(jobs, rounds)
    used = [(part[-1] + 1) / layer.kernels for part in parts]
    return BreakEven(layer, engine, threads, plain_ms, tuple(zip(used, gated_ms, strict=True)))


def layer_of(model: ModelProto, node: str) -> Layer:
    """The convolution of that name. Raises InputError where there is none of plain shape."""
    graph = onnx.shape_inference.infer_shapes(model).graph
    found = next(
        (each for each in graph.node if each.name == node and each.op_type == "Conv"), None
    )
    if found is None:
        raise InputError(f"there is no convolution {node!r}")
    shapes: dict[str, Sequence[int]] = {each.name: each.dims for each in graph.initializer}
    for value in (*graph.input, *graph.value_info):
        dimensions = value.type.tensor_type.shape.dim
        shapes[value.name] = [each.dim_value for each in dimensions]
    attributes = {each.name: helper.get_attribute_value(each) for each in found.attribute}
    inputs, weights = (tuple(shapes.get(name, ())) for name in found.input[:2])
    strides = attributes.get("strides", [1, 1])
    plain = attributes.get("group", 1) == 1 and len(set(strides)) == 1
    if len(inputs) != 4 or len(weights) != 4 or weights[2] != weights[3] or not plain:
        raise InputError(f"convolution {node!r}: is not one of plain shape")
    return Layer(weights[1], weights[0], weights[2], inputs[2], inputs[3], strides[0])


def _medians(jobs: Sequence[tuple[Engine, Any]], rounds: int) -> list[float]:
    times_ms: list[list[float]] = [[] for _ in jobs]
    for round_ in range(_WARM + rounds):
        for (engine, blob), taken in zip(jobs, times_ms, strict=True):
            began = time.perf_counter()
            engine.run(blob)
            if round_ >= _WARM:
                taken.append((time.perf_counter() - began) * 1e3)
    return [statistics.median(taken) for taken in times_ms]


def _plain(layer: Layer) -> ModelProto:
    random = np.random.default_rng(0)
    shape = (layer.kernels, layer.channels, layer.size, layer.size)
    weights = random.normal(scale=0.05, size=shape).astype(np.float32)
    pad = layer.size // 2
    height, width = (
        (side + 2 * pad - layer.size) // layer.stride + 1 for side in (layer.height, layer.width)
    )
    graph = helper.make_graph(
        [
            helper.make_node(
                "Conv", ["map", "weights", "bias"], ["sum"], "conv",
                kernel_shape=[layer.size] * 2, pads=[pad] * 4, strides=[layer.stride] * 2,
            ),
            helper.make_node("Relu", ["sum"], ["out"], "relu"),
        ],
        "layer",
        [_value("map", (1, layer.channels, layer.height, layer.width))],
        [_value("out", (1, layer.kernels, height, width))],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.zeros(layer.kernels, np.float32), "bias"),
        ],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _gate(layer: Layer, groups: Sequence[Sequence[int]]) -> Gate:
    """As large as a real one, a quarter of the kernels wide; group g is on at a level above g."""
    hidden = max(1, layer.kernels // 4)
    bounds = [(number + 0.5) / len(groups) for number, group in enumerate(groups) for _ in group]
    return Gate(
        np.full((hidden, layer.channels), 1 / layer.channels, np.float32),
        np.zeros(hidden, np.float32),
        np.full((layer.kernels, hidden), 1 / hidden, np.float32),
        -np.array(bounds, np.float32),
    )


def _blob(layer: Layer, level: float) -> Any:
    return np.full((1, layer.channels, layer.height, layer.width), level, np.float32)


def _value(name: str, shape: Sequence[int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
