from __future__ import annotations

import numpy as np
import pytest
import torch

from models.errors import InputError
from models.training.networks import FAMILIES
from models.training.pruning.importance import at_random, by_gamma, by_use, select, spread
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
    counts = [int(kept[layer.outputs].sum()) for layer in wiring.blocks]
    sizes = [
        16 if len(layer.outputs) >= 64 else 8 if len(layer.outputs) >= 32 else 4
        for layer in wiring.blocks
    ]
    assert [count % size for count, size in zip(counts, sizes, strict=True)] == [0] * len(sizes)
    assert min(counts) >= 4


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
    assert max(shares(wiring, one)) - min(shares(wiring, one)) < 0.3
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
