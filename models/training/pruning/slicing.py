"""The network without the kernels that go; what is left is scaled by how often it was used."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from models.training.pruning.blocks import block_of
from models.training.pruning.wiring import Kept, Layer, Wiring

FloatArray = npt.NDArray[np.float32]

# A kernel scaled to nothing could never learn again: ReLU passes no gradient at 0.
_LEAST_SCALE = 0.05


@torch.no_grad()
def sliced(module: nn.Module, wiring: Wiring, kept: Kept) -> nn.Module:
    """A copy of *module* with the kernels *kept* only, and what reads them cut to fit.

    It computes what *module* does with the other blocks' channels at zero.
    """
    made = copy.deepcopy(module)
    for layer in wiring.layers:
        part = made.get_submodule(layer.name)
        rows, columns = _mask(layer.outputs, kept), _mask(layer.inputs, kept)
        block = block_of(part)
        if block:
            _cut_norm(block.norm, rows.repeat(block.copies))
        _cut(block.conv if block else part, layer, rows, columns)
    return made


@torch.no_grad()
def scaled(module: nn.Module, utilisation: Mapping[str, FloatArray]) -> nn.Module:
    """A copy of *module* whose blocks give on average what their gates let through.

    *utilisation*: for each block the share of the pictures that each of its kernels is used for.
    Scale and shift of the batch-norm are multiplied by it: with the batch-norm folded those are
    the kernel's weights and its bias, and ReLU lets a positive factor through.
    """
    made = copy.deepcopy(module)
    for name, shares in utilisation.items():
        block = block_of(made.get_submodule(name))
        assert block is not None
        factor = torch.from_numpy(shares).clamp(min=_LEAST_SCALE).repeat(block.copies)
        block.norm.weight.mul_(factor)
        block.norm.bias.mul_(factor)
    return made


def _mask(numbers: npt.NDArray[np.intp], kept: Kept) -> Tensor:
    return torch.from_numpy(kept[numbers])


def _cut(part: Any, layer: Layer, rows: Tensor, columns: Tensor) -> None:
    """Leave a convolution or linear layer those of its kernels and channels."""
    if rows.all() and columns.all():
        return
    weight = part.weight[rows]
    if layer.groups == 1:
        weight = weight[:, columns]
    part.weight = nn.Parameter(weight.clone())
    if part.bias is not None:
        part.bias = nn.Parameter(part.bias[rows].clone())
    kernels, channels = int(rows.sum()), int(columns.sum())
    if isinstance(part, nn.Linear):
        part.out_features, part.in_features = kernels, channels
    else:
        part.out_channels, part.in_channels = kernels, channels
        if layer.depthwise:
            part.groups = kernels


def _cut_norm(norm: nn.BatchNorm2d, rows: Tensor) -> None:
    norm.weight = nn.Parameter(norm.weight[rows].clone())
    norm.bias = nn.Parameter(norm.bias[rows].clone())
    for name in ("running_mean", "running_var"):
        setattr(norm, name, getattr(norm, name)[rows].clone())
    norm.num_features = int(rows.sum())
