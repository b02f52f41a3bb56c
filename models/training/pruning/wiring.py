"""Which kernel reaches which layer: followed through the network's graph, channel by channel.

Every channel of every tensor has the number of the kernel that it comes from. A concatenation puts
numbers side by side, a residual sum makes two numbers one, a depthwise convolution hands them on.
To take a kernel out is then to drop its number wherever it stands. What the walk does not
understand keeps all that it reads, so that a slice is either exact or not made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import fx, nn
from torch.fx.passes.shape_prop import ShapeProp

from models.errors import InputError
from models.training.pruning.blocks import block_of

IntArray = npt.NDArray[np.intp]
Kept = npt.NDArray[np.bool_]

_PICTURE = 0  # the number of what is no kernel's
_PASSING = (
    nn.ReLU,
    nn.MaxPool2d,
    nn.AvgPool2d,
    nn.AdaptiveAvgPool2d,
    nn.Upsample,
    nn.Flatten,
    nn.Dropout,
    nn.Identity,
)
_PASSING_NAMES = {"relu", "relu_", "neg", "flatten", "contiguous"}
_SUMS = {"add", "iadd", "add_"}


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer with weights: the kernels that its channels come from, and its own.

    *taps*: weights of a kernel for one channel. *positions*: pixels of its output. *block*: it is
    one, so that kernels of its own can go. *shared*: its weights are used more than once.
    """

    name: str
    inputs: IntArray
    outputs: IntArray
    taps: int
    positions: int
    groups: int
    block: bool
    shared: bool

    @property
    def depthwise(self) -> bool:
        return self.groups > 1 and self.groups == len(self.inputs) == len(self.outputs)

    def macs(self, kept: Kept) -> int:
        """Multiplications with addition for one picture."""
        kernels = int(kept[self.outputs].sum())
        channels = 1 if self.depthwise else int(kept[self.inputs].sum()) // self.groups
        return kernels * channels * self.taps * self.positions


@dataclass(frozen=True)
class Wiring:
    """The layers of a network for a picture of one size, and why which kernels must stay.

    *kernels*: how many numbers there are; *pinned*: the reason for each that must stay.
    """

    layers: tuple[Layer, ...]
    kernels: int
    pinned: Mapping[int, str]

    @cached_property
    def all(self) -> Kept:
        """Every kernel is kept."""
        return np.ones(self.kernels, np.bool_)

    @cached_property
    def blocks(self) -> tuple[Layer, ...]:
        """The layers that kernels can be taken out of."""
        return tuple(
            layer
            for layer in self.layers
            if layer.block and any(number not in self.pinned for number in layer.outputs.tolist())
        )

    @property
    def left_alone(self) -> dict[str, str]:
        """The layers that keep all their kernels, with the reason."""
        able = {layer.name for layer in self.blocks}
        return {
            layer.name: self.pinned[int(layer.outputs[0])]
            for layer in self.layers
            if layer.name not in able
        }

    def macs(self, kept: Kept | None = None) -> int:
        """Of the network with the kernels *kept*, by default all."""
        return sum(layer.macs(self.all if kept is None else kept) for layer in self.layers)

    def saved(self, kept: Kept) -> float:
        """The share of the multiplications that go with the kernels that are not *kept*."""
        return 1 - self.macs(kept) / self.macs()


def follow(module: nn.Module, width: int, height: int) -> Wiring:
    """The wiring of *module* for pictures of that size.

    Raises InputError where its computation depends on what it computes, or nothing can go.
    """
    was_training = module.training
    module.eval()
    try:
        graph = _Tracer().trace(module)
        traced = fx.GraphModule(module, graph)
        with torch.no_grad():
            ShapeProp(traced).propagate(torch.zeros(1, 3, height, width))
    except (fx.proxy.TraceError, TypeError) as error:
        raise InputError(f"the network's layers cannot be followed: {error}") from error
    finally:
        module.train(was_training)
    walk = _Walk(module, graph)
    for node in graph.nodes:
        walk.visit(node)
    wiring = walk.wiring()
    if not wiring.blocks:
        reasons = ", ".join(f"{name} ({why})" for name, why in wiring.left_alone.items())
        raise InputError(f"no kernel can be taken out of the network: {reasons or 'it has none'}")
    return wiring


class _Tracer(fx.Tracer):
    """Blocks are steps of the graph as they are."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return block_of(m) is not None or super().is_leaf_module(m, module_qualified_name)


class _Walk:
    """Goes through the graph once, in the order of computation."""

    def __init__(self, module: nn.Module, graph: fx.Graph) -> None:
        self._module = module
        self._calls = Counter(node.target for node in graph.nodes if node.op == "call_module")
        self._owners = Counter(
            id(parameter)
            for each in module.modules()
            for parameter in each.parameters(recurse=False)
        )
        self._channels: dict[fx.Node, IntArray | None] = {}
        self._layers: list[Layer] = []
        self._same = [_PICTURE]  # each number's elder, itself if it has none
        self._pinned = {_PICTURE: "it is the picture's"}

    def wiring(self) -> Wiring:
        """What was found."""
        elders = np.array([self._elder(number) for number in range(len(self._same))], np.intp)
        pinned = {int(elders[number]): why for number, why in self._pinned.items()}
        layers = tuple(
            Layer(
                layer.name,
                elders[layer.inputs],
                elders[layer.outputs],
                layer.taps,
                layer.positions,
                layer.groups,
                layer.block,
                layer.shared,
            )
            for layer in self._layers
        )
        return Wiring(layers, len(self._same), pinned)

    def visit(self, node: fx.Node) -> None:
        self._channels[node] = self._visit(node)

    def _visit(self, node: fx.Node) -> IntArray | None:
        """The kernels that the channels of the node's result come from; None: of no known order."""
        if node.op == "placeholder":
            return np.full(node.meta["tensor_meta"].shape[1], _PICTURE, np.intp)
        if node.op == "output":
            self._pin_read(node, "the network's output reads it")
            return None
        if node.op == "call_module":
            module = self._module.get_submodule(str(node.target))
            if block_of(module) or isinstance(module, nn.Conv2d | nn.Linear):
                return self._layer(node, str(node.target), module)
            passes, kind = isinstance(module, _PASSING), type(module).__name__
        else:
            kind = node.target if isinstance(node.target, str) else node.target.__name__
            passes = kind in _PASSING_NAMES
        sources = [self._channels[source] for source in node.all_input_nodes]
        result: IntArray | None = None
        if passes and len(sources) == 1:
            result = _passed(sources[0], node)
        elif kind == "cat":
            result = self._beside(node)
        elif kind in _SUMS:
            result = self._summed(sources)
        if result is None:
            self._pin_read(node, f"{kind} reads it")
        return result

    def _layer(self, node: fx.Node, name: str, module: nn.Module) -> IntArray:
        block = block_of(module)
        weighted: Any = block.conv if block else module
        kernels, width = weighted.weight.shape[:2]
        groups = getattr(weighted, "groups", 1)
        inputs = self._channels[node.all_input_nodes[0]]
        if inputs is None:
            inputs = np.full(width * groups, _PICTURE, np.intp)
        depthwise = groups > 1 and groups == kernels == len(inputs)
        outputs = inputs if depthwise else self._fresh(kernels)
        shared = self._calls[node.target] > 1 or any(
            self._owners[id(parameter)] > 1 for parameter in module.parameters()
        )
        if shared:
            self._pin(inputs, f"{name} reads it, whose weights are used more than once")
            self._pin(outputs, "its weights are used more than once")
        elif groups > 1 and not depthwise:
            self._pin(inputs, f"{name} reads it, a convolution in groups")
            self._pin(outputs, "it is a convolution in groups")
        elif not block:
            self._pin(outputs, "no batch-norm with ReLU follows it")
        shape = node.meta["tensor_meta"].shape
        taps = prod(weighted.weight.shape[2:])
        self._layers.append(
            Layer(name, inputs, outputs, taps, prod(shape[2:]), groups, block is not None, shared)
        )
        return np.tile(outputs, block.copies) if block else outputs

    def _beside(self, node: fx.Node) -> IntArray | None:
        tensors: Any = node.args[0]
        parts = [self._channels[tensor] for tensor in tensors]
        along = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim", 0)
        known = [part for part in parts if part is not None]
        return np.concatenate(known) if along == 1 and len(known) == len(parts) else None

    def _summed(self, sources: list[IntArray | None]) -> IntArray | None:
        known = [source for source in sources if source is not None]
        if len(known) != 2 or len(known[0]) != len(known[1]):
            return None
        first, second = known
        for one, other in zip(first.tolist(), second.tolist(), strict=True):
            self._same[self._elder(other)] = self._elder(one)
        return first

    def _fresh(self, count: int) -> IntArray:
        first = len(self._same)
        self._same.extend(range(first, first + count))
        return np.arange(first, first + count)

    def _elder(self, number: int) -> int:
        while self._same[number] != number:
            number = self._same[number]
        return number

    def _pin(self, numbers: IntArray, why: str) -> None:
        for number in numbers.tolist():
            self._pinned.setdefault(number, why)

    def _pin_read(self, node: fx.Node, why: str) -> None:
        for source in node.all_input_nodes:
            numbers = self._channels[source]
            if numbers is not None:
                self._pin(numbers, why)


def _passed(numbers: IntArray | None, node: fx.Node) -> IntArray | None:
    """Through what changes no channel; flattened, a channel becomes as many as it has pixels."""
    shape = node.meta["tensor_meta"].shape
    if numbers is None or shape[1] % len(numbers):
        return None
    return np.repeat(numbers, shape[1] // len(numbers))
