"""Dynamic pruning as ONNX: groups of kernels that a gate has turned off are really not computed.

Each group of a gated convolution's kernels is the branch of an `If`; what is off is filled with
zeros. Multiplying by a mask, as in training, would save no time at all. What comes after the
convolution still works on all channels, so only its own work is saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from models.errors import InputError

FloatArray = npt.NDArray[np.float32]

# ReduceMax, Equal and If as they are used here came with it.
_LEAST_OPSET = 13


@dataclass(frozen=True, slots=True)
class Gate:
    """The small network beside a convolution that says which of its kernels a picture needs.

    LKAM (Theodorakopoulos et al., arXiv 1701.05221): 1×1 convolution, ReLU, 1×1 convolution, mean
    over the map, sigmoid; a kernel is on where that is above 0.5. *look*: (hidden, channels),
    *look_bias*: (hidden,); *decide*: (kernels, hidden), *decide_bias*: (kernels,).
    """

    look: FloatArray
    look_bias: FloatArray
    decide: FloatArray
    decide_bias: FloatArray


@dataclass(frozen=True, slots=True)
class Conditional:
    """The convolution that is called *node*: its *gate*, and which kernels are in which group.

    A group is computed where one of its kernels is on.
    """

    node: str
    gate: Gate
    groups: tuple[tuple[int, ...], ...]


def groups_by_use(used: Sequence[float], count: int) -> tuple[tuple[int, ...], ...]:
    """*count* groups of kernels, as equal as can be, of those that are about as often *used*.

    So the seldom used ones do not wait for one that is needed in every picture.
    """
    order = sorted(range(len(used)), key=used.__getitem__, reverse=True)
    parts = np.array_split(np.array(order), count)
    return tuple(tuple(sorted(part.tolist())) for part in parts)


def make_conditional(model: ModelProto, layers: Sequence[Conditional]) -> ModelProto:
    """A copy of *model* that computes of these *layers* only the groups that are on.

    The kernel whose gate is highest is always on: a convolution that gets no channel hangs ONNX
    Runtime 1.31. A ReLU behind the convolution goes into the branch with it; any other activation
    f has to have f(0) = 0 to be equal to a gate behind it. Raises InputError for a convolution
    that cannot be gated.
    """
    conditional = ModelProto()
    conditional.CopyFrom(model)
    opset = next((each.version for each in model.opset_import if each.domain == ""), 0)
    if opset < _LEAST_OPSET:
        raise InputError(f"a gated network needs ONNX opset {_LEAST_OPSET} or newer, not {opset}")
    shapes = _shapes(model)
    for layer in layers:
        _replace(conditional.graph, layer, shapes)
    _drop_unused(conditional.graph)
    onnx.checker.check_model(conditional)
    return conditional


def _replace(graph: GraphProto, layer: Conditional, shapes: dict[str, tuple[int, ...]]) -> None:
    """Put gate, branches and their concatenation in the place of one convolution."""
    nodes = list(graph.node)
    convolution = next((node for node in nodes if node.name == layer.node), None)
    if convolution is None or convolution.op_type != "Conv":
        raise InputError(f"there is no convolution {layer.node!r}")
    weights, bias = _parameters(graph, convolution)
    _check(layer, convolution, weights)
    activation = _relu_after(graph, nodes, convolution)
    result = (activation or convolution).output[0]
    shape = shapes.get(result, ())
    if len(shape) != 4 or 0 in shape:
        raise InputError(f"convolution {layer.node!r}: the size of its output is not known")
    made = _Maker(graph, layer.node)
    scores = _gate(made, convolution.input[0], layer.gate)
    parts = []
    for number, group in enumerate(layer.groups):
        kernels = list(group)
        part = f"{layer.node}/group-{number}"
        own, is_on = _own_gates(made, scores, kernels, part)
        computed = _branch(
            convolution, weights[kernels], bias[kernels], activation is not None,
            "" if _alike(layer.gate, kernels) else own, f"{part}/on",
        )  # fmt: skip
        zeros = _zeros((shape[0], len(group), *shape[2:]), f"{part}/off")
        made.node("If", [is_on], part, then_branch=computed, else_branch=zeros)
        parts.append(part)
    order = np.argsort(list(chain.from_iterable(layer.groups)))
    if (np.diff(order) == 1).all():
        made.node("Concat", parts, result, axis=1)
    else:
        joined = made.node("Concat", parts, f"{layer.node}/joined", axis=1)
        _put_in_order(made, joined, order, shape, result)
    place = nodes.index(convolution)
    left = [node for node in nodes if node is not convolution and node is not activation]
    del graph.node[:]
    graph.node.extend([*left[:place], *made.nodes, *left[place:]])


def _put_in_order(
    made: _Maker, joined: str, order: npt.NDArray[np.int64], shape: tuple[int, ...], result: str
) -> None:
    """The kernels as they were, with the map as one row meanwhile.

    OpenVINO 2026.4 computes a convolution behind a Gather of a map's channels wrongly.
    """
    rows = made.constant("rows", np.array((shape[0], shape[1], -1), np.int64))
    maps = made.constant("maps", np.array(shape, np.int64))
    flat = made.node("Reshape", [joined, rows], f"{joined}/flat")
    sorted_ = made.node("Gather", [flat, made.constant("order", order)], f"{joined}/sorted", axis=1)
    made.node("Reshape", [sorted_, maps], result)


class _Maker:
    """Nodes and constants for the convolution of that name."""

    def __init__(self, graph: GraphProto, name: str) -> None:
        self._graph, self._name = graph, name
        self.nodes: list[NodeProto] = []

    def node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], output, **attributes))
        return output

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        name = f"{self._name}/{name}"
        self._graph.initializer.append(numpy_helper.from_array(values, name))
        return name


def _gate(made: _Maker, source: str, gate: Gate) -> str:
    """What the sigmoid is taken of, (1, kernels); 0.5 of the sigmoid is where that is 0.

    The mean is taken before the second 1×1 convolution, which is linear: the same, for a fraction
    of the work.
    """
    look = [
        made.constant("look", gate.look[:, :, None, None]),
        made.constant("look-bias", gate.look_bias),
    ]
    decide = [made.constant("decide", gate.decide), made.constant("decide-bias", gate.decide_bias)]
    seen = made.node("Conv", [source, *look], f"{look[0]}/map", kernel_shape=[1, 1])
    hidden = made.node("Relu", [seen], f"{look[0]}/relu")
    mean = made.node("GlobalAveragePool", [hidden], f"{look[0]}/mean")
    row = made.node("Flatten", [mean], f"{look[0]}/row")
    return made.node("Gemm", [row, *decide], f"{decide[0]}/scores", transB=1)


def _own_gates(made: _Maker, scores: str, kernels: Sequence[int], part: str) -> tuple[str, str]:
    """For a group: 1 for each kernel that is on, (1, kernels); and whether one of them is."""
    highest, zero = f"{scores}/highest", f"{scores}/zero"
    if highest not in (node.name for node in made.nodes):
        made.node("ReduceMax", [scores], highest)
        made.node("Constant", [], zero, value=numpy_helper.from_array(np.zeros((), np.float32)))
    number = part.rpartition("/")[2]
    index = made.constant(f"{number}/kernels", np.array(kernels, np.int64))
    own = made.node("Gather", [scores, index], f"{part}/scores", axis=1)
    above = made.node("Greater", [own, zero], f"{part}/above")
    first = made.node("Equal", [own, highest], f"{part}/first")
    either = made.node("Or", [above, first], f"{part}/either")
    mask = made.node("Cast", [either], f"{part}/mask", to=TensorProto.FLOAT)
    # No dimension is kept: OpenVINO takes no other condition.
    any_ = made.node("ReduceMax", [mask], f"{part}/any", keepdims=0)
    return mask, made.node("Greater", [any_, zero], f"{part}/is-on")


def _alike(gate: Gate, kernels: Sequence[int]) -> bool:
    """Whether the kernels are on and off together, so that the branch says all."""
    rows, biases = gate.decide[kernels], gate.decide_bias[kernels]
    return bool((rows == rows[0]).all() and (biases == biases[0]).all())


def _branch(
    convolution: NodeProto,
    weights: FloatArray,
    bias: FloatArray,
    relu: bool,
    mask: str,
    name: str,
) -> GraphProto:
    """A group of which a kernel is on; *mask*, where there is one, turns off the others.

    It reads the convolution's input, and the mask, from the graph around it.
    """
    whole = NodeProto()
    whole.CopyFrom(convolution)
    whole.name = f"{name}/conv"
    whole.input[1:] = [f"{name}/weights", f"{name}/bias"]
    whole.output[:] = [f"{name}/sum"]
    nodes, last = [whole], f"{name}/sum"
    constants = [
        numpy_helper.from_array(weights, f"{name}/weights"),
        numpy_helper.from_array(bias, f"{name}/bias"),
    ]
    if relu:
        nodes.append(helper.make_node("Relu", [last], [f"{name}/relu"], f"{name}/relu"))
        last = f"{name}/relu"
    if mask:
        shape = np.array((1, len(weights), 1, 1), np.int64)
        constants.append(numpy_helper.from_array(shape, f"{name}/shape"))
        nodes += [
            helper.make_node("Reshape", [mask, f"{name}/shape"], [f"{name}/own"], f"{name}/own"),
            helper.make_node("Mul", [last, f"{name}/own"], [f"{name}/masked"], f"{name}/masked"),
        ]
        last = f"{name}/masked"
    nodes[-1].output[0] = name
    output = helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
    return helper.make_graph(nodes, name, [], [output], constants)


def _zeros(shape: tuple[int, ...], name: str) -> GraphProto:
    """A group that is off."""
    size = numpy_helper.from_array(np.array(shape, np.int64), f"{name}/shape")
    fill = helper.make_node("ConstantOfShape", [f"{name}/shape"], [name], name)
    output = helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
    return helper.make_graph([fill], name, [], [output], [size])


def _check(layer: Conditional, convolution: NodeProto, weights: FloatArray) -> None:
    where = f"convolution {layer.node!r}"
    kernels, channels = weights.shape[:2]
    split = next((each.i for each in convolution.attribute if each.name == "group"), 1)
    if split != 1:
        raise InputError(f"{where}: is grouped or depthwise, and its kernels cannot be gated")
    members = sorted(chain.from_iterable(layer.groups))
    if members != list(range(kernels)) or not all(layer.groups):
        raise InputError(f"{where}: its groups do not divide its {kernels} kernels")
    gate = layer.gate
    hidden = len(gate.look_bias)
    found = (gate.look.shape, gate.decide.shape, gate.decide_bias.shape)
    wanted = ((hidden, channels), (kernels, hidden), (kernels,))
    if found != wanted:
        raise InputError(f"{where}: its gate has weights of {found}, and {wanted} is needed")


def _parameters(graph: GraphProto, convolution: NodeProto) -> tuple[FloatArray, FloatArray]:
    """Its weights (kernels, channels, height, width) and bias (kernels,)."""
    known = {each.name: each for each in graph.initializer}
    if any(name not in known for name in convolution.input[1:] if name):
        raise InputError(f"convolution {convolution.name!r}: its weights are no constants")
    weights = np.asarray(numpy_helper.to_array(known[convolution.input[1]]), np.float32)
    if len(convolution.input) < 3 or not convolution.input[2]:
        return weights, np.zeros(len(weights), np.float32)
    return weights, np.asarray(numpy_helper.to_array(known[convolution.input[2]]), np.float32)


def _drop_unused(graph: GraphProto) -> None:
    """The whole weights of convolutions that are in parts now."""
    used = {name for node in graph.node for name in node.input}
    kept = [each for each in graph.initializer if each.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


def _relu_after(
    graph: GraphProto, nodes: Sequence[NodeProto], convolution: NodeProto
) -> NodeProto | None:
    output = convolution.output[0]
    readers = [node for node in nodes if output in node.input]
    seen = output in {value.name for value in graph.output}
    alone = len(readers) == 1 and readers[0].op_type == "Relu" and not seen
    return readers[0] if alone else None


def _shapes(model: ModelProto) -> dict[str, tuple[int, ...]]:
    graph = onnx.shape_inference.infer_shapes(model).graph
    return {
        value.name: tuple(size.dim_value for size in value.type.tensor_type.shape.dim)
        for value in (*graph.input, *graph.value_info, *graph.output)
    }
