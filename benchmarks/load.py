"""A network of a wanted cost, with random weights: what the live path carries, not what it sees.

It stands in for a detector so that the benchmark needs no download; `--model` takes a real one.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models.engines import EngineOptions
from models.manifest import (
    DecoderSection,
    Input,
    Manifest,
    Network,
    encode_manifest,
    load_network,
    sha256_of,
)
from models.predictor import load_predictor

SIDE = 320
CHANNELS = 64


def build(folder: Path, wanted_ms: float, name: str = "load") -> Network:
    """A network that takes about *wanted_ms* on one thread of this machine, in *folder*."""
    layers = 2
    for _ in range(3):
        network = _write(folder, layers, name)
        took_ms = _measure(network)
        layers = max(1, round(layers * wanted_ms / took_ms))
    return _write(folder, layers, name)


def _write(folder: Path, layers: int, name: str) -> Network:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    onnx.save(_model(layers), path)
    manifest = Manifest(
        name=name,
        title="Benchmark load",
        task="classify",
        file=path.name,
        sha256=sha256_of(path),
        size=path.stat().st_size,
        licence="GPL-3.0-or-later",
        labels=tuple(f"class {number}" for number in range(10)),
        input=Input(width=SIDE, height=SIDE),
        decoder=DecoderSection(
            name="classify", score_threshold=0.0, limit=1, options={"softmax": True}
        ),
    )
    manifest_path = folder / "manifest.toml"
    manifest_path.write_text(encode_manifest(manifest), encoding="utf-8")
    return load_network(manifest_path)


def _model(layers: int) -> onnx.ModelProto:
    """Conv 3×3 stride 4 from the image, then *layers* of 3×3 convolutions, pooled to 10 scores."""
    random = np.random.default_rng(0)
    weights: list[onnx.TensorProto] = []
    nodes: list[onnx.NodeProto] = []

    def convolve(index: int, source: str, shape: tuple[int, ...], stride: int) -> str:
        values = random.normal(0, (2 / np.prod(shape[1:])) ** 0.5, shape).astype(np.float32)
        weights.append(numpy_helper.from_array(values, f"w{index}"))
        nodes.append(
            helper.make_node(
                "Conv",
                [source, f"w{index}"],
                [f"c{index}"],
                strides=[stride, stride],
                pads=[1, 1, 1, 1],
            )
        )
        nodes.append(helper.make_node("Relu", [f"c{index}"], [f"r{index}"]))
        return f"r{index}"

    last = convolve(0, "input", (CHANNELS, 3, 3, 3), 4)
    for index in range(1, layers + 1):
        last = convolve(index, last, (CHANNELS, CHANNELS, 3, 3), 1)
    last = convolve(layers + 1, last, (10, CHANNELS, 3, 3), 1)
    nodes.append(helper.make_node("GlobalAveragePool", [last], ["pooled"]))
    nodes.append(helper.make_node("Flatten", ["pooled"], ["scores"]))
    graph = helper.make_graph(
        nodes,
        "load",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, 10])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def _measure(network: Network) -> float:
    predictor = load_predictor(network, "onnxruntime", EngineOptions(threads=1, device="cpu"))
    image = np.zeros((720, 1280, 3), np.uint8)
    took = []
    for _ in range(12):
        start = time.perf_counter()
        predictor.predict(image)
        took.append((time.perf_counter() - start) * 1e3)
    predictor.close()
    return float(np.median(took[2:]))
