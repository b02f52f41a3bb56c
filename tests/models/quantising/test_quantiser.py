"""The file that is written: what is in 8 bits in it, and that engines run it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from models.engines import EngineOptions
from models.engines.onnxruntime import OnnxRuntime
from models.errors import InputError
from models.manifest import Network
from models.preprocess import Preprocessor
from models.quantising.quantiser import Quantiser
from models.quantising.sensitivity import sensitivities
from tests.models.quantising.chains import LAYERS, SPIKE, SUFFERING, chain, colours
from tests.tiny_networks import colours as without_convolution

IMAGES = [truth.image for truth in colours(12)]


def output(network: Network, file: Path) -> np.ndarray:
    engine = OnnxRuntime(file, EngineOptions(device="cpu"))
    preprocess = Preprocessor(network.manifest.input)
    return np.array([engine.run(preprocess(image)[0])[0].ravel() for image in IMAGES])


def in_8_bits(file: Path) -> set[str]:
    """The convolutions whose weights come from 8-bit constants."""
    graph = onnx.load(file).graph
    weights = {
        node.output[0]: node.input[0] for node in graph.node if node.op_type == "DequantizeLinear"
    }
    kinds = {initial.name: initial.data_type for initial in graph.initializer}
    return {
        node.name
        for node in graph.node
        if node.op_type == "Conv"
        and kinds.get(weights.get(node.input[1], "")) == onnx.TensorProto.INT8
    }


def test_all_layers_or_those_that_are_named(tmp_path: Path) -> None:
    network = chain(tmp_path / "chain.onnx")
    quantiser = Quantiser(network, IMAGES, tmp_path)
    assert quantiser.layers == LAYERS
    for layers in (None, ["conv2", "conv5"], [], None):
        quantiser.write(tmp_path / "small.onnx", layers)
        assert in_8_bits(tmp_path / "small.onnx") == set(LAYERS if layers is None else layers)
        deviation = output(network, tmp_path / "small.onnx") - output(network, network.path)
        assert np.abs(deviation).max() < 0.02 if layers != [] else not deviation.any()


def test_what_was_written_before_changes_nothing(tmp_path: Path) -> None:
    network = chain(tmp_path / "chain.onnx", spikes=SPIKE)
    quantiser = Quantiser(network, IMAGES, tmp_path)
    quantiser.write(tmp_path / "first.onnx")
    quantiser.write(tmp_path / "part.onnx", ["conv1"])
    quantiser.write(tmp_path / "second.onnx")
    assert (tmp_path / "first.onnx").read_bytes() == (tmp_path / "second.onnx").read_bytes()


def test_the_layers_around_a_spike_suffer_most(tmp_path: Path) -> None:
    network = chain(tmp_path / "chain.onnx", spikes=SPIKE)
    quantiser = Quantiser(network, IMAGES, tmp_path)
    told = []
    errors = sensitivities(quantiser, network, IMAGES[:4], tmp_path, advance=lambda: told.append(1))
    order = sorted(LAYERS, key=errors.__getitem__, reverse=True)
    assert set(order[:2]) == SUFFERING
    assert errors[order[1]] > 20 * errors[order[2]] > 0
    assert len(told) == len(LAYERS)


def test_without_convolutions_or_pictures_it_says_so(tmp_path: Path) -> None:
    network = chain(tmp_path / "chain.onnx")
    with pytest.raises(InputError, match=r"'tiny': there is not one picture to calibrate with"):
        Quantiser(network, [], tmp_path)
    without_convolution(network.path)
    with pytest.raises(InputError, match="has no convolution that could be in 8 bits"):
        Quantiser(network, IMAGES, tmp_path)
