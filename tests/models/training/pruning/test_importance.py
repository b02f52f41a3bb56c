from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from models.errors import InputError
from models.training.batches import Batch
from models.training.networks import FAMILIES
from models.training.pruning.importance import (
    at_random,
    by_gamma,
    by_taylor,
    by_use,
    select,
    spread,
)
from models.training.pruning.utilisation import Utilisation
from models.training.pruning.wiring import follow
from tests.models.training.pruning.networks import Residual, lively


@pytest.fixture(scope="module")
def vgg():
    module = lively(FAMILIES.load("vgg-ssd").build(3))
    return module, follow(module, 64, 64)


def shares(wiring, kept):
    """The share of each block's kernels that stays."""
    return [kept[layer.outputs].mean() for layer in wiring.blocks]


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.6])
def test_as_much_goes_as_is_asked_for_and_hardly_more(vgg, rate):
    _, wiring = vgg
    saved = wiring.saved(select(wiring, at_random(wiring, 1), rate))
    assert rate <= saved < rate + 0.05


def test_something_of_every_layer_stays(vgg):
    _, wiring = vgg
    with pytest.raises(InputError, match=r"a rate of 100%: at most 9\d% of the network's"):
        select(wiring, at_random(wiring, 1), 1.0)


def test_what_stays_are_whole_bundles(vgg):
    module, wiring = vgg
    kept = select(wiring, by_gamma(wiring, module), 0.4)
    for layer in wiring.blocks:
        count = int(kept[layer.outputs].sum())
        assert count == len(layer.outputs) or (count and count % 16 == 0)


def test_the_kernels_with_the_smallest_scales_go(vgg):
    module, wiring = vgg
    kept = select(wiring, by_gamma(wiring, module), 0.4)
    for layer in wiring.blocks:
        scales = module.get_submodule(layer.name)[1].weight.detach().abs().numpy()
        stays = kept[layer.outputs]
        if not stays.all():
            assert scales[stays].min() >= scales[~stays].max()


def test_at_random_every_layer_loses_the_same_share(vgg):
    _, wiring = vgg
    one, other = (select(wiring, at_random(wiring, seed), 0.4) for seed in (1, 2))
    assert not np.array_equal(one, other)
    assert max(shares(wiring, one)) - min(shares(wiring, one)) < 0.35
    assert np.array_equal(one, select(wiring, at_random(wiring, 1), 0.4))


def test_the_least_used_kernels_go(vgg):
    _, wiring = vgg
    random = np.random.default_rng(0)
    found = {
        layer.name: Utilisation(
            random.random(len(layer.outputs), np.float32), np.zeros(len(layer.outputs), np.float32)
        )
        for layer in wiring.blocks
    }
    kept = select(wiring, by_use(wiring, found), 0.4)
    for layer in wiring.blocks:
        used, stays = found[layer.name].used, kept[layer.outputs]
        if not stays.all():
            assert used[stays].min() >= used[~stays].max()


def test_a_kernel_counts_as_the_most_used_of_those_that_are_added():
    wiring = follow(Residual(), 32, 32)
    values = {"stem": [0.1] * 8, "branch": [0.9] + [0.0] * 7, "tail": [1.0] * 6}
    found = spread(wiring, {name: np.float32(each) for name, each in values.items()})
    stem = wiring.layers[0].outputs
    assert found[stem].tolist() == pytest.approx([0.9] + [0.1] * 7)
    assert found[list(wiring.pinned)].tolist() == [np.inf] * len(wiring.pinned)
    assert torch.isfinite(torch.from_numpy(found[wiring.layers[2].outputs])).all()


def batches(count):
    empty = torch.zeros(2, 0, 4), torch.zeros(2, 0, dtype=torch.long)
    for seed in range(count):
        torch.manual_seed(seed)
        yield Batch(torch.rand(2, 3, 64, 64), *empty)


def mean_square(found, batch):
    return found.double().square().mean()


def gated_loss(module, layer, kernel, gate, batch):
    """The loss when a gate stands on that kernel's map."""
    module = copy.deepcopy(module).eval()

    def close(own, inputs, output):
        output[:, kernel] *= gate
        return output

    module.get_submodule(layer.name).register_forward_hook(close)
    with torch.no_grad():
        return float(mean_square(module(batch.images), batch))


def test_taylor_is_the_change_of_the_loss_by_a_gate(vgg):
    module, wiring = vgg
    importance = by_taylor(wiring, module, mean_square, batches(2))
    found, expected = [], []
    for layer in wiring.blocks[::3]:
        for kernel in (0, 3):
            changes = [
                (
                    gated_loss(module, layer, kernel, 1.01, batch)
                    - gated_loss(module, layer, kernel, 0.99, batch)
                )
                / 0.02
                for batch in batches(2)
            ]
            without = wiring.all.copy()
            without[layer.outputs[kernel]] = False
            operations = wiring.macs() - wiring.macs(without)
            expected.append(sum(np.square(changes)) / (operations + 700 * layer.positions))
            found.append(importance[layer.outputs[kernel]])
    assert max(expected) > 0
    assert found == pytest.approx(expected, rel=0.1, abs=0.01 * max(expected))


def test_taylor_counts_kernels_that_are_added_as_one():
    module = Residual().eval()
    wiring = follow(module, 32, 32)
    found = by_taylor(wiring, module, mean_square, batches(1))
    stem, branch = wiring.layers[0].outputs, wiring.layers[1].outputs
    assert np.array_equal(stem, branch)
    assert np.isfinite(found[stem]).all()
    assert found[list(wiring.pinned)].tolist() == [np.inf] * len(wiring.pinned)


def test_without_effect_a_kernel_goes_first():
    module = lively(FAMILIES.load("squeezenet-ssd").build(3))
    wiring = follow(module, 64, 64)
    layer = wiring.blocks[1]
    norm = module.get_submodule(layer.name)[1]
    norm.weight.data[5] = norm.bias.data[5] = 0.0
    found = by_taylor(wiring, module, mean_square, batches(1))
    assert found[layer.outputs[5]] == 0.0
    assert (found >= 0).all()
