"""Layers that have lost inputs make up for them as far as the others can stand for them."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from models.training.batches import Batch
from models.training.networks.blocks import CRelu, conv
from models.training.pruning.blocks import block_of
from models.training.pruning.reconstructing import reconstructed
from models.training.pruning.slicing import sliced
from models.training.pruning.wiring import follow
from tests.models.training.pruning import networks
from tests.models.training.pruning.networks import half_gone, lively

NOBODY = torch.zeros(0)


def batches(count=6, seed=5):
    random = torch.Generator().manual_seed(seed)
    return [
        Batch(torch.randn(4, 3, 32, 32, generator=random), NOBODY, NOBODY) for _ in range(count)
    ]


def loss(found, batch):
    return sum(each.square().sum() for each in (found if isinstance(found, tuple) else (found,)))


def distance(one, other):
    with torch.no_grad():
        return max(
            float((one(batch.images) - other(batch.images)).abs().max())
            for batch in batches(2, seed=9)
        )


@torch.no_grad()
def twinned(module, wiring):
    """*module* with the second half of every block's kernels as the first, and without them."""
    kept = wiring.all.copy()
    for layer in wiring.blocks:
        block = block_of(module.get_submodule(layer.name))
        half = len(layer.outputs) // 2
        block.conv.weight[half : 2 * half] = block.conv.weight[:half]
        norm = block.norm
        for tensor in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
            rows = tensor.reshape(block.copies, -1)
            rows[:, half : 2 * half] = rows[:, :half]
        kept[layer.outputs[half : 2 * half]] = False
    return module, kept


@pytest.mark.parametrize("kind", [networks.Residual, networks.Joined])
def test_what_a_twin_can_stand_for_is_lost_without_a_trace(kind):
    module = lively(kind())
    wiring = follow(module, 32, 32)
    module, kept = twinned(module, wiring)
    cut = sliced(module, wiring, kept)
    # More pictures than the linear layer has inputs.
    found = reconstructed(cut, module, wiring, kept, loss, batches(24))
    assert distance(cut, module) > 0.05
    assert distance(found, module) < 0.01 * distance(cut, module)


class Constant(nn.Module):
    """Half of the stem's maps are the same everywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.signs, self.tail = conv(3, 8), CRelu(8, 5, 1), conv(10, 6, 1)
        self.last = nn.Conv2d(6, 2, 1)

    def forward(self, x):
        return self.last(self.tail(self.signs(self.stem(x))))


def test_what_a_shift_can_stand_for_is_lost_without_a_trace():
    module = lively(Constant())
    with torch.no_grad():
        module.stem[1].weight[4:] = 0
        module.stem[1].bias[4:] = 0.7
    wiring = follow(module, 32, 32)
    kept = wiring.all.copy()
    kept[wiring.layers[0].outputs[4:]] = False
    cut = sliced(module, wiring, kept)
    found = reconstructed(cut, module, wiring, kept, loss, batches())
    assert distance(found, module) < 0.01 * distance(cut, module)


def halved(kind):
    """A network, its wiring, about half of its kernels, and what these make of it."""
    module = lively(kind())
    wiring = follow(module, 32, 32)
    kept = half_gone(wiring)
    return module, wiring, kept, sliced(module, wiring, kept)


@pytest.mark.parametrize("kind", [networks.Residual, networks.Joined, networks.Grouped])
def test_it_comes_nearer_than_a_slice(kind):
    module, wiring, kept, cut = halved(kind)
    before = copy.deepcopy(cut.state_dict())
    found = reconstructed(cut, module, wiring, kept, loss, batches())

    def missed(one):
        with torch.no_grad():
            return sum(
                float((one(batch.images) - module(batch.images)).square().mean())
                for batch in batches(4, seed=9)
            )

    assert missed(found) < 0.7 * missed(cut)
    assert all(torch.equal(tensor, before[name]) for name, tensor in cut.state_dict().items())


@pytest.mark.parametrize("kind", [networks.Residual, networks.Joined, networks.Shared])
def test_where_nothing_is_lost_nothing_changes(kind):
    module = lively(kind())
    wiring = follow(module, 32, 32)
    found = reconstructed(module, module, wiring, wiring.all, loss, batches())
    assert distance(found, module) < 1e-4


@pytest.mark.parametrize("kind", [networks.Shared, networks.Tied, networks.Grouped])
def test_shared_and_grouped_weights_are_left_alone(kind):
    module, wiring, kept, cut = halved(kind)
    found = reconstructed(cut, module, wiring, kept, loss, batches())
    names = {layer.name for layer in wiring.layers if layer.shared or layer.groups > 1}
    assert names
    for name in names:
        one, other = (block_of(each.get_submodule(name)).conv.weight for each in (cut, found))
        assert torch.equal(one, other)


def test_a_layer_that_nothing_depends_on_is_fitted_all_the_same():
    module, wiring, kept, cut = halved(networks.Residual)
    nn.init.zeros_(module.last.weight)
    found = reconstructed(cut, module, wiring, kept, loss, batches())
    assert all(tensor.isfinite().all() for tensor in found.state_dict().values())
