"""Costs counted by hand, and of real networks as others have counted them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.cost import Cost, cost


def network(folder: Path, *, bits8: bool = False) -> Path:
    """A strided, a grouped and a linear layer on 1×3×16×24, each followed by others."""
    weights = {
        "first": np.ones((8, 3, 3, 3), np.float32),
        "first bias": np.ones(8, np.float32),
        "grouped": np.ones((8, 1, 3, 3), np.float32),
        "linear": np.ones((5, 8), np.float32),
        "linear bias": np.ones(5, np.float32),
    }
    nodes = [
        helper.make_node(
            "Conv", ["images", "w", "first bias"], ["a"], strides=[2, 2], pads=[1, 1, 1, 1]
        ),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "grouped"], ["c"], group=8, pads=[1, 1, 1, 1]),
        helper.make_node("GlobalAveragePool", ["c"], ["d"]),
        helper.make_node("Flatten", ["d"], ["e"]),
        helper.make_node("Gemm", ["e", "linear", "linear bias"], ["logits"], transB=1),
    ]
    if bits8:
        weights |= {"first": weights["first"].astype(np.int8), "scale": np.float32(0.1)}
        weights |= {"zero": np.int8(0)}
        nodes = [helper.make_node("DequantizeLinear", ["first", "scale", "zero"], ["w"]), *nodes]
    else:
        weights["w"] = weights.pop("first")
    graph = helper.make_graph(
        nodes,
        "layers",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, (1, 3, 16, 24))],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, (1, 5))],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path = folder / "layers.onnx"
    onnx.save(model, path)
    return path


@pytest.mark.parametrize("bits8", [False, True])
def test_costs_are_those_counted_by_hand(tmp_path, bits8):
    path = network(tmp_path, bits8=bits8)
    parameters = (
        8 * 3 * 9 + 8  # the first convolution and its bias
        + 8 * 9  # a kernel for each channel
        + 5 * 8 + 5
    )  # fmt: skip
    macs = (
        8 * 12 * 8 * 27  # 8 maps of 12×8, each value of 3×3 pixels of 3 channels
        + 8 * 12 * 8 * 9  # one channel only
        + 5 * 8
    )  # fmt: skip
    assert cost(path, 24, 16) == Cost(macs, parameters)
    # Half the area, and the linear layer as before.
    assert cost(path, 12, 16) == Cost((macs - 40) // 2 + 40, parameters)


# Millions, as the README of the folder of real networks has them.
@pytest.mark.parametrize(
    ("name", "side", "mmacs"),
    [
        ("squeezenet_v1.1", 227, 388),
        ("squeezenet_v1.0_deepcomp", 227, 861),
        ("mobilenet_v1_0.25_128_float", 128, 14),
        ("mobilenet_v1_0.25_128_qdq", 128, 14),
        ("mobilenet_v2_1.0_224_float", 224, 301),
        ("mobilenet_v2_1.0_224_qdq", 224, 301),
    ],
)
def test_real_networks_cost_what_others_say(real, name, side, mmacs):
    path = real / "converted" / f"{name}.onnx"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in {real}")
    assert round(cost(path, side, side).macs / 1e6) == mmacs
