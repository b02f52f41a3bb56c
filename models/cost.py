"""What a network costs whoever runs it, counted in its ONNX file."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path

import onnx

_WEIGHTED = ("Conv", "Gemm", "MatMul")


@dataclass(frozen=True, slots=True)
class Cost:
    """*macs*: multiplications with addition for one input. *parameters*: weights and biases.

    Both of the convolutions and linear layers only; the rest, such as pooling and the decoding of
    boxes, is below a percent. Batch-norms count where they are not folded.
    """

    macs: int
    parameters: int


def cost(path: Path, width: int, height: int) -> Cost:
    """The cost of the network in *path* for an input of 1×3×height×width, in any precision.

    Not of one that decides for each picture what it computes, which has no cost of its own.
    """
    model = onnx.load(path)
    _resize(model, width, height)
    # Not strict: what decodes boxes is made for one size, and no convolution comes after it.
    graph = onnx.shape_inference.infer_shapes(model).graph
    shapes = {initial.name: tuple(initial.dims) for initial in graph.initializer}
    for value in (*graph.input, *graph.value_info, *graph.output):
        shapes[value.name] = tuple(size.dim_value for size in value.type.tensor_type.shape.dim)
    constants = _constants(graph)
    macs = 0
    learned: set[str] = set()
    for node in graph.node:
        if node.op_type in _WEIGHTED:
            macs += prod(shapes[node.output[0]]) * _taps(node, shapes)
        if node.op_type in (*_WEIGHTED, "BatchNormalization"):
            learned.update(constants[name] for name in node.input if name in constants)
    return Cost(macs, sum(prod(shapes[name]) for name in learned))


def _resize(model: onnx.ModelProto, width: int, height: int) -> None:
    """Give the model's first input that size, and forget the shapes that follow from another."""
    sizes = model.graph.input[0].type.tensor_type.shape.dim
    for size, value in zip(sizes, (1, 3, height, width), strict=True):
        size.dim_value = value
    del model.graph.value_info[:]


def _taps(node: onnx.NodeProto, shapes: dict[str, tuple[int, ...]]) -> int:
    """How many products are added up for one value of the node's output."""
    if node.op_type == "Conv":
        return prod(shapes[node.input[1]][1:])
    return shapes[node.input[0]][-1]


def _constants(graph: onnx.GraphProto) -> dict[str, str]:
    """Each name that stands for a constant, and the constant's: itself, or its 8-bit form."""
    names = {initial.name: initial.name for initial in graph.initializer}
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in names:
            names[node.output[0]] = node.input[0]
    return names
