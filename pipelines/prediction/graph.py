"""An ONNX file as plain nodes with shapes: what prediction needs to know, weights left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import MissingExtra, ModelFileError

if TYPE_CHECKING:
    import onnx

# Quantised operators as their plain counterpart reads them: the positions of the data inputs.
# Source: https://onnx.ai/onnx/operators, and ContribOperators.md of ONNX Runtime.
_QUANTISED: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "QLinearConv": ("Conv", (0, 3, 8)),
    "QLinearMatMul": ("MatMul", (0, 3)),
    "QGemm": ("Gemm", (0, 3, 6)),
    "ConvInteger": ("Conv", (0, 1)),
    "MatMulInteger": ("MatMul", (0, 1)),
    "QLinearAdd": ("Add", (0, 3)),
    "QLinearMul": ("Mul", (0, 3)),
    "QLinearLeakyRelu": ("LeakyRelu", (0,)),
    "QLinearSigmoid": ("Sigmoid", (0,)),
    "QLinearSoftmax": ("Softmax", (0,)),
    "QLinearAveragePool": ("AveragePool", (0,)),
    "QLinearGlobalAveragePool": ("GlobalAveragePool", (0,)),
}
# At most so many elements has a tensor that is a size, or a list of them.
_SIZES = 64

_Types = Mapping[str, tuple[tuple[int, ...], str]]


@dataclass(frozen=True, slots=True)
class Tensor:
    """*shape* without free dimensions; *constant*: known before any image is.

    *loose*: constant as long as nobody replaces it, for it is listed among the inputs.
    *quantised*: the type in which a constant is stored that is dequantised before it is used.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    constant: bool
    loose: bool = False
    quantised: str | None = None

    @property
    def elements(self) -> int:
        count = 1
        for size in self.shape:
            count *= size
        return count


@dataclass(frozen=True, slots=True)
class Node:
    """One operation on an image's data; *op* is the plain name, without its quantisation."""

    op: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    attributes: Mapping[str, Any]

    @property
    def data(self) -> tuple[Tensor, ...]:
        """The inputs that depend on the image."""
        return tuple(tensor for tensor in self.inputs if not tensor.constant)


@dataclass(frozen=True, slots=True)
class Graph:
    """*nodes* in the order of their execution, without those that do not depend on the image."""

    nodes: tuple[Node, ...]
    image: Tensor
    outputs: tuple[str, ...]


def read_graph(path: Path) -> Graph:
    """The graph of an ONNX file for one image.

    Raises MissingExtra without the package `onnx`, and ModelFileError for a file that is no
    network, has several inputs or free dimensions, or operations whose shapes nobody knows.
    """
    if not path.is_file():
        raise ModelFileError(f"{path}: there is no such file")
    model = _load(path)
    constants = {tensor.name for tensor in model.graph.initializer}
    images = [value for value in model.graph.input if value.name not in constants]
    if len(images) != 1:
        names = ", ".join(value.name for value in images) or "none"
        raise ModelFileError(
            f"{path}: the network has {len(images)} inputs ({names}); prediction needs one with "
            f"one input, the image"
        )
    _fix_batch(images[0], path)
    del model.graph.value_info[:]  # what an exporter noted may be for another batch
    plain = [_without_quantisation(node) for node in model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(plain)
    types = _infer(model, path)
    loose = constants & {value.name for value in model.graph.input}
    constants |= {tensor.name for tensor in model.graph.initializer}
    nodes = tuple(_nodes(model.graph.node, types, constants, loose, path))
    if not nodes:
        raise ModelFileError(f"{path}: the network computes nothing from its image")
    name = images[0].name
    image = Tensor(name, *types[name], constant=False)
    return Graph(nodes, image, tuple(value.name for value in model.graph.output))


def _load(path: Path) -> onnx.ModelProto:
    try:
        import onnx
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "prediction needs the Python package 'onnx'; `pip install onnx` installs it"
        ) from error
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        model = onnx.load(str(path), load_external_data=False)
    except DecodeError as error:
        raise ModelFileError(f"{path}: is damaged, or is not a network in ONNX format") from error
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read: {error.strerror}") from error
    if not model.graph.node:
        raise ModelFileError(f"{path}: is not a network in ONNX format: it has no operations")
    return model


def _fix_batch(image: onnx.ValueInfoProto, path: Path) -> None:
    """Set a free batch size to one image; any other free dimension is an error."""
    shape = image.type.tensor_type.shape.dim
    for index, dimension in enumerate(shape):
        if dimension.HasField("dim_value") and dimension.dim_value > 0:
            continue
        if index:
            raise ModelFileError(
                f"{path}: the input {image.name!r} has a free dimension "
                f"{dimension.dim_param or index!r}; prediction needs its size: export the network "
                f"with a fixed one"
            )
        dimension.dim_value = 1


def _without_quantisation(node: onnx.NodeProto) -> onnx.NodeProto:
    """A quantised operator as the plain one with the same data inputs and outputs."""
    from onnx import helper

    if node.op_type == "QLinearConcat":
        inputs: list[str] = list(node.input[2::3])
        op = "Concat"
    elif node.op_type in _QUANTISED:
        op, positions = _QUANTISED[node.op_type]
        inputs = [node.input[index] for index in positions if index < len(node.input)]
    else:
        return node
    plain = helper.make_node(op, inputs, list(node.output), name=node.name)
    plain.attribute.extend(node.attribute)
    return plain


def _infer(model: onnx.ModelProto, path: Path) -> _Types:
    """The shape and element type of every tensor where they are fixed.

    Exporters write sizes as computations on sizes. With an image of fixed size these are
    constants, and the shapes that depend on them follow once they have been worked out.
    """
    import onnx

    while True:
        try:
            inferred = onnx.shape_inference.infer_shapes(model).graph
        except Exception as error:  # its own class, and whatever a damaged graph provokes
            reason = " ".join(str(error).split())
            raise ModelFileError(f"{path}: its shapes cannot be worked out: {reason}") from error
        types = _types(inferred)
        if not _fold_sizes(model, types):
            return types


def _types(graph: onnx.GraphProto) -> _Types:
    from onnx import TensorProto

    name = TensorProto.DataType.Name
    types = {t.name: (tuple(t.dims), name(t.data_type)) for t in graph.initializer}
    for value in (*graph.input, *graph.value_info, *graph.output):
        kind = value.type.tensor_type
        shape = tuple(d.dim_value if d.HasField("dim_value") else -1 for d in kind.shape.dim)
        if kind.HasField("shape") and -1 not in shape:
            types[value.name] = (shape, name(kind.elem_type))
    return types


def _fold_sizes(model: onnx.ModelProto, types: _Types) -> bool:
    """Replace operations on sizes, that have become known, by their values; whether there were."""
    from onnx import numpy_helper
    from onnx.reference import ReferenceEvaluator

    opsets = {opset.domain: opset.version for opset in model.opset_import}
    values = {
        tensor.name: numpy_helper.to_array(tensor)
        for tensor in model.graph.initializer
        if len(tensor.dims) <= 1 and max(tensor.dims, default=1) <= _SIZES
    }
    left: list[onnx.NodeProto] = []
    for node in model.graph.node:
        names = [name for name in node.input if name]
        if node.op_type == "Shape" and names[0] in types:
            # Without memory: only its shape is looked at.
            inputs = {names[0]: np.broadcast_to(np.float32(0), types[names[0]][0])}
        elif all(name in values for name in names) and not node.domain:
            inputs = {name: values[name] for name in names}
        else:
            left.append(node)
            continue
        try:
            results = ReferenceEvaluator(node, opsets=opsets).run(None, inputs)
        except Exception:  # whatever it is, the reference implementation does not know it
            left.append(node)
            continue
        found = dict(zip(node.output, map(np.asarray, results), strict=True))
        values |= found
        model.graph.initializer.extend(numpy_helper.from_array(v, n) for n, v in found.items())
    if len(left) == len(model.graph.node):
        return False
    del model.graph.node[:]
    model.graph.node.extend(left)
    return True


def _nodes(
    nodes: Iterable[onnx.NodeProto],
    types: _Types,
    constants: set[str],
    loose: set[str],
    path: Path,
) -> Iterable[Node]:
    from onnx import helper

    known = set(constants)
    quantised: dict[str, str] = {}

    def tensor(name: str, op: str) -> Tensor:
        if name not in types:
            raise ModelFileError(
                f"{path}: the size of {name!r}, at an operation {op}, depends on the image or is "
                f"not known; prediction needs fixed sizes"
            )
        shape, dtype = types[name]
        return Tensor(name, shape, dtype, name in known, name in loose, quantised.get(name))

    for node in nodes:
        if any(attribute.HasField("g") for attribute in node.attribute):
            raise ModelFileError(
                f"{path}: what its operation {node.op_type} computes depends on the image, as in "
                f"networks that are pruned dynamically; `bench` measures what it takes"
            )
        inputs = [name for name in node.input if name]
        if all(name in known for name in inputs):
            known.update(node.output)
            if node.op_type == "DequantizeLinear" and inputs[0] in types:
                quantised[node.output[0]] = types[inputs[0]][1]
            continue
        yield Node(
            op=node.op_type,
            inputs=tuple(tensor(name, node.op_type) for name in inputs),
            outputs=tuple(tensor(name, node.op_type) for name in node.output if name),
            attributes={a.name: helper.get_attribute_value(a) for a in node.attribute},
        )
