"""Writes networks of random weights as ONNX: in float32, or quantised to 8 bits with Q and DQ."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import onnx

# "int8": unsigned activations; "int8-signed": signed ones, which x86 multiplies in another way.
ChainPrecision = Literal["fp32", "int8", "int8-signed"]
Activation = Literal["relu", "relu6", "leaky", "silu", "none"]
Shape = tuple[int, ...]

_OPSET, _IR = 13, 8
# What quantised weights are.
_WEIGHTS = {"int8": (np.uint8, np.int8), "int8-signed": (np.int8,)}
# Of all quantised activations.
_SCALE = np.float32(0.05)


@dataclass(slots=True)
class Builder:
    """Adds operations; every method takes and gives names of tensors in NCHW.

    The numbers are random but stay within a few powers of ten, so that none becomes denormal,
    which would make arithmetic slow. *macs* and *parameters* count what was added.
    """

    random: np.random.Generator
    precision: ChainPrecision = "fp32"
    loose: bool = False
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)
    macs: int = 0
    parameters: int = 0
    _activations: Any = None
    _weights: Any = None

    def image(self, height: int, width: int) -> str:
        """The network's input: one picture of three planes."""
        if self.precision != "fp32":
            self._activations = np.int8 if self.precision == "int8-signed" else np.uint8
            kinds = _WEIGHTS[self.precision]
            self._weights = kinds[self.random.integers(len(kinds))]
        self.shapes["image"] = (1, 3, height, width)
        return self._quantised("image")

    def conv(
        self,
        x: str,
        channels: int,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        activation: Activation = "none",
    ) -> str:
        """A convolution padded to keep the size, with bias and activation."""
        depth = self.shapes[x][1] // groups
        height, width = ((n - 1) // stride + 1 for n in self.shapes[x][2:])
        self.macs += height * width * channels * depth * kernel**2
        attributes = {
            "kernel_shape": [kernel] * 2, "strides": [stride] * 2,
            "pads": [kernel // 2] * 4, "group": groups,
        }  # fmt: skip
        inputs = [x, *self._weights_of((channels, depth, kernel, kernel))]
        result = self._ended("Conv", inputs, (1, channels, height, width), **attributes)
        return self.activated(result, activation)

    def activated(self, x: str, activation: Activation) -> str:
        """An activation; "none" is none."""
        shape = self.shapes[x]
        if activation == "leaky":
            return self._ended("LeakyRelu", [x], shape, alpha=0.1)
        if activation == "silu":
            return self._ended("Mul", [x, self.sigmoid(x)], shape)
        if activation == "none" or self.precision != "fp32":
            return x  # the range of the quantised numbers is what the others do
        if activation == "relu":
            return self._ended("Relu", [x], shape)
        limits = [self._constant(np.float32(limit)) for limit in (0, 6)]
        return self._ended("Clip", [x, *limits], shape)

    def pool(self, x: str, kernel: int, stride: int, kind: str = "MaxPool") -> str:
        """A maximum or mean over windows, padded to keep the size."""
        height, width = ((n - 1) // stride + 1 for n in self.shapes[x][2:])
        return self._ended(
            kind, [x], (*self.shapes[x][:2], height, width), kernel_shape=[kernel] * 2,
            strides=[stride] * 2, pads=[(kernel - 1) // 2] * 2 + [kernel // 2] * 2,
        )  # fmt: skip

    def mean(self, x: str) -> str:
        """The mean of each plane."""
        return self._ended("GlobalAveragePool", [x], (*self.shapes[x][:2], 1, 1))

    def add(self, one: str, other: str) -> str:
        return self._ended("Add", [one, other], self.shapes[one])

    def scaled(self, x: str) -> str:
        """Times a constant."""
        factor = self._constant(np.float32(0.5))
        return self._ended("Mul", [x, factor], self.shapes[x])

    def concat(self, tensors: list[str], axis: int = 1) -> str:
        shape = list(self.shapes[tensors[0]])
        shape[axis] = sum(self.shapes[name][axis] for name in tensors)
        return self._ended("Concat", tensors, tuple(shape), axis=axis)

    def halves(self, x: str) -> tuple[str, str]:
        """The first and the second half of the channels."""
        channels = self.shapes[x][1]
        return self.slice(x, 1, 0, channels // 2), self.slice(x, 1, channels // 2, channels)

    def slice(self, x: str, axis: int, start: int, end: int, step: int = 1) -> str:
        shape = list(self.shapes[x])
        shape[axis] = len(range(start, end, step))
        limits = [self._constant(np.array([n], np.int64)) for n in (start, end, axis, step)]
        return self._ended("Slice", [x, *limits], tuple(shape))

    def shuffle(self, x: str) -> str:
        """Interleave the two halves of the channels."""
        _, channels, height, width = self.shapes[x]
        split = self.reshape(x, (1, 2, channels // 2, height, width))
        turned = self.transpose(split, (0, 2, 1, 3, 4))
        return self.reshape(turned, (1, channels, height, width))

    def reshape(self, x: str, shape: Shape) -> str:
        target = self._constant(np.array(shape, np.int64))
        return self._ended("Reshape", [x, target], shape)

    def transpose(self, x: str, order: Shape) -> str:
        shape = tuple(self.shapes[x][axis] for axis in order)
        return self._ended("Transpose", [x], shape, perm=list(order))

    def double(self, x: str) -> str:
        """Twice the height and width."""
        batch, channels, height, width = self.shapes[x]
        scales = self._constant(np.array([1, 1, 2, 2], np.float32))
        return self._ended(
            "Resize", [x, "", scales], (batch, channels, 2 * height, 2 * width), mode="nearest",
            coordinate_transformation_mode="asymmetric", nearest_mode="floor",
        )  # fmt: skip

    def sigmoid(self, x: str) -> str:
        return self._ended("Sigmoid", [x], self.shapes[x])

    def exp(self, x: str) -> str:
        return self._ended("Exp", [x], self.shapes[x])

    def softmax(self, x: str) -> str:
        return self._ended("Softmax", [x], self.shapes[x], axis=1)

    def dense(self, x: str, outputs: int) -> str:
        """A fully connected layer of the flattened tensor."""
        inputs = prod(self.shapes[x])
        self.macs += inputs * outputs
        flat = self.reshape(x, (1, inputs))
        weights = self._weights_of((outputs, inputs))
        return self._ended("Gemm", [flat, *weights], (1, outputs), transB=1)

    def model(self, outputs: list[str]) -> onnx.ModelProto:
        """The finished network."""
        from onnx import TensorProto, helper

        # Old exporters list the weights among the inputs, where a caller could replace them, so
        # that no engine may rearrange them beforehand.
        loose = [tensor for tensor in self.constants if self.loose and len(tensor.dims) > 1]

        def values(names: list[str]) -> list[onnx.ValueInfoProto]:
            return [
                helper.make_tensor_value_info(n, TensorProto.FLOAT, self.shapes[n]) for n in names
            ]

        graph = helper.make_graph(
            self.nodes,
            "chain",
            [
                *values(["image"]),
                *(helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in loose),
            ],
            values(outputs),
            self.constants,
        )
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR
        )

    def _ended(self, op: str, inputs: list[str], shape: Shape, **attributes: Any) -> str:
        return self._quantised(self._add(op, inputs, shape, **attributes))

    def _add(self, op: str, inputs: list[str], shape: Shape, **attributes: Any) -> str:
        from onnx import helper

        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], **attributes))
        self.shapes[name] = shape
        return name

    def _quantised(self, x: str) -> str:
        """The tensor after a round trip through 8 bits."""
        if self.precision == "fp32":
            return x
        scale, zero = self._constant(_SCALE), self._constant(self._zero(self._activations))
        stored = self._add("QuantizeLinear", [x, scale, zero], self.shapes[x])
        return self._add("DequantizeLinear", [stored, scale, zero], self.shapes[x])

    def _weights_of(self, shape: Shape) -> list[str]:
        """Weights and biases of a layer of that shape, outputs first."""
        self.parameters += prod(shape)
        spread = np.float32((2 / prod(shape[1:])) ** 0.5)
        if self.precision == "fp32":
            values = self.random.standard_normal(shape, np.float32) * spread
            return [self._constant(values), self._constant(np.full(shape[0], 0.01, np.float32))]
        limits = np.iinfo(self._weights)
        stored = self.random.integers(limits.min, limits.max, shape, self._weights, endpoint=True)
        scale = spread / np.float32(64)
        weight = [self._constant(value) for value in (stored, scale, self._zero(self._weights))]
        # Engines insist on this scale, as the products of weights and activations have it.
        bias = [self._constant(np.zeros(shape[0], np.int32)), self._constant(_SCALE * scale)]
        return [
            self._add("DequantizeLinear", weight, shape),
            self._add("DequantizeLinear", bias, shape[:1]),
        ]

    @staticmethod
    def _zero(kind: Any) -> npt.NDArray[Any]:
        return np.array(128 if kind is np.uint8 else 0, kind)

    def _constant(self, value: npt.NDArray[Any] | np.float32) -> str:
        from onnx import numpy_helper

        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name
