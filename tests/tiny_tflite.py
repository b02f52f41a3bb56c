"""The tiny networks again, as TFLite files that take 1×8×8×3; skips without LiteRT's schema."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tiny_networks import SIDE

IMAGE = (1, SIDE, SIDE, 3)


@dataclass(frozen=True)
class Operator:
    """*kind*: the name in the schema's BuiltinOperator, or that of a custom operator."""

    kind: str
    inputs: tuple[str, ...]
    output: str
    options: tuple[str, dict[str, Any]] | None = None


def save(
    path: Path,
    operators: list[Operator],
    shapes: dict[str, tuple[int, ...]],
    outputs: tuple[str, ...],
    constants: dict[str, np.ndarray] | None = None,
    integers: tuple[type[np.integer[Any]], float, int] | None = None,
) -> Path:
    """Write a network that takes "image". *integers*: the tensors' type, scale and zero point."""
    schema = pytest.importorskip("ai_edge_litert.schema_py_generated")
    flatbuffers = pytest.importorskip("flatbuffers")
    constants = constants or {}
    number, scale, zero_point = integers or (np.float32, None, None)
    model, graph = schema.ModelT(), schema.SubGraphT()
    model.version, model.subgraphs, model.buffers = 3, [graph], [schema.BufferT()]
    model.operatorCodes, graph.operators, graph.tensors = [], [], []
    numbers: dict[str, int] = {}
    shapes = {"image": IMAGE, **shapes, **{name: c.shape for name, c in constants.items()}}
    for name, shape in shapes.items():
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.buffer = name, list(shape), 0
        constant = constants.get(name)
        kind = np.dtype(number if constant is None else constant.dtype).name
        tensor.type = getattr(schema.TensorType, kind.upper())
        if constant is not None:
            tensor.buffer = len(model.buffers)
            model.buffers.append(schema.BufferT())
            model.buffers[-1].data = list(constant.tobytes())
        elif scale is not None:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = [scale]
            tensor.quantization.zeroPoint = [zero_point]
        numbers[name] = len(graph.tensors)
        graph.tensors.append(tensor)
    for each in operators:
        code = schema.OperatorCodeT()
        code.version = 1
        code.builtinCode = getattr(schema.BuiltinOperator, each.kind, schema.BuiltinOperator.CUSTOM)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        if code.builtinCode == schema.BuiltinOperator.CUSTOM:
            code.customCode = each.kind
        operator = schema.OperatorT()
        operator.opcodeIndex = len(model.operatorCodes)
        operator.inputs = [numbers[name] for name in each.inputs]
        operator.outputs = [numbers[each.output]]
        if each.options is not None:
            kind, values = each.options
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
            operator.builtinOptions = getattr(schema, f"{kind}T")()
            for name, value in values.items():
                setattr(operator.builtinOptions, name, value)
        model.operatorCodes.append(code)
        graph.operators.append(operator)
    graph.inputs = [numbers["image"]]
    graph.outputs = [numbers[name] for name in outputs]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    path.write_bytes(bytes(builder.Output()))
    return path


def whole(kind: str, output: str) -> Operator:
    """A pooling over the whole image."""
    size = {"padding": 1, "strideW": 1, "strideH": 1, "filterWidth": SIDE, "filterHeight": SIDE}
    return Operator(kind, ("image",), output, ("Pool2DOptions", size))


def colours(path: Path) -> Path:
    """Says which colour the image has: soft-max of each plane's mean."""
    softmax = Operator("SOFTMAX", ("means",), "colour", ("SoftmaxOptions", {"beta": 1.0}))
    shapes = {"means": (1, 1, 1, 3), "colour": (1, 1, 1, 3)}
    return save(path, [whole("AVERAGE_POOL_2D", "means"), softmax], shapes, ("colour",))


def three_outputs(path: Path) -> Path:
    """Gives "mean", "largest" and "positive", computed in another order."""
    operators = [
        whole("MAX_POOL_2D", "largest"),
        whole("AVERAGE_POOL_2D", "mean"),
        Operator("RELU", ("image",), "positive"),
    ]
    shapes = {"largest": (1, 1, 1, 3), "mean": (1, 1, 1, 3), "positive": IMAGE}
    return save(path, operators, shapes, ("mean", "largest", "positive"))


def unknown(path: Path) -> Path:
    """Needs an operator that nobody has."""
    return save(path, [Operator("Frobnicate", ("image",), "out")], {"out": IMAGE}, ("out",))


def convolution(path: Path) -> Path:
    """Adds the three colours up; its weights are for three channels."""
    weights = {"weights": np.ones((1, 1, 1, 3), np.float32), "bias": np.zeros(1, np.float32)}
    options = {"padding": 1, "strideW": 1, "strideH": 1, "dilationWFactor": 1, "dilationHFactor": 1}
    inputs = ("image", "weights", "bias")
    operator = Operator("CONV_2D", inputs, "out", ("Conv2DOptions", options))
    return save(path, [operator], {"out": (1, SIDE, SIDE, 1)}, ("out",), weights)


def largest(path: Path, kind: type[np.integer[Any]], scale: float, zero_point: int) -> Path:
    """The largest value of each colour, in integers: value = (q − zero point) · scale."""
    shapes = {"largest": (1, 1, 1, 3)}
    operators = [whole("MAX_POOL_2D", "largest")]
    return save(path, operators, shapes, ("largest",), integers=(kind, scale, zero_point))
