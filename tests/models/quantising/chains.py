"""A chain of 1×1 convolutions that says which colour a picture has, and such pictures.

A layer with a *spike* has one more kernel, whose output is hundreds of times as large as those of
the others and which nobody needs: in 8 bits it leaves the others no values of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from models.image import Image
from models.manifest import DecoderSection, Network
from models.quantising.making import Material
from tests.tiny_networks import COLOURS, SIDE, network

LAYERS = ("conv1", "conv2", "conv3", "conv4", "conv5")
MORE_LAYERS = (*LAYERS, "conv6", "conv7", "conv8", "conv9")
SPIKE = ("conv3",)
SUFFERING = {"conv3", "conv4"}  # the two that share the spike of the third


class Truth(NamedTuple):
    image: Image
    boxes: npt.NDArray[np.float32]
    classes: npt.NDArray[np.intp]


def chain(
    path: Path,
    spikes: Sequence[str] = (),
    layers: Sequence[str] = LAYERS,
    opset: int = 13,
    named: bool = True,
) -> Network:
    """Each colour's mean, handed on by convolutions with a ReLU behind each."""
    weights = {name: np.eye(3) for name in layers}
    for spike in spikes:
        weights[spike] = np.vstack([np.eye(3), np.full((1, 3), 300.0)])
        weights[layers[layers.index(spike) + 1]] = np.hstack([np.eye(3), np.zeros((3, 1))])
    nodes, before = [], "image"
    for name in layers:
        called = name if named else ""
        nodes += [
            helper.make_node("Conv", [before, f"{name}.w", f"{name}.b"], [name], called),
            helper.make_node("Relu", [name], [f"{name}.relu"], f"{name}.relu" if named else ""),
        ]
        before = f"{name}.relu"
    nodes += [
        helper.make_node("GlobalAveragePool", [before], ["means"], "pool" if named else ""),
        helper.make_node("Flatten", ["means"], ["colour"], "flat" if named else ""),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, (1, 3, SIDE, SIDE))
    colour = helper.make_tensor_value_info("colour", TensorProto.FLOAT, (1, 3))
    initials = []
    for name, matrix in weights.items():
        kernels = matrix[:, :, None, None].astype(np.float32)
        initials += [
            numpy_helper.from_array(kernels, f"{name}.w"),
            numpy_helper.from_array(np.full(len(kernels), 0.01, np.float32), f"{name}.b"),
        ]
    graph = helper.make_graph(nodes, "chain", [image], [colour], initials)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7)
    onnx.save(model, str(path))
    return network(path, DecoderSection("classify", 0.0, limit=3, options={"softmax": True}))


def colours(count: int, seed: int = 0) -> list[Truth]:
    """Noise in which one colour of the three is a little stronger."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(count):
        image = random.integers(60, 160, (SIDE, SIDE, 3)).astype(np.uint8)
        image[..., number % 3] += 60
        found.append(Truth(image, np.zeros((0, 4), np.float32), np.array([number % 3], np.intp)))
    return found


def material(truths: Sequence[Truth], calibration: int = 12) -> Material:
    return Material(
        title=f"{len(truths)} colours",
        calibration=lambda: (truth.image for truth in colours(calibration, seed=1)),
        calibrated=calibration,
        truths=lambda: truths,
        count=len(truths),
        classes=len(COLOURS),
    )
