"""A network's layers as prediction sees them: a kind, and the work it has to do.

The features of a layer are those of PreVIous (Velasco-Montero et al., arXiv 1912.06442), for the
time that an engine spends on it is nearly linear in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, prod
from pathlib import Path

from pipelines.prediction.graph import Graph, Node, Tensor, read_graph

# Vector units work on so many channels at once, and pad what is left over.
_LANES = 16
# The smallest such unit: channels in odd numbers leave an engine its slowest code.
_QUARTER = 4

FEATURES = ("overhead", "macs", "padded_macs", "inputs", "outputs", "parameters")

_PLAIN_KINDS = {
    **dict.fromkeys(("Gemm", "MatMul"), "gemm"),
    **dict.fromkeys(("MaxPool", "AveragePool", "LpPool"), "pool"),
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "ReduceMax"), "reduce"),
    **dict.fromkeys(("ReduceSum", "ArgMax", "TopK"), "reduce"),
    **dict.fromkeys(("Relu", "Clip", "LeakyRelu", "PRelu", "Abs", "Neg"), "activation"),
    **dict.fromkeys(("Sigmoid", "Tanh", "Exp", "HardSigmoid", "HardSwish"), "curve"),
    **dict.fromkeys(("Elu", "Softplus", "Mish", "Gelu", "Erf", "Log", "Pow", "Sqrt"), "curve"),
    **dict.fromkeys(("Softmax", "LogSoftmax"), "softmax"),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "Min", "Max", "Sum"), "arithmetic"),
    **dict.fromkeys(("BatchNormalization", "InstanceNormalization"), "arithmetic"),
    "Concat": "concat",
    **dict.fromkeys(("Transpose", "DepthToSpace", "SpaceToDepth"), "transpose"),
    **dict.fromkeys(("Slice", "Split", "Gather", "Pad", "Expand", "Tile", "Cast"), "copy"),
    **dict.fromkeys(("Resize", "Upsample"), "resize"),
    **dict.fromkeys(("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"), "quantise"),
}
# These only say how the same numbers are to be read.
_FREE = ("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout")
# What an engine usually computes together with the convolution before it, which then is nearly
# free: its own kind, so that the fit finds out.
_FUSED, _FUSING = ("activation", "curve"), ("Conv", "Gemm")
# These work on whole vectors of channels, if there are whole ones; else the numbers are put in
# another order before and after.
_BLOCKED = ("pool", "concat", "arithmetic", "resize")
_BYTES = ("INT8", "UINT8")
_WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")
OTHER = "other"

# Why an engine takes slower code for a layer: channels in odd numbers, few input channels, weights
# that it may not rearrange; in 8 bits unsigned weights, or signed activations, where processors
# multiply unsigned activations by signed weights.
QUALIFIERS = ("odd", "ragged", "narrow", "loose", "unsigned", "signed")


@dataclass(frozen=True, slots=True)
class Layer:
    """*kind*: one of a few buckets; with " int8" behind it where it works on quantised numbers.

    *macs*: multiply-accumulates; *padded_macs*: with channels rounded up to the vector unit's.
    The rest are numbers of elements.
    """

    name: str
    kind: str
    macs: int = 0
    padded_macs: int = 0
    inputs: int = 0
    outputs: int = 0
    parameters: int = 0

    @property
    def features(self) -> tuple[float, ...]:
        """In the order of `FEATURES`; the first, 1, stands for the layer's overhead."""
        work = (self.macs, self.padded_macs, self.inputs, self.outputs, self.parameters)
        return (1.0, *map(float, work))


def read_layers(path: Path) -> tuple[Layer, ...]:
    """The layers of an ONNX file, in the order of their execution. Raises as `read_graph`."""
    return layers_of(read_graph(path))


def layers_of(graph: Graph) -> tuple[Layer, ...]:
    """What an engine has to do; what it can leave out is left out."""
    return tuple(_Reader(graph).layers())


def work_of(layers: Iterable[Layer]) -> dict[str, tuple[float, ...]]:
    """The sum of the features of each kind: all that a prediction needs of a network."""
    work: dict[str, tuple[float, ...]] = {}
    for layer in layers:
        before = work.get(layer.kind, (0.0,) * len(FEATURES))
        work[layer.kind] = tuple(map(sum, zip(before, layer.features, strict=True)))
    return work


class _Reader:
    """Looks at nodes with their neighbours: these decide what is fused and what is quantised."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._producer = {out.name: node for node in graph.nodes for out in node.outputs}
        self._uses = Counter(data.name for node in graph.nodes for data in node.data)
        self._uses.update(graph.outputs)
        self._consumers: dict[str, list[Node]] = {}
        for node in graph.nodes:
            for data in node.data:
                self._consumers.setdefault(data.name, []).append(node)

    def layers(self) -> Iterator[Layer]:
        for node in self._graph.nodes:
            if node.op == "QuantizeLinear" and self._ends_int8(node):
                continue
            if node.op == "DequantizeLinear" and self._begins_int8(node):
                continue
            kind = self._kind(node)
            if kind is not None:
                yield self._layer(node, kind)

    def _layer(self, node: Node, kind: str) -> Layer:
        suffix = self._signs(node) + " int8" if self._is_int8(node) else ""
        macs, padded = _macs(node)
        return Layer(
            name=node.outputs[0].name,
            kind=f"{kind}{suffix}",
            macs=macs,
            padded_macs=padded,
            inputs=sum(tensor.elements for tensor in node.data),
            outputs=sum(tensor.elements for tensor in node.outputs),
            # Limits, sizes and the like are no parameters.
            parameters=sum(t.elements for t in node.inputs if t.constant) if macs else 0,
        )

    def _kind(self, node: Node) -> str | None:
        """The node's bucket; None for what costs nothing of its own."""
        if node.op in ("Conv", "ConvTranspose"):
            return self._convolution(node)
        kind: str | None = _PLAIN_KINDS.get(node.op, OTHER)
        before = self._producer.get(node.data[0].name)
        if node.op in _FREE:
            kind = None
        elif node.op == "Sigmoid" and self._is_gate(node):
            kind = None  # counted with the multiplication that follows
        elif node.op == "Mul" and any(map(self._is_gate, self._producers(node))):
            kind = "silu"
        elif before is None:
            pass
        elif node.op == "BatchNormalization" and before.op == "Conv":
            kind = None  # merged into the convolution's weights when the network is loaded
        elif kind in _FUSED and before.op in _FUSING and self._uses[node.data[0].name] == 1:
            kind = f"fused {kind}"
        if kind in _BLOCKED and any(len(t.shape) == 4 and t.shape[1] % _LANES for t in node.data):
            kind = f"{kind} ragged"
        return kind

    def _producers(self, node: Node) -> list[Node]:
        return [self._producer[data.name] for data in node.data if data.name in self._producer]

    def _is_gate(self, node: Node) -> bool:
        """Whether it is the sigmoid of x · sigmoid(x), which engines compute in one go."""
        takers = self._consumers.get(node.outputs[0].name, [])
        return (
            node.op == "Sigmoid"
            and len(takers) == 1
            and takers[0].op == "Mul"
            and node.data[0] in takers[0].data
        )

    def _convolution(self, node: Node) -> str:
        if node.op == "ConvTranspose":
            return "deconvolution"
        image, weight = node.inputs[:2]
        groups, channels = int(node.attributes.get("group", 1)), image.shape[1]
        if prod(node.outputs[0].shape[2:]) == 1 and groups == 1:
            return "gemm"
        if groups > 1:
            kind = "depthwise" if groups == channels else "grouped"
        elif self._is_image(image.name):
            return "stem"
        else:
            kind = "conv1x1" if prod(weight.shape[2:]) == 1 else "convkxk"
        if weight.loose:
            return f"{kind} loose"
        if channels % _QUARTER or node.outputs[0].shape[1] % _QUARTER:
            return f"{kind} odd"
        return f"{kind} narrow" if channels < _LANES and groups == 1 else kind

    def _is_image(self, name: str) -> bool:
        """Whether it is the network's input, perhaps quantised."""
        source = self._producer.get(name)
        while source is not None and source.op in ("QuantizeLinear", "DequantizeLinear"):
            name = source.data[0].name
            source = self._producer.get(name)
        return name == self._graph.image.name

    def _is_int8(self, node: Node) -> bool:
        """Whether it works on quantised numbers: of that type, or between a pair of Q and DQ."""
        if node.op in ("QuantizeLinear", "DequantizeLinear"):
            return False
        if node.data[0].dtype in _BYTES:
            return True
        return self._quantised(node)

    def _quantised(self, node: Node) -> bool:
        """Whether every input is dequantised for it, and its output quantised at once."""
        sources = [self._producer.get(tensor.name) for tensor in node.data]
        if not all(source and source.op == "DequantizeLinear" for source in sources):
            return False
        takers = self._takers(node)
        return bool(takers) and all(taker.op == "QuantizeLinear" for taker in takers)

    def _takers(self, node: Node) -> list[Node]:
        """Who takes its output, seen through an activation that quantisation swallows."""
        found = self._consumers.get(node.outputs[0].name, [])
        if len(found) == 1 and found[0].op in ("Relu", "Clip"):
            return self._consumers.get(found[0].outputs[0].name, [])
        return found

    def _signs(self, node: Node) -> str:
        """The qualifier of a quantised layer with weights; "" for the usual one."""
        if node.op not in _WEIGHTED:
            return ""
        stored = [self._stored(tensor) for tensor in node.inputs[:2]]
        if stored[0] == "INT8":
            return " signed"
        return " unsigned" if stored[1] == "UINT8" else ""

    def _stored(self, tensor: Tensor) -> str:
        """The type of a tensor's numbers before they are dequantised."""
        if tensor.dtype in _BYTES:
            return tensor.dtype
        if tensor.quantised is not None:
            return tensor.quantised
        source = self._producer.get(tensor.name)
        return source.data[0].dtype if source and source.data else tensor.dtype

    def _begins_int8(self, node: Node) -> bool:
        takers = self._consumers.get(node.outputs[0].name, [])
        return bool(takers) and all(self._quantised(taker) for taker in takers)

    def _ends_int8(self, node: Node) -> bool:
        before = self._producer.get(node.data[0].name)
        if before is not None and before.op in ("Relu", "Clip"):
            before = self._producer.get(before.data[0].name)
        return before is not None and self._quantised(before)


def _macs(node: Node) -> tuple[int, int]:
    """Multiply-accumulates, and those with channels rounded up to whole vectors."""
    output = node.outputs[0]
    if node.op == "Conv":
        weight = node.inputs[1].shape
        groups = int(node.attributes.get("group", 1))
        window, pixels = prod(weight[2:]), output.elements // output.shape[1]
        return (
            output.elements * weight[1] * window,
            pixels * window * _padded(output.shape[1], weight[1], groups),
        )
    if node.op == "ConvTranspose":
        weight = node.inputs[1].shape
        macs = node.inputs[0].elements * prod(weight[1:])
        return macs, macs
    if node.op in ("Gemm", "MatMul"):
        left = node.inputs[0].shape
        depth = left[0] if node.attributes.get("transA") else left[-1]
        return output.elements * depth, output.elements * _up(depth)
    return 0, 0


def _padded(channels: int, depth: int, groups: int) -> int:
    """Output × input channels as a vector unit sees them. Channels filtered alone share vectors;
    of few input channels each is spread over a vector of its own."""
    if depth < _LANES:
        return _up(channels) * depth
    return groups * _up(channels // groups) * _up(depth)


def _up(channels: int) -> int:
    return ceil(channels / _LANES) * _LANES
