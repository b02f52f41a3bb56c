"""What of a graph may be in 8 bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from models.errors import InputError, ModelFileError
from models.manifest import Network
from models.quantising.graph import layers_of, prepare
from tests.models.quantising.chains import LAYERS, chain
from tests.tiny_networks import save


def test_a_layer_is_a_convolution_with_what_follows_it(tmp_path: Path) -> None:
    layers = layers_of(prepare(chain(tmp_path / "chain.onnx").path, tmp_path))
    assert tuple(layers) == LAYERS
    assert layers["conv2"] == ("conv2", "conv2.relu")
    # What no convolution comes after decodes, and stays in float.
    assert layers["conv5"] == ("conv5",)


def test_a_joint_belongs_to_the_later_of_the_layers_before_it(tmp_path: Path) -> None:
    weights = {name: np.ones((3, 3, 1, 1)).tolist() for name in ("w1", "w2", "w3")}
    path = save(
        tmp_path / "sum.onnx",
        [
            helper.make_node("Relu", ["image"], ["begin"], "begin"),
            helper.make_node("Conv", ["begin", "w1"], ["a"], "first"),
            helper.make_node("Conv", ["a", "w2"], ["b"], "second"),
            helper.make_node("Add", ["a", "b"], ["sum"], "sum"),
            helper.make_node("Conv", ["sum", "w3"], ["out"], "third"),
        ],
        {"out": (1, 3, 8, 8)},
        weights,
    )
    layers = layers_of(prepare(path, tmp_path))
    assert layers == {"first": ("first",), "second": ("second", "sum"), "third": ("third",)}


def test_linear_layers_and_the_joints_of_a_map_with_its_negative_stay_in_float(tmp_path) -> None:
    path = save(
        tmp_path / "crelu.onnx",
        [
            helper.make_node("Conv", ["image", "w1"], ["a"], "first"),
            helper.make_node("Neg", ["a"], ["minus"], "minus"),
            helper.make_node("Concat", ["a", "minus"], ["both"], "both", axis=1),
            helper.make_node("Conv", ["both", "w2"], ["b"], "second"),
            helper.make_node("Flatten", ["b"], ["flat"], "flat"),
            helper.make_node("Gemm", ["flat", "w3"], ["out"], "linear"),
        ],
        {"out": (1, 2)},
        {
            "w1": np.ones((3, 3, 1, 1)).tolist(),
            "w2": np.ones((1, 6, 1, 1)).tolist(),
            "w3": np.ones((64, 2)).tolist(),
        },
    )
    layers = layers_of(prepare(path, tmp_path))
    assert tuple(layers) == ("first", "second")
    assert "both" not in layers["first"]


def test_an_old_file_without_names_is_brought_up_to_date(tmp_path: Path) -> None:
    file = chain(tmp_path / "old.onnx", opset=11, named=False).path
    model = onnx.load(file)
    # As before ONNX 1.4: every weight is an input, too.
    for initial in model.graph.initializer:
        model.graph.input.append(
            helper.make_tensor_value_info(initial.name, initial.data_type, initial.dims)
        )
    onnx.save(model, file)
    prepared = prepare(file, tmp_path)
    assert len(layers_of(prepared)) == len(LAYERS)
    assert len({node.name for node in prepared.graph.node}) == len(prepared.graph.node)
    assert [value.name for value in prepared.graph.input] == ["image"]
    assert prepared.opset_import[0].version == 13


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "damaged.onnx"
    file.write_bytes(b"no network")
    with pytest.raises(ModelFileError, match=r"damaged\.onnx: is damaged"):
        prepare(file, tmp_path)


def test_a_network_in_8_bits_is_refused_whatever_its_manifest_says(tmp_path: Path) -> None:
    network: Network = chain(tmp_path / "chain.onnx")
    model = onnx.load(network.path)
    model.graph.node[0].op_type = "QLinearConv"
    onnx.save(model, network.path)
    with pytest.raises(InputError, match="has layers in 8 bits already"):
        prepare(network.path, tmp_path)
