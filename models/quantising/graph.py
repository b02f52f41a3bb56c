"""An ONNX graph as the quantiser takes it: which of its nodes may be in 8 bits, layer by layer."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import onnx
from onnx import ModelProto, NodeProto, version_converter

from models.errors import InputError, ModelFileError, SaccadeError

# Times the network's size, and at least: the copies that are made of it on the way.
_ROOM, _LEAST_ROOM = 8, 1_000_000
# Below it QuantizeLinear has no scale for each kernel.
_LEAST_OPSET = 13
_WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")
_IN_8_BITS = ("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "ConvInteger")


def prepare(path: Path, scratch: Path) -> ModelProto:
    """The network in *path* with constants and batch-norms folded, shapes known and nodes named.

    *scratch*: a folder for files in between. Raises ModelFileError for a damaged file, InputError
    for a network that is in 8 bits already or cannot be prepared, and OSError without room for it.
    """
    from onnxruntime.quantization import quant_pre_process

    try:
        model = onnx.load(path)
    except Exception as error:
        raise ModelFileError(f"{path}: is damaged, or is not a network in ONNX format") from error
    if any(n.op_type in _IN_8_BITS or n.op_type.startswith("QLinear") for n in model.graph.node):
        raise InputError(f"{path}: has layers in 8 bits already")
    _expect_room(scratch, path.stat().st_size)
    _drop_weights_from_inputs(model)
    before, after = scratch / "before.onnx", scratch / "prepared.onnx"
    with tools(str(path)):
        if _opset(model) < _LEAST_OPSET:
            model = version_converter.convert_version(model, _LEAST_OPSET)
        onnx.save(model, before)
        quant_pre_process(before, after, skip_symbolic_shape=True)
        model = onnx.load(after)
    _name_nodes(model)
    return model


def layers_of(model: ModelProto) -> Mapping[str, tuple[str, ...]]:
    """The layers that may be in 8 bits, in the order of execution: name → names of its nodes.

    A layer is a convolution with what follows it up to the next one: an activation, a sum, a
    pooling. So a layer that is left in float is left as a whole, and nothing is rounded inside it.
    What stays in float always is in no layer.
    """
    always = _in_float(model)
    position = {node.name: number for number, node in enumerate(model.graph.node)}
    made_by: dict[str, str] = {}
    layers: dict[str, list[str]] = {}
    for node in model.graph.node:
        if node.op_type in _WEIGHTED:
            own = node.name
            if own not in always:
                layers[own] = [own]
        else:
            before = {made_by[name] for name in node.input if name in made_by}
            own = max(before, key=position.__getitem__, default="")
            if own in layers and node.name not in always:
                layers[own].append(node.name)
        made_by.update(dict.fromkeys(node.output, own) if own else {})
    return {name: tuple(nodes) for name, nodes in layers.items()}


def _in_float(model: ModelProto) -> frozenset[str]:
    """The names of the nodes that stay in float, whatever the pictures say.

    What decodes the boxes, as a coordinate has more than 256 values: the nodes that no
    convolution or linear layer comes after. And linear layers and unfolded batch-norms: they are
    small, and OpenCV 5.0 runs neither in 8 bits. And the joints of C.ReLU, of a map and its
    negative: OpenVINO 2026.4 ends by signal 11 when it compiles one in 8 bits.
    """
    negatives = {name for node in model.graph.node if node.op_type == "Neg" for name in node.output}
    readers: dict[str, list[NodeProto]] = {}
    for node in model.graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    before: set[str] = set()
    # The nodes are in an order in which every node comes after those it reads.
    for node in reversed(model.graph.node):
        followers = [reader for name in node.output for reader in readers.get(name, [])]
        if node.op_type in _WEIGHTED or any(follower.name in before for follower in followers):
            before.add(node.name)
    return frozenset(
        node.name
        for node in model.graph.node
        if node.name not in before
        or node.op_type in ("Gemm", "BatchNormalization")
        or (node.op_type == "Concat" and not negatives.isdisjoint(node.input))
    )


@contextmanager
def tools(network: str) -> Iterator[None]:
    """ONNX Runtime's tools at work on *network*: what they cannot do becomes an InputError.

    They talk to their developers by warnings and through the root logger, which is kept quiet
    meanwhile. A disk's failure passes as the OSError that it is.
    """
    level = logging.root.level
    logging.root.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (OSError, SaccadeError):
        raise
    except Exception as error:
        reason = (str(error).strip() or repr(error)).splitlines()[0]
        raise InputError(f"{network}: cannot be written in 8 bits: {reason}") from error
    finally:
        logging.root.setLevel(level)


def _expect_room(folder: Path, size: int) -> None:
    """ONNX's tools do not notice when a file of theirs is cut off by a full disk."""
    if shutil.disk_usage(folder).free < max(_LEAST_ROOM, _ROOM * size):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _drop_weights_from_inputs(model: ModelProto) -> None:
    """Files before ONNX 1.4 list every weight as an input too, which keeps it from being folded."""
    weights = {initial.name for initial in model.graph.initializer}
    kept = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(kept)


def _name_nodes(model: ModelProto) -> None:
    """The quantiser knows nodes by their names, which ONNX does not ask for."""
    seen = Counter(node.name for node in model.graph.node)
    for number, node in enumerate(model.graph.node):
        if not node.name or seen[node.name] > 1:
            node.name = f"{node.op_type}-{number}"


def _opset(model: ModelProto) -> int:
    return next((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), 1)
