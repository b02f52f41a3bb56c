"""How much each kernel matters, and which ones go when a share of the operations shall be saved."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from models.errors import InputError
from models.training.batches import Batch
from models.training.pruning.blocks import block_of
from models.training.pruning.utilisation import Utilisation
from models.training.pruning.wiring import Kept, Wiring

FloatArray = npt.NDArray[np.float32]

# Engines compute as many kernels at once as their vector registers hold values: on ONNX Runtime
# with AVX-512 a layer of 112 kernels took 4.4 ms, one of 100 the same and one of 96 took 3.7. So
# kernels go by the largest bundles of which a layer has more than one.
_BUNDLES = (16, 8, 4, 2)
# To write a pixel of a map and read it again takes an engine as long as so many multiplications.
# SqueezeNet-SSD, at about 47 points before training on: 1.21 times as fast when ranked by the
# operations alone, 1.32 with 400 of these, 1.39 with 700, and 1.37 with 3000 (ONNX Runtime,
# one thread, AVX-512).
_MEMORY = 700


def by_use(wiring: Wiring, utilisation: Mapping[str, Utilisation]) -> FloatArray:
    """By the share of pictures that a kernel is used for, and among equals by how nearly so."""
    return spread(
        wiring, {name: each.used + 1e-3 * each.open for name, each in utilisation.items()}
    )


def by_gamma(wiring: Wiring, module: nn.Module) -> FloatArray:
    """By the batch-norm's scale γ (Liu and others, arXiv:1708.06519), in each layer by itself.

    Compared over all layers, as there, whole layers would go: these networks were not trained for
    small γ.
    """
    found = {}
    for layer in wiring.blocks:
        block = block_of(module.get_submodule(layer.name))
        assert block is not None
        scales = block.norm.weight.detach().abs().reshape(block.copies, -1).sum(0).numpy()
        found[layer.name] = _ranks(scales)
    return spread(wiring, found)


def by_taylor(
    wiring: Wiring,
    module: nn.Module,
    loss: Callable[[Tensor, Batch], Tensor],
    batches: Iterable[Batch],
) -> FloatArray:
    """By what the loss would change by without the kernel, for the work that goes with it.

    Molchanov and others, *Importance estimation for neural network pruning* (arXiv:1906.10771):
    the loss's derivative by a gate on the kernel's map, squared. ReLU lets such a gate through, so
    that it stands for scale and shift of the batch-norm together: γ·∂L/∂γ + β·∂L/∂β. Other than
    γ it can be compared over all layers, and the work tells in which of them it pays to prune.
    """
    module = copy.deepcopy(module).eval()
    effects = np.zeros(wiring.kernels)
    for batch in batches:
        module.zero_grad()
        torch.autograd.backward(loss(module(batch.images), batch))
        effects += _changes(wiring, module) ** 2
    maps = np.zeros(wiring.kernels)
    for layer in wiring.blocks:
        block = block_of(module.get_submodule(layer.name))
        assert block is not None
        np.add.at(maps, layer.outputs, layer.positions * block.copies)
    found = np.full(wiring.kernels, np.inf, np.float32)
    for number in {int(number) for layer in wiring.blocks for number in layer.outputs}:
        if number not in wiring.pinned:
            without = wiring.all.copy()
            without[number] = False
            operations = wiring.macs() - wiring.macs(without)
            found[number] = effects[number] / (operations + _MEMORY * maps[number])
    return found


def at_random(wiring: Wiring, seed: int) -> FloatArray:
    """By nothing: the same share of each layer."""
    random = np.random.default_rng(seed)
    return spread(
        wiring, {layer.name: _ranks(random.random(len(layer.outputs))) for layer in wiring.blocks}
    )


def spread(wiring: Wiring, values: Mapping[str, FloatArray]) -> FloatArray:
    """From a value for each block's own kernels to one for each number of the wiring.

    Kernels that a sum or a depthwise convolution has made one matter as much as the one that
    matters most; those that must stay have no value, infinity.
    """
    found = np.full(wiring.kernels, -np.inf, np.float32)
    for layer in wiring.blocks:
        np.maximum.at(found, layer.outputs, values[layer.name])
    found[list(wiring.pinned)] = np.inf
    # Numbers that became another one stand nowhere.
    found[np.isneginf(found)] = np.inf
    return found


def select(wiring: Wiring, importance: FloatArray, rate: float) -> Kept:
    """The kernels that stay when those that matter least go, until *rate* of the work is saved.

    The work is counted in multiplications; something of every layer stays. Raises InputError for
    a rate that this does not allow.
    """
    kept = wiring.all.copy()
    for bundle in sorted(_bundles(wiring, importance), key=lambda each: importance[each].mean()):
        if wiring.saved(kept) >= rate:
            break
        kept[bundle] = False
    if wiring.saved(kept) < rate:
        raise InputError(
            f"a rate of {rate:.0%}: at most {wiring.saved(kept):.0%} of the network's operations "
            f"can be saved"
        )
    return kept


def _bundles(wiring: Wiring, importance: FloatArray) -> Iterator[npt.NDArray[np.intp]]:
    """The kernels that can go, in bundles of one layer each; the best of a layer are in none."""
    seen: set[int] = set()
    for layer in wiring.blocks:
        own = [n for n in layer.outputs.tolist() if n not in seen and n not in wiring.pinned]
        seen.update(own)
        size = next((size for size in _BUNDLES if len(own) > size), 1)
        order = sorted(own, key=lambda number: importance[number])
        # What stays shall be whole bundles, so the first one takes the rest.
        first = len(order) % size or size
        ends = range(first, len(order) - size + 1, size)
        for start, end in zip((0, *ends), ends, strict=False):
            yield np.array(order[start:end], np.intp)


def _changes(wiring: Wiring, module: nn.Module) -> npt.NDArray[np.float64]:
    """For each kernel the derivative by its gate, from the gradients that *module* has."""
    found = np.zeros(wiring.kernels)
    for layer in wiring.blocks:
        if layer.depthwise:
            # It hands a kernel on, whose own gate says what it is worth.
            continue
        block = block_of(module.get_submodule(layer.name))
        assert block is not None
        scale, shift = block.norm.weight, block.norm.bias
        assert scale.grad is not None
        assert shift.grad is not None
        change = (scale * scale.grad + shift * shift.grad).detach()
        # Kernels that a sum has made one have one gate.
        np.add.at(found, layer.outputs, change.reshape(block.copies, -1).sum(0).numpy())
    return found


def _ranks(values: npt.NDArray[np.floating]) -> FloatArray:
    """0 … 1 in ascending order."""
    return (values.argsort().argsort() / len(values)).astype(np.float32)
