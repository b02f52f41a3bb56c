"""Small ONNX files whose work one can count by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from pipelines.prediction.layers import Layer, read_layers

SIDE = 8


def write(
    path: Path,
    nodes: list[onnx.NodeProto],
    output: str,
    weights: dict[str, tuple[int, ...]] | None = None,
    shape: list[int | str] | None = None,
    loose: bool = False,
) -> Path:
    """A network from `image`, 1×3×8×8 or *shape*, with weights of zeros of the given shapes."""
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, shape or [1, 3, SIDE, SIDE])
    constants = [
        numpy_helper.from_array(np.zeros(size, np.float32), name)
        for name, size in (weights or {}).items()
    ]
    inputs = [image]
    if loose:
        inputs += [helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in constants]
    graph = helper.make_graph(
        nodes, "test", inputs, [helper.make_empty_tensor_value_info(output)], constants
    )
    opsets = {"": 13} | {node.domain: 1 for node in nodes if node.domain}
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid(name, version) for name, version in opsets.items()],
        ir_version=8,
    )
    onnx.save(model, str(path))
    return path


def conv(source: str, target: str, kernel: int = 1, stride: int = 1, group: int = 1):  # type: ignore[no-untyped-def]
    """A convolution with the weights w_TARGET, padded to keep the size."""
    return helper.make_node(
        "Conv",
        [source, f"w_{target}"],
        [target],
        kernel_shape=[kernel] * 2,
        strides=[stride] * 2,
        pads=[kernel // 2] * 4,
        group=group,
    )


def separable(path: Path, widths: list[int], side: int = SIDE) -> tuple[Layer, ...]:
    """Layers of a network: a 3×3 stem, then depthwise and 1×1 convolutions of the *widths*."""
    nodes, weights = [conv("image", "s", 3, 2)], {"w_s": (widths[0], 3, 3, 3)}
    last, depth = "s", widths[0]
    for index, width in enumerate(widths[1:]):
        nodes += [conv(last, f"d{index}", 3, group=depth), conv(f"d{index}", f"p{index}")]
        weights |= {f"w_d{index}": (depth, 1, 3, 3), f"w_p{index}": (width, depth, 1, 1)}
        last, depth = f"p{index}", width
    return read_layers(write(path, nodes, last, weights, [1, 3, side, side]))
