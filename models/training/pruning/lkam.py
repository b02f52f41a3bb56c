"""Learning kernel activation modules (Theodorakopoulos and others, arXiv:1701.05221).

Beside a block stands a small network that looks at the block's input and says for every kernel
whether this picture needs it. Trained with a price on every open gate, the gates show which kernels
the network can do without.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from models.training.pruning.blocks import block_of, put
from models.training.pruning.wiring import Wiring

_NARROWER = 4  # times fewer features than kernels
_OPEN = 2.0  # what the gates begin with: sigmoid(2) = 0.88
_MEMORY = 0.02  # of a batch in the running share of pictures


class Lkam(nn.Module):
    """(batch, *inputs*, rows, columns) → (batch, *kernels*, 1, 1), 1 for a kernel that is used.

    1×1 convolution, ReLU, 1×1 convolution, average over the picture, sigmoid. While training,
    gates are soft, sigmoid(*steepness* · z), or if *hard* rounded, with the gradient of the soft
    ones (straight-through: Bengio, Léonard and Courville, 2013); otherwise always rounded.
    The kernel with the highest gate is always used, as in `dynamic`. *used* is the running share of
    pictures that need a kernel; *gates*, the soft ones of the last training step, are what a
    regulariser prices.
    """

    used: Tensor

    def __init__(self, inputs: int, kernels: int) -> None:
        super().__init__()
        self.look = nn.Conv2d(inputs, max(1, kernels // _NARROWER), 1)
        self.decide = nn.Conv2d(self.look.out_channels, kernels, 1)
        self.decide.bias = nn.Parameter(torch.full((kernels,), _OPEN))
        self.register_buffer("used", torch.ones(kernels))
        self.steepness = 1.0
        self.hard = False
        self.gates = torch.ones(0)

    def forward(self, x: Tensor) -> Tensor:
        # The average before the second convolution is the same as behind it, and cheaper.
        z = self.decide(torch.relu(self.look(x)).mean((2, 3), keepdim=True))
        rounded = decided(z).to(z.dtype)
        if not self.training:
            return rounded
        with torch.no_grad():
            self.used.lerp_(rounded.float().mean((0, 2, 3)), _MEMORY)
        soft = torch.sigmoid(self.steepness * z)
        self.gates = soft
        return rounded + soft - soft.detach() if self.hard else soft


def decided(z: Tensor) -> Tensor:
    """Which kernels are used where the gates have the values *z*, (pictures, kernels, …)."""
    return (z > 0) | (z == z.amax(1, keepdim=True))


class Gated(nn.Module):
    """*block*, whose kernels' maps are multiplied by the gates that its input opens."""

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        parts = block_of(block)
        assert parts is not None
        self.block = block
        self.lkam = Lkam(parts.conv.in_channels, parts.conv.out_channels)
        self.copies = parts.copies

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.block(x) * self.lkam(x).repeat(1, self.copies, 1, 1)
        return out


def gated(module: nn.Module, wiring: Wiring) -> nn.Module:
    """A copy of *module* with gates beside every block that kernels can be taken out of."""
    made = copy.deepcopy(module)
    for layer in wiring.blocks:
        put(made, layer.name, Gated(made.get_submodule(layer.name)))
    return made


def ungated(module: nn.Module) -> nn.Module:
    """A copy of *module* without its gates, as if all were open."""
    made = copy.deepcopy(module)
    for name, gates in gates_of(made).items():
        put(made, name, gates.block)
    return made


def gates_of(module: nn.Module) -> dict[str, Gated]:
    """The gated blocks by the names that they have in the network without gates."""
    return {name: part for name, part in module.named_modules() if isinstance(part, Gated)}
