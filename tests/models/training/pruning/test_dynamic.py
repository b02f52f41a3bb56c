"""Gated convolutions as ONNX: the same numbers, and really nothing computed of what is off."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from models.engines import ENGINES, EngineOptions
from models.errors import InputError
from models.training.pruning.dynamic import Conditional, Gate, groups_by_use, make_conditional

CHANNELS, KERNELS, SIDE = 6, 12, 10
APART = ((0, 1, 2), (3, 4, 5, 6), (7, 8, 9, 10, 11))
MIXED = ((11, 2, 5), (0, 1, 9, 3), (4, 6, 7, 8, 10))
PROVIDERS = ["CPUExecutionProvider"]


def plain(relu: bool = True, stride: int = 1, group: int = 1) -> onnx.ModelProto:
    """A convolution in the middle of two others, which nobody gates."""
    random = np.random.default_rng(0)

    def weights(name: str, *shape: int) -> onnx.TensorProto:
        return numpy_helper.from_array(random.normal(size=shape).astype(np.float32) / 3, name)

    nodes = [
        helper.make_node("Conv", ["image", "w0"], ["map"], "before"),
        helper.make_node(
            "Conv", ["map", "w1", "b1"], ["sum"], "middle",
            pads=[1] * 4, strides=[stride] * 2, group=group,
        ),
    ]  # fmt: skip
    if relu:
        nodes.append(helper.make_node("Relu", ["sum"], ["active"], "relu"))
    nodes.append(helper.make_node("Conv", ["active" if relu else "sum", "w2"], ["out"], "after"))
    side = (SIDE - 1) // stride + 1
    graph = helper.make_graph(
        nodes,
        "three",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, (1, 3, SIDE, SIDE))],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, (1, 2, side, side))],
        [
            weights("w0", CHANNELS, 3, 1, 1),
            weights("w1", KERNELS, CHANNELS // group, 3, 3),
            weights("b1", KERNELS),
            weights("w2", 2, KERNELS, 1, 1),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def some_gate(seed: int = 1) -> Gate:
    """One that decides for each kernel by itself."""
    random = np.random.default_rng(seed)

    def values(*shape: int) -> np.ndarray:
        return random.normal(size=shape).astype(np.float32)

    return Gate(values(4, CHANNELS), values(4), values(KERNELS, 4), values(KERNELS))


def fixed_gate(on: tuple[int, ...], highest: int = 0) -> Gate:
    """These kernels are on in every picture, and no other; *highest* comes nearest."""
    bias = np.full(KERNELS, -99, np.float32)
    bias[highest] = -98
    bias[list(on)] = 99
    gate = some_gate()
    return Gate(gate.look, gate.look_bias, np.zeros_like(gate.decide), bias)


def in_step(gate: Gate, groups: tuple[tuple[int, ...], ...]) -> Gate:
    """The same with one decision for each group."""
    decide, bias = gate.decide.copy(), gate.decide_bias.copy()
    for group in groups:
        decide[list(group)], bias[list(group)] = decide[group[0]], bias[group[0]]
    return Gate(gate.look, gate.look_bias, decide, bias)


def images(count: int = 8) -> np.ndarray:
    """Noise around another colour in each, as the gates look at means."""
    random = np.random.default_rng(2)
    noise = random.normal(size=(count, 1, 3, SIDE, SIDE))
    colours = random.normal(scale=2, size=(count, 1, 3, 1, 1))
    return (noise + colours).astype(np.float32)


def run(model: onnx.ModelProto, image: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=PROVIDERS)
    output: np.ndarray = session.run(None, {"image": image})[0]
    return output


class InTorch(nn.Module):
    """The same network as it is trained: all kernels computed, then multiplied by the gates."""

    def __init__(self, gate: Gate, relu: bool = True, stride: int = 1) -> None:
        super().__init__()
        tensors = {each.name: numpy_helper.to_array(each) for each in plain().graph.initializer}
        self.w = {name: torch.from_numpy(array.copy()) for name, array in tensors.items()}
        self.gate, self.relu, self.stride = gate, relu, stride

    def on(self, x: torch.Tensor) -> torch.Tensor:
        """Which kernels are on, as LKAM has it: by the sigmoid of the mean over the map."""
        gate = self.gate
        look, decide = (
            torch.from_numpy(weights)[:, :, None, None] for weights in (gate.look, gate.decide)
        )
        hidden = torch.relu(nn.functional.conv2d(x, look, torch.from_numpy(gate.look_bias)))
        scores = nn.functional.conv2d(hidden, decide, torch.from_numpy(gate.decide_bias))
        means = scores.mean((2, 3))[0]
        return (torch.sigmoid(means) > 0.5) | (means == means.max())

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = nn.functional.conv2d(image, self.w["w0"])
        on = self.on(x)
        y = nn.functional.conv2d(x, self.w["w1"], self.w["b1"], stride=self.stride, padding=1)
        y = torch.relu(y) if self.relu else y
        return nn.functional.conv2d(y * on.float()[None, :, None, None], self.w["w2"]), on


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("groups", [APART, MIXED], ids=["apart", "mixed"])
@pytest.mark.parametrize(("relu", "stride"), [(True, 1), (False, 2)])
def test_it_computes_what_the_gated_network_in_training_does(
    relu: bool, stride: int, groups: tuple[tuple[int, ...], ...], together: bool
) -> None:
    seen = set()
    for seed in range(6):
        gate = in_step(some_gate(seed), groups) if together else some_gate(seed)
        model = make_conditional(plain(relu, stride), [Conditional("middle", gate, groups)])
        module = InTorch(gate, relu, stride)
        for image in images():
            with torch.inference_mode():
                expected, on = module(torch.from_numpy(image))
            seen.add(tuple(on.tolist()))
            assert np.abs(run(model, image) - expected.numpy()).max() <= 1e-5
    assert len(seen) >= 4, "the gates really differ"


def test_openvino_computes_the_same(tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    gate = some_gate()
    model = make_conditional(plain(), [Conditional("middle", gate, MIXED)])
    onnx.save(model, tmp_path / "gated.onnx")
    engine = ENGINES.load("openvino")(tmp_path / "gated.onnx", EngineOptions(device="cpu"))
    for image in images():
        assert np.abs(engine.run(image)[0] - run(model, image)).max() <= 1e-4
    engine.close()


def test_with_every_kernel_on_it_is_the_plain_network() -> None:
    gate = fixed_gate(tuple(range(KERNELS)))
    model = make_conditional(plain(), [Conditional("middle", gate, MIXED)])
    for image in images():
        assert np.abs(run(model, image) - run(plain(), image)).max() <= 1e-5


@pytest.mark.timeout(60)
def test_the_highest_kernel_is_on_where_all_are_to_be_off() -> None:
    gate = fixed_gate((), highest=5)
    model = make_conditional(plain(), [Conditional("middle", gate, APART)])
    module = InTorch(gate)
    for image in images():
        with torch.inference_mode():
            expected, on = module(torch.from_numpy(image))
        assert on.nonzero().flatten().tolist() == [5]
        assert np.abs(run(model, image) - expected.numpy()).max() <= 1e-5


@pytest.mark.parametrize("on", [(0,), (1, 2), (0, 1, 2), ()])
def test_what_is_off_is_not_executed(tmp_path: Path, on: tuple[int, ...]) -> None:
    gate = fixed_gate(tuple(APART[group][-1] for group in on), highest=APART[1][0])
    model = make_conditional(plain(), [Conditional("middle", gate, APART)])
    options = onnxruntime.SessionOptions()
    options.enable_profiling = True
    options.profile_file_prefix = str(tmp_path / "profile")
    # Fused nodes have other names.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, PROVIDERS)
    session.run(None, {"image": images(1)[0]})
    events = json.loads(Path(session.end_profiling()).read_text())
    executed = {event["name"].removesuffix("_kernel_time") for event in events}
    convolutions = {name for name in executed if name.endswith("/on/conv")}
    assert convolutions == {f"middle/group-{group}/on/conv" for group in on or (1,)}


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (Conditional("nowhere", some_gate(), APART), "there is no convolution 'nowhere'"),
        (Conditional("relu", some_gate(), APART), "there is no convolution 'relu'"),
        (Conditional("middle", some_gate(), APART[:2]), "do not divide its 12 kernels"),
        (Conditional("middle", some_gate(), (*APART, ())), "do not divide its 12 kernels"),
        (Conditional("middle", some_gate(), (*APART, (0,))), "do not divide its 12 kernels"),
        (Conditional("before", some_gate(), ((0, 1), (2, 3, 4, 5))), "its gate has weights of"),
    ],
)
def test_what_cannot_be_gated_is_refused(layer: Conditional, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make_conditional(plain(), [layer])


def test_grouped_convolutions_are_refused() -> None:
    with pytest.raises(InputError, match="'middle': is grouped or depthwise"):
        make_conditional(plain(group=2), [Conditional("middle", some_gate(), APART)])


def test_kernels_that_are_used_alike_share_a_group() -> None:
    used = [0.9, 0.1, 1.0, 0.0, 0.5, 0.2, 0.8]
    assert groups_by_use(used, 3) == ((0, 2, 6), (4, 5), (1, 3))


def test_several_convolutions_and_the_model_itself_stays_as_it_was() -> None:
    model = plain()
    before = model.SerializeToString()
    random = np.random.default_rng(5)
    other = Gate(
        random.normal(size=(2, 3)).astype(np.float32),
        np.zeros(2, np.float32),
        np.zeros((CHANNELS, 2), np.float32),
        np.full(CHANNELS, 99, np.float32),
    )
    layers = [
        Conditional("before", other, ((0, 1, 2), (3, 4, 5))),
        Conditional("middle", fixed_gate(tuple(range(KERNELS))), APART),
    ]
    conditional = make_conditional(model, layers)
    assert model.SerializeToString() == before
    assert sum(node.op_type == "If" for node in conditional.graph.node) == 5
    kept = {each.name for each in conditional.graph.initializer}
    assert kept.isdisjoint({"w0", "w1", "b1"}), "their parts are in the branches"
    assert "w2" in kept
    image = images(1)[0]
    assert np.abs(run(conditional, image) - run(model, image)).max() <= 1e-5
