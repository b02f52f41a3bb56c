"""Blocks: what pruning takes kernels out of, a convolution with its batch-norm and activation."""

from __future__ import annotations

from typing import NamedTuple

from torch import nn

from models.training.networks.blocks import CRelu


class Block(NamedTuple):
    """The parts of a block that have weights. C.ReLU has *copies* 2: a kernel and its negative."""

    conv: nn.Conv2d
    norm: nn.BatchNorm2d

    @property
    def copies(self) -> int:
        return int(self.norm.num_features // self.conv.out_channels)


def block_of(module: nn.Module) -> Block | None:
    """*module* as a block, if it is one.

    ReLU is positively homogeneous, u·relu(x) = relu(u·x), so a kernel can be scaled in its
    batch-norm; with another activation it could not, and that is no block.
    """
    if isinstance(module, CRelu):
        return Block(module.conv, module.norm)
    if isinstance(module, nn.Sequential) and len(module) in (2, 3):
        conv, norm, *activation = module
        if (
            isinstance(conv, nn.Conv2d)
            and isinstance(norm, nn.BatchNorm2d)
            and all(isinstance(layer, nn.ReLU) for layer in activation)
        ):
            return Block(conv, norm)
    return None


def put(module: nn.Module, name: str, part: nn.Module) -> None:
    """Let *part* be what *name* names within *module*."""
    parent, _, own = name.rpartition(".")
    module.get_submodule(parent).add_module(own, part)
