"""The networks that engines are characterised with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import get_args

import numpy as np
import onnx
import onnxruntime
import pytest

from pipelines.prediction.builder import ChainPrecision
from pipelines.prediction.chains import make_chain
from pipelines.prediction.layers import Layer, read_layers

SEEDS = range(12)


def layers(seed: int, precision: ChainPrecision, folder: Path) -> tuple[Layer, ...]:
    path = folder / "chain.onnx"
    onnx.save(make_chain(seed, precision), str(path))
    return read_layers(path)


def quiet() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return options


@pytest.mark.parametrize("precision", get_args(ChainPrecision))
def test_a_number_stands_for_the_same_network_for_ever(precision: ChainPrecision) -> None:
    one, other = (make_chain(3, precision).SerializeToString() for _ in range(2))
    assert one == other
    assert make_chain(4, precision).SerializeToString() != one


@pytest.mark.parametrize("precision", get_args(ChainPrecision))
def test_chains_are_valid_networks_that_run(precision: ChainPrecision) -> None:
    for seed in SEEDS:
        model = make_chain(seed, precision)
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(model.SerializeToString(), quiet())
        image = session.get_inputs()[0]
        blob = np.random.default_rng(0).standard_normal(image.shape).astype(np.float32)
        for output in session.run(None, {image.name: blob}):
            assert np.isfinite(output).all(), seed


def test_the_kinds_of_layers_all_occur(tmp_path: Path) -> None:
    kinds = Counter(layer.kind for seed in range(60) for layer in layers(seed, "fp32", tmp_path))
    wanted = {
        *("stem", "conv1x1", "convkxk", "depthwise", "gemm", "pool", "reduce", "concat", "silu"),
        *("arithmetic", "activation", "fused activation", "curve", "softmax", "copy", "transpose"),
        *("resize", "conv1x1 odd", "conv1x1 narrow", "conv1x1 loose", "depthwise loose"),
    }
    assert wanted <= kinds.keys()


def test_in_eight_bits_all_convolutions_are_quantised(tmp_path: Path) -> None:
    found = [layer for seed in SEEDS for layer in layers(seed, "int8", tmp_path) if layer.macs]
    assert all(layer.kind.endswith(" int8") for layer in found)


def test_onnxruntime_takes_the_chains_in_eight_bits_as_quantised(tmp_path: Path) -> None:
    """An engine that leaves convolutions in float32 would be timed with the wrong arithmetic."""
    for seed in SEEDS:
        options = quiet()
        options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
        onnxruntime.InferenceSession(make_chain(seed, "int8").SerializeToString(), options)
        nodes = onnx.load(tmp_path / "optimised.onnx").graph.node
        assert "Conv" not in {node.op_type for node in nodes}, seed


def test_chains_are_of_the_size_of_small_vision_networks(tmp_path: Path) -> None:
    macs = [sum(each.macs for each in layers(seed, "fp32", tmp_path)) for seed in range(40)]
    assert min(macs) >= 1e6
    assert max(macs) <= 1.2e9
    assert np.percentile(macs, 25) < 1e8 < np.percentile(macs, 75)
