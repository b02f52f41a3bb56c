"""A slice computes what the whole network does with the missing kernels at zero."""

from __future__ import annotations

import copy

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from models.cost import cost
from models.crosscheck import compare
from models.errors import InputError
from models.manifest import Network
from models.training.exporting import export, runnable
from models.training.networks import FAMILIES
from models.training.pruning.blocks import put
from models.training.pruning.slicing import scaled, sliced
from models.training.pruning.wiring import follow
from models.training.session import Course, describe
from tests.models.training.pruning import networks
from tests.models.training.pruning.networks import half_gone, lively, masked
from tests.models.training.shapes import LABELS, shapes


def computes(module: nn.Module, side: int = 32) -> torch.Tensor:
    torch.manual_seed(7)
    with torch.inference_mode():
        found = module.eval()(torch.randn(2, 3, side, side))
    return torch.cat([each.flatten() for each in found]) if isinstance(found, tuple) else found


@pytest.mark.parametrize(
    "kind",
    [
        networks.Residual,
        networks.Joined,
        networks.Shared,
        networks.Tied,
        networks.Grouped,
        networks.Seen,
    ],
)
def test_small_networks_are_sliced_exactly(kind):
    module = lively(kind())
    wiring = follow(module, 32, 32)
    kept = half_gone(wiring)
    made = sliced(module, wiring, kept)
    expected = computes(masked(copy.deepcopy(module), wiring, kept))
    assert (computes(made) - expected).abs().max() < 1e-5
    assert (computes(made) - computes(module)).abs().max() > 1e-2
    assert follow(made, 32, 32).macs() == wiring.macs(kept) < wiring.macs()


@pytest.mark.parametrize("name", FAMILIES.names())
@pytest.mark.parametrize("seed", [1, 2])
def test_every_family_is_sliced_exactly(name, seed):
    family = FAMILIES.load(name)
    module = lively(family.build(3))
    wiring = follow(module, 64, 64)
    kept = half_gone(wiring, seed)
    made = sliced(module, wiring, kept)
    expected = computes(masked(copy.deepcopy(module), wiring, kept), 64)
    assert (computes(made, 64) - expected).abs().max() < 1e-5 * max(1, expected.abs().max())
    assert wiring.saved(kept) > 0.3


@pytest.mark.parametrize("name", FAMILIES.names())
def test_exported_it_is_the_masked_network_in_every_engine(name, tmp_path):
    family = FAMILIES.load(name)
    course = Course(name, shapes(64), 64, tmp_path)
    module = lively(family.build(len(LABELS)))
    wiring = follow(module, course.width, course.side)
    kept = half_gone(wiring)
    manifest = describe(course, name)
    path = tmp_path / manifest.file
    export(sliced(module, wiring, kept), family.decoder, course.width, course.side, path)
    assert cost(path, course.width, course.side).macs == wiring.macs(kept)
    image = torch.randn(1, 3, course.side, course.width)
    whole = runnable(masked(module, wiring, kept), family.decoder, course.width, course.side)
    with torch.inference_mode():
        expected = whole(image)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = session.run(None, {"images": image.numpy()})
    for one, other in zip(
        expected if isinstance(expected, tuple) else (expected,), found, strict=True
    ):
        assert np.abs(one.numpy() - other).max() <= 1e-5 * max(1.0, float(one.abs().max()))
    check = compare(Network(manifest, path, LABELS))
    assert not check.contradicted
    assert not check.failed


def test_scaling_is_exact_with_relu():
    module = lively(networks.Joined())
    shares = {"stem": np.linspace(0.1, 1, 6, dtype=np.float32)}
    shares["signs"] = np.linspace(0.3, 1, 5, dtype=np.float32)
    expected = copy.deepcopy(module)
    for name, factors in shares.items():
        factor = torch.from_numpy(factors).repeat(2 if name == "signs" else 1)
        put(expected, name, networks.Masked(expected.get_submodule(name), factor))
    made = scaled(module, shares)
    assert torch.allclose(computes(made), computes(expected), atol=1e-5)
    assert not torch.allclose(computes(made), computes(module), atol=1e-2)


def test_a_hardly_used_kernel_can_still_learn():
    module = lively(networks.Residual())
    made = scaled(module, {"stem": np.zeros(8, np.float32)})
    assert torch.allclose(made.stem[1].weight, module.stem[1].weight * 0.05)


@pytest.mark.parametrize(
    ("kind", "alone"),
    [
        (networks.Shared, {"stem", "twice", "last"}),
        (networks.Tied, {"one", "other", "last"}),
        (networks.Grouped, {"stem", "pairs", "last"}),
        (networks.Seen, {"shown", "last"}),
    ],
)
def test_what_cannot_go_is_left_alone_with_the_reason(kind, alone):
    found = follow(kind(), 32, 32).left_alone
    assert set(found) == alone
    reason = {
        networks.Shared: ("stem", "twice reads it, whose weights are used more than once"),
        networks.Tied: ("other", "its weights are used more than once"),
        networks.Grouped: ("stem", "pairs reads it, a convolution in groups"),
        networks.Seen: ("shown", "the network's output reads it"),
    }[kind]
    assert found[reason[0]] == reason[1]


def test_what_is_added_stays_or_goes_together():
    wiring = follow(networks.Residual(), 32, 32)
    stem, branch = (layer for layer in wiring.layers if layer.name in ("stem", "branch"))
    assert stem.outputs.tolist() == branch.outputs.tolist()


def test_operations_are_those_counted_by_hand():
    wiring = follow(networks.Residual(), 32, 16)
    pixels = 32 * 16
    whole = pixels * (8 * 27 + 8 * 8 * 9 + 6 * 8 * 9 + 4 * 6)
    assert wiring.macs() == whole
    kept = wiring.all.copy()
    # One of the eight kernels that the stem and the branch share, and one of the tail's six.
    kept[wiring.layers[0].outputs[3]] = kept[wiring.layers[2].outputs[0]] = False
    left = pixels * (7 * 27 + 7 * 7 * 9 + 5 * 7 * 9 + 4 * 5)
    assert wiring.macs(kept) == left
    assert wiring.saved(kept) == pytest.approx(1 - left / whole)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (networks.Bare, r"no kernel can be taken out.*one \(no batch-norm with ReLU follows it\)"),
        (networks.Undecided, "cannot be followed"),
    ],
)
def test_networks_without_anything_to_prune_are_refused(kind, message):
    with pytest.raises(InputError, match=message):
        follow(kind(), 32, 32)
