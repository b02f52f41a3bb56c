"""Where gates that stay pay on this device, and the network in which those do.

A picture needs a group of kernels if it needs one of them, so what counts is the share of the
groups that pictures need on average: where that is below the layer's break-even, leaving groups out
saves time.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from onnx import ModelProto, numpy_helper
from torch import Tensor, nn

from models.errors import InputError
from models.training.pruning.blocks import Block, block_of, put
from models.training.pruning.break_even import BreakEven, break_even, layer_of
from models.training.pruning.dynamic import Conditional, Gate, groups_by_use, make_conditional
from models.training.pruning.lkam import Gated, decided, gates_of
from models.training.pruning.utilisation import gate_values

GROUPS = 4  # of a layer's kernels; more cost more time than they save


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of the layer called *name*: pictures need the share *needed* of its groups on average."""

    name: str
    groups: tuple[tuple[int, ...], ...]
    needed: float
    break_even: BreakEven

    @property
    def pays(self) -> bool:
        """Whether it is quicker with gates."""
        limit = self.break_even.utilisation
        return limit is not None and self.needed < limit

    @property
    def excess(self) -> float:
        """By how much more is needed than would pay; negative where it pays."""
        return self.needed - (self.break_even.utilisation or 0.0)

    def in_words(self) -> str:
        """ "stem.1: 62 % needed, pays below 41 %"."""
        limit = self.break_even.utilisation
        pays = "never pays" if limit is None else f"pays below {limit:.0%}"
        return f"{self.name}: {self.needed:.0%} needed, {pays}"


def judge(
    module: nn.Module, plain: ModelProto, batches: Iterable[Tensor], engine: str, threads: int
) -> tuple[Verdict, ...]:
    """A verdict on every layer of the gated *module* that can be computed in groups.

    *plain*: the same network without gates, as it was exported. *batches*: pictures, (batch, 3,
    rows, columns). Raises EngineError where *engine* cannot run conditional networks.
    """
    nodes = nodes_of(plain, module)
    found = []
    for name, z in gate_values(module, batches).items():
        needed = decided(z).numpy()
        if name not in nodes or needed.shape[1] < 2 * GROUPS:
            continue
        groups = groups_by_use(needed.mean(0).tolist(), GROUPS)
        computed = np.zeros(len(needed))
        for group in groups:
            computed += len(group) * needed[:, list(group)].any(1)
        share = float(computed.mean()) / needed.shape[1]
        measured = break_even(layer_of(plain, nodes[name]), engine, GROUPS, threads)
        found.append(Verdict(name, groups, share, measured))
    return tuple(found)


def partly(module: nn.Module, staying: Collection[str]) -> nn.Module:
    """A copy of the gated *module* whose other layers have no gates, as if all were open.

    What stays is rounded from now on, and learns no more.
    """
    made = copy.deepcopy(module).requires_grad_()
    for name, gates in gates_of(made).items():
        if name in staying:
            gates.lkam.hard = True
            gates.lkam.requires_grad_(False)
        else:
            put(made, name, gates.block)
    return made


def conditional(
    module: nn.Module, plain: ModelProto, groups: Mapping[str, tuple[tuple[int, ...], ...]]
) -> ModelProto:
    """*plain*, the gated *module* without its gates, with branches where it has gates.

    *groups*: of each gated layer's kernels.
    """
    nodes, gates = nodes_of(plain, module), gates_of(module)
    layers = [Conditional(nodes[name], _gate(gates[name]), groups[name]) for name in gates]
    return make_conditional(plain, layers)


def nodes_of(plain: ModelProto, module: nn.Module) -> dict[str, str]:
    """The exported convolutions of the gated blocks, found by their weights.

    Those with more than one map a kernel, as C.ReLU has, are not among them.
    """
    weights = {each.name: each for each in plain.graph.initializer}
    convolutions = [
        (node.name, numpy_helper.to_array(weights[node.input[1]]))
        for node in plain.graph.node
        if node.op_type == "Conv" and node.input[1] in weights
    ]
    found = {}
    for name, gates in gates_of(module).items():
        block = block_of(gates.block)
        assert block is not None
        if block.copies > 1 or block.conv.groups > 1:
            continue
        own = _folded(block)
        for node, exported in convolutions:
            if exported.shape == own.shape and np.allclose(exported, own, atol=1e-5):
                found[name] = node
        if name not in found:
            raise InputError(f"layer {name!r} is not in the exported network")
    return found


@torch.no_grad()
def _folded(block: Block) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The convolution's weights with the batch-norm's scale in them."""
    variance = block.norm.running_var
    assert variance is not None
    scale = block.norm.weight / torch.sqrt(variance + block.norm.eps)
    return (block.conv.weight * scale[:, None, None, None]).numpy()


def _gate(gates: Gated) -> Gate:
    look, decide = gates.lkam.look, gates.lkam.decide
    assert look.bias is not None
    assert decide.bias is not None
    return Gate(
        look.weight.detach()[:, :, 0, 0].numpy(),
        look.bias.detach().numpy(),
        decide.weight.detach()[:, :, 0, 0].numpy(),
        decide.bias.detach().numpy(),
    )
