"""The report on a network that says the same of every picture, so that its figures are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from models.manifest import Accuracy, DecoderSection, Manifest, Network, sha256_of
from models.rendering.dataset import CLASSES
from models.training.batches import manifest_input
from models.training.report import accuracy, composites, false_alarms, main, row
from models.training.samples import Sample


def network(folder: Path, score: float) -> Network:
    """Finds the first class with that score in the picture's left upper quarter."""
    table = np.zeros((1, 1, 5 + len(CLASSES)), np.float32)
    table[0, 0, :6] = (32, 32, 64, 64, score, 1)
    nodes = [
        # Read the input, but for nothing.
        helper.make_node("ReduceMean", ["images"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["table", "nothing"], ["boxes"]),
    ]
    graph = helper.make_graph(
        nodes,
        "constant",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, (1, 3, 128, 128))],
        [helper.make_tensor_value_info("boxes", TensorProto.FLOAT, table.shape)],
        [
            helper.make_tensor("table", TensorProto.FLOAT, table.shape, table.ravel()),
            helper.make_tensor("zero", TensorProto.FLOAT, (1,), [0.0]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = folder / "constant.onnx"
    onnx.save(model, path)
    manifest = Manifest(
        name="constant",
        title="Always the same",
        task="detect",
        file=path.name,
        sha256=sha256_of(path),
        licence="none",
        labels=CLASSES,
        input=manifest_input(128, 128),
        decoder=DecoderSection("yolo", 0.5),
        accuracy=(Accuracy("AP50", 0.0, "nothing", "measured"),),
    )
    return Network(manifest, path, CLASSES)


def sample(label: int) -> Sample:
    return Sample(
        np.zeros((128, 128, 3), np.uint8),
        np.array([[0, 0, 64, 64]], np.float32),
        np.array([label], np.intp),
    )


@pytest.mark.parametrize(("label", "value"), [(0, 1.0), (1, 0.0)])
def test_accuracy_is_that_of_the_whole_set(tmp_path, label, value):
    found = accuracy(network(tmp_path, 0.9), [sample(label) for _ in range(20)])
    assert found.value == pytest.approx(value)
    assert found.half == 0
    assert str(found) == f"{value * 100:.1f} ± 0.0"


def test_an_interval_shows_how_the_parts_differ(tmp_path):
    # The picture is empty in every other part, and what is found there is wrong.
    samples = [
        sample(0) if n % 2 else sample(0)._replace(boxes=np.array([[70, 70, 120, 120]], np.float32))
        for n in range(20)
    ]
    found = accuracy(network(tmp_path, 0.9), samples)
    assert 0 < found.value < 1
    assert found.half == pytest.approx(1.96 * 0.527 / 10**0.5, abs=0.001)


@pytest.mark.parametrize(("score", "count"), [(0.9, 1.0), (0.4, 0.0)])
def test_false_alarms_are_counted_at_the_default_threshold(tmp_path, score, count):
    photos = [np.zeros((90, 120, 3), np.uint8)] * 3
    assert false_alarms(network(tmp_path, score), photos) == count


def test_a_row_has_every_column(tmp_path):
    photos = [np.random.default_rng(0).integers(0, 255, (150, 150, 3), np.uint8)]
    assert len(composites(photos, 3, 128)) == 3
    cells = row(network(tmp_path, 0.9), 20, ())
    assert cells[0] == "constant"
    assert "±" in cells[2]
    assert cells[3:5] == ["–", "–"]
    assert cells[5].endswith(" ms")


def test_a_folder_without_photographs_is_one_sentence(tmp_path, capsys):
    assert main(["--photos", str(tmp_path)]) == 2
    assert "has no .jpg or .png pictures" in capsys.readouterr().err
