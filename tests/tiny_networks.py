"""Networks of a few nodes whose output one can work out by hand, as ONNX files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models.manifest import DecoderSection, Input, Manifest, Network, Precision, sha256_of

SIDE = 8
COLOURS = ("blue", "green", "red")


def save(
    path: Path,
    nodes: list[onnx.NodeProto],
    outputs: dict[str, tuple[int, ...]],
    constants: dict[str, list[float]] | None = None,
    inputs: tuple[str, ...] = ("image",),
) -> Path:
    """Write a network that takes 1×3×8×8 images."""
    floats = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, floats, (1, 3, SIDE, SIDE)) for name in inputs],
        [helper.make_tensor_value_info(name, floats, shape) for name, shape in outputs.items()],
        [
            numpy_helper.from_array(np.array(value, np.float32), name)
            for name, value in (constants or {}).items()
        ],
    )
    domains = {"": 13} | {node.domain: 1 for node in nodes if node.domain}
    opsets = [helper.make_opsetid(domain, version) for domain, version in domains.items()]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path


def colours(path: Path) -> Path:
    """Says which colour the image has: soft-max of each plane's mean."""
    return save(
        path,
        [
            helper.make_node("GlobalAveragePool", ["image"], ["means"]),
            helper.make_node("Softmax", ["means"], ["colour"], axis=1),
        ],
        {"colour": (1, 3, 1, 1)},
    )


def three_outputs(path: Path) -> Path:
    """Gives "mean", "largest" and "positive", computed in another order."""
    nodes = [
        helper.make_node("MaxPool", ["image"], ["largest"], kernel_shape=[SIDE, SIDE]),
        helper.make_node("GlobalAveragePool", ["image"], ["mean"]),
        helper.make_node("Relu", ["image"], ["positive"]),
    ]
    shapes = {"mean": (1, 3, 1, 1), "largest": (1, 3, 1, 1), "positive": (1, 3, SIDE, SIDE)}
    return save(path, nodes, shapes)


def unknown(path: Path) -> Path:
    """Needs an operation that nobody has."""
    node = helper.make_node("Frobnicate", ["image"], ["out"], domain="nowhere")
    return save(path, [node], {"out": (1, 3, SIDE, SIDE)})


def convolution(path: Path) -> Path:
    """Adds the three colours up; its weights are for three channels."""
    node = helper.make_node("Conv", ["image", "weights"], ["out"], kernel_shape=[1, 1])
    weights = {"weights": np.ones((1, 3, 1, 1)).tolist()}
    return save(path, [node], {"out": (1, 1, SIDE, SIDE)}, weights)


def boxes(path: Path, corners: list[list[float]]) -> Path:
    """Finds the same boxes in every image: top, left, bottom, right in 0…1; three classes.

    The score of a class is its plane's mean, the same for every box.
    """
    count = len(corners)
    return save(
        path,
        [
            helper.make_node("Constant", [], ["one_row"], value_ints=[1, 1, 3]),
            helper.make_node("Constant", [], ["rows"], value_ints=[1, count, 3]),
            helper.make_node("GlobalAveragePool", ["image"], ["means"]),
            helper.make_node("Reshape", ["means", "one_row"], ["row"]),
            helper.make_node("Expand", ["row", "rows"], ["scores"]),
            helper.make_node("ReduceSum", ["row"], ["sum"], keepdims=1),
            helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
            helper.make_node("Add", ["nothing", "corners"], ["boxes"]),
        ],
        {"boxes": (1, count, 4), "scores": (1, count, 3)},
        {"zero": [0.0], "corners": corners},
    )


def network(
    path: Path,
    decoder: DecoderSection,
    labels: tuple[str, ...] = COLOURS,
    precision: Precision = "fp32",
    spec: Input | None = None,
) -> Network:
    """A network for the file, with pixels scaled to 0…1."""
    manifest = Manifest(
        name="tiny",
        title="A few nodes",
        task="classify" if decoder.name == "classify" else "detect",
        precision=precision,
        file=path.name,
        sha256=sha256_of(path),
        licence="GPL-3.0-or-later",
        labels=labels,
        input=spec or Input(width=SIDE, height=SIDE, std=(255.0, 255.0, 255.0)),
        decoder=decoder,
    )
    return Network(manifest=manifest, path=path, labels=labels)
