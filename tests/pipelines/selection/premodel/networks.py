"""Two tiny networks of which each is right where the other is wrong, and pictures for them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from onnx import TensorProto, helper, save

from models.image import Image
from models.manifest import Network, describe_network
from models.store import Store

COLOURS = ("red", "green", "blue")
VIVID, DULL = 220, 70

MANIFEST = """\
labels = {labels}

[input]
width = {side}
height = {side}
colour = "rgb"
std = [255, 255, 255]

[decoder]
name = "classify"
score_threshold = 0.0
"""


def mean_colour(folder: Path, name: str, labels: tuple[str, ...], side: int) -> Network:
    """A classifier whose scores are the means of red, green and blue; the larger, the slower."""
    folder.mkdir(parents=True, exist_ok=True)
    floats = TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node("GlobalAveragePool", ["image"], ["means"])],
        name,
        [helper.make_tensor_value_info("image", floats, [1, 3, side, side])],
        [helper.make_tensor_value_info("means", floats, [1, 3, 1, 1])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    save(model, folder / f"{name}.onnx")
    manifest = folder / f"{name}.toml"
    manifest.write_text(MANIFEST.format(labels=list(labels), side=side), encoding="utf-8")
    return describe_network(manifest, folder / f"{name}.onnx")


def small(folder: Path) -> Network:
    """Fast, and right where a colour is vivid, of which it is sure."""
    return mean_colour(folder, "small", COLOURS, 8)


def large(folder: Path) -> Network:
    """Slow, and right where a colour is dull: what it calls red is green, and so on."""
    return mean_colour(folder, "large", ("green", "blue", "red"), 256)


def plain(colour: str, level: int, noise: int = 0) -> Image:
    """A picture of one colour."""
    image = np.zeros((32, 32, 3), np.uint8)
    image[..., 2 - COLOURS.index(colour)] = level
    random = np.random.default_rng(noise)
    return image + random.integers(0, 8, image.shape, np.uint8)


def write_pictures(folder: Path, vivid: int = 8, dull: int = 14) -> Path:
    """A folder for each colour; the dull pictures are in that of the next one."""
    for number, colour in enumerate(COLOURS):
        following = COLOURS[(number + 1) % 3]
        for label, level, count in ((colour, VIVID, vivid), (following, DULL, dull)):
            (folder / label).mkdir(parents=True, exist_ok=True)
            for copy in range(count):
                path = folder / label / f"{level}-{copy}.png"
                cv2.imwrite(str(path), plain(colour, level, copy))
    return folder


def install(folder: Path, networks: Path) -> None:
    """Install both into the store at *networks*."""
    store = Store(networks)
    for make in (small, large):
        store.add(make(folder), check=lambda _: None)
