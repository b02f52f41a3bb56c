"""Networks of a few hundred bytes, and manifests for them."""

from __future__ import annotations

from pathlib import Path

from onnx import TensorProto, helper, save

from models.manifest import Network, describe_network

MANIFEST = """\
labels = ["red", "green", "blue"]

[input]
width = 8
height = 8
colour = "rgb"
std = [255, 255, 255]

[decoder]
name = "classify"
"""


def write_network(path: Path, classes: int = 3) -> Path:
    """A classifier whose scores are the mean of each colour, repeated for further classes."""
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 8, 8])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, classes])
    picks = [index % 3 for index in range(classes)]
    graph = helper.make_graph(
        [
            helper.make_node("GlobalAveragePool", ["image"], ["means"]),
            helper.make_node("Flatten", ["means"], ["flat"]),
            helper.make_node("Gather", ["flat", "picks"], ["scores"], axis=1),
        ],
        "mean-colour",
        [image],
        [scores],
        [helper.make_tensor("picks", TensorProto.INT64, [classes], picks)],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return path


def write_manifest(path: Path, text: str = MANIFEST) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def tiny(folder: Path, name: str = "tiny", text: str = MANIFEST) -> Network:
    """A network and its manifest, written to *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    return describe_network(
        write_manifest(folder / f"{name}.toml", text), write_network(folder / f"{name}.onnx")
    )
