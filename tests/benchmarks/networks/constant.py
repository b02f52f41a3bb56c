"""Networks that say the same of every picture, so that every figure is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models.manifest import Accuracy, DecoderSection, Input, Manifest, Network, Task, sha256_of
from models.rendering.dataset import CLASSES
from models.training.samples import Sample


def detector(folder: Path, score: float) -> Network:
    """Finds the first class with that score in a square of 64 in the left upper corner."""
    table = np.zeros((1, 1, 5 + len(CLASSES)), np.float32)
    table[0, 0, :6] = (32, 32, 64, 64, score, 1)
    return _network(folder, table, "detect", DecoderSection("yolo", 0.5))


def classifier(folder: Path) -> Network:
    """Finds the first class."""
    table = np.eye(1, len(CLASSES), dtype=np.float32)
    return _network(folder, table, "classify", DecoderSection("classify", 0.0))


def sample(label: int, left: int = 0) -> Sample:
    box = (left, 0, left + 64, 64)
    return Sample(
        np.zeros((128, 128, 3), np.uint8), np.array([box], np.float32), np.array([label], np.intp)
    )


def _network(folder: Path, table: np.ndarray, task: Task, decoder: DecoderSection) -> Network:
    nodes = [
        # Read the input, but for nothing.
        helper.make_node("ReduceMean", ["images"], ["mean"], axes=[0, 1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["table", "nothing"], ["found"]),
    ]
    graph = helper.make_graph(
        nodes,
        "constant",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, (1, 3, 128, 128))],
        [helper.make_tensor_value_info("found", TensorProto.FLOAT, table.shape)],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array(0, np.float32), "zero"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = folder / "constant.onnx"
    onnx.save(model, path)
    manifest = Manifest(
        name="constant",
        title="Always the same",
        task=task,
        file=path.name,
        sha256=sha256_of(path),
        licence="none",
        labels=CLASSES,
        input=Input(128, 128, fit="letterbox"),
        decoder=decoder,
        accuracy=(Accuracy("AP50", 0.0, "nothing", "measured"),),
    )
    return Network(manifest, path, CLASSES)
