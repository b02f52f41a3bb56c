"""Where a training starts that does not start from nothing: an exported network, in PyTorch again.

Exporting folds a batch-norm into the convolution before it. Here the convolution takes the folded
kernels, and the batch-norm has the folded bias for its shift and scales by one; `recentre` then
gives it the statistics that training expects of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from models.errors import InputError
from models.manifest import Network
from models.training.exporting import PARITY, deviation
from models.training.networks.detector import OBJECTNESS, Detector
from models.training.networks.family import Family

FloatArray = npt.NDArray[np.float32]


class _Node(NamedTuple):
    kind: str
    values: list[FloatArray]


def module_of(network: Network, family: Family) -> nn.Module:
    """The family's module with the weights of *network*, in evaluation mode.

    Raises InputError where the network is not of that family, or computes something else.
    """
    manifest = network.manifest
    if manifest.precision != "fp32":
        raise InputError(
            f"network {network.name!r}: its weights are {manifest.precision}, and only those of "
            f"fp32 can be trained on{f'; take {manifest.parent!r}' if manifest.parent else ''}"
        )
    width, height = manifest.input.width, manifest.input.height
    module = family.build(len(network.labels)).eval()
    try:
        _fill(_layers(module, family.side), _nodes(network.path))
        found = deviation(module, family.decoder, width, height, network.path)
    except (ValueError, IndexError) as error:
        raise InputError(f"network {network.name!r}: is no {family.title}: {error}") from error
    if not found <= PARITY:
        raise InputError(
            f"network {network.name!r}: is no {family.title}: with its weights that computes "
            f"something else, by {found:.1e}"
        )
    return module


@torch.no_grad()
def recentre(module: nn.Module, batches: Iterable[Tensor]) -> None:
    """Give every batch-norm the mean and variance of what it gets, and change its scale and shift

    so that the network computes what it did. *batches*: (batch, 3, height, width) each.
    """
    norms = [layer for layer in module.modules() if isinstance(layer, nn.BatchNorm2d)]
    seen: dict[nn.Module, list[Tensor]] = {norm: [] for norm in norms}

    def watch(norm: nn.Module, inputs: tuple[Tensor]) -> None:
        x = inputs[0].double()
        seen[norm].append(torch.stack((x.mean((0, 2, 3)), x.square().mean((0, 2, 3)))))

    hooks = [norm.register_forward_pre_hook(watch) for norm in norms]
    module.eval()
    for batch in batches:
        module(batch)
    for hook in hooks:
        hook.remove()
    for norm in norms:
        before, old = norm.running_mean, norm.running_var
        assert before is not None
        assert old is not None
        mean, square = torch.stack(seen[norm]).mean(0)
        variance = (square - mean.square()).clamp(min=0)
        scale = norm.weight / (old + norm.eps).sqrt()
        norm.bias.add_(scale * (mean - before))
        norm.weight.copy_(scale * (variance + norm.eps).sqrt())
        before.copy_(mean)
        old.copy_(variance)


@torch.no_grad()
def relabelled(
    module: nn.Module, known: Sequence[str], family: Family, labels: Sequence[str]
) -> nn.Module:
    """*module*, which knows the classes *known*, for the classes *labels*.

    All is kept but the outputs for classes that it does not know: these begin anew.
    """
    if tuple(known) == tuple(labels):
        return module
    made = family.build(len(labels))
    outputs = {id(tensor) for layer in made.outputs for tensor in layer.parameters()}
    for new, old in zip(_tensors(made), _tensors(module), strict=True):
        if id(new) not in outputs:
            new.copy_(old)
    # A detector's outputs for a default box are its place, its objectness and then the classes.
    first = OBJECTNESS + 1 if isinstance(made, Detector) else 0
    for begun, trained in zip(made.outputs, module.outputs, strict=True):
        for new, old in zip(begun.parameters(), trained.parameters(), strict=True):
            rows = new.unflatten(0, (-1, first + len(labels)))
            source = old.unflatten(0, (-1, first + len(known)))
            rows[:, :first] = source[:, :first]
            for index, label in enumerate(labels):
                if label in known:
                    rows[:, first + index] = source[:, first + known.index(label)]
    return made


def _tensors(module: nn.Module) -> Iterable[Tensor]:
    return chain(module.parameters(), module.buffers())


def _layers(module: nn.Module, side: int) -> list[nn.Module]:
    """What has weights in *module*, in the order in which it is computed."""
    called: list[nn.Module] = []
    hooks = [
        layer.register_forward_pre_hook(lambda layer, _: called.append(layer))
        for layer in module.modules()
        if isinstance(layer, nn.Conv2d | nn.Linear | nn.BatchNorm2d)
    ]
    with torch.inference_mode():
        module(torch.zeros(1, 3, side, side))
    for hook in hooks:
        hook.remove()
    return called


def _nodes(path: Path) -> list[_Node]:
    """What has weights in the file, in the order in which it is computed."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path).graph
    values = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    for node in graph.node:
        # Of equal weights the exporter writes one, and these for the others.
        if node.op_type == "Identity" and node.input[0] in values:
            values[node.output[0]] = values[node.input[0]]
    return [
        _Node(node.op_type, [values[name] for name in node.input[1:] if name in values])
        for node in graph.node
        if node.op_type in ("Conv", "Gemm", "BatchNormalization")
    ]


@torch.no_grad()
def _fill(layers: Sequence[nn.Module], nodes: Sequence[_Node]) -> None:
    """Copy the nodes' weights into the layers. Raises ValueError where they do not fit."""
    waiting = deque(nodes)
    bias: list[FloatArray] = []
    for layer in layers:
        if not isinstance(layer, nn.BatchNorm2d):
            kernels, *bias = waiting.popleft().values
            _put(layer.weight, kernels)
            if layer.bias is not None:
                _put(layer.bias, bias[0])
        elif waiting and waiting[0].kind == "BatchNormalization":
            own = (layer.weight, layer.bias, layer.running_mean, layer.running_var)
            for tensor, found in zip(own, waiting.popleft().values, strict=True):
                _put(tensor, found)
        else:
            layer.reset_running_stats()
            layer.weight.fill_((1 + layer.eps) ** 0.5)
            _put(layer.bias, bias[0])
    if waiting:
        raise ValueError(f"it has {len(waiting)} layers more")


def _put(tensor: Tensor, found: FloatArray) -> None:
    if tuple(tensor.shape) != found.shape:
        wanted, has = (" × ".join(map(str, shape)) for shape in (tensor.shape, found.shape))
        raise ValueError(f"a layer has {has} weights in place of {wanted}")
    tensor.copy_(torch.from_numpy(found.copy()))
