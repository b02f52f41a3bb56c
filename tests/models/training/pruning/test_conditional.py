"""Gates that stay: the export decides as PyTorch does, and where that pays is measured."""

from __future__ import annotations

from contextlib import closing

import msgspec
import numpy as np
import onnx
import pytest
import torch
from torch import nn

from models.engines import ENGINES, EngineOptions
from models.manifest import Pruned
from models.training.exporting import deviation, export
from models.training.networks import FAMILIES
from models.training.pruning.conditional import GROUPS, conditional, judge, nodes_of, partly
from models.training.pruning.dynamic import groups_by_use
from models.training.pruning.dynamic_stages import DoesNotPay, DynamicPruning
from models.training.pruning.lkam import decided, gated, gates_of, ungated
from models.training.pruning.stages import Order
from models.training.pruning.utilisation import gate_values
from models.training.pruning.wiring import follow
from tests.models.training.pruning.networks import lively
from tests.models.training.pruning.test_stages import course, quiet
from tests.models.training.test_starting import exported

WIDTH, HEIGHT = 112, 64


def undecided(family: str) -> nn.Module:
    """A network whose gates open and close with the picture."""
    module = lively(FAMILIES.load(family).build(3))
    module = gated(module, follow(module, WIDTH, HEIGHT)).eval()
    for gates in gates_of(module).values():
        nn.init.normal_(gates.lkam.look.weight, std=0.5)
        nn.init.normal_(gates.lkam.decide.weight, std=2.0)
        nn.init.normal_(gates.lkam.decide.bias, std=0.5)
    return module


def pictures(count: int = 3) -> list[torch.Tensor]:
    torch.manual_seed(1)
    return [torch.randn(1, 3, HEIGHT, WIDTH) * level for level in range(1, count + 1)]


def plain_of(module, decoder, tmp_path):
    export(ungated(module), decoder, WIDTH, HEIGHT, tmp_path / "plain.onnx")
    return onnx.load(tmp_path / "plain.onnx")


@pytest.mark.parametrize(
    ("family", "decoder"), [("vgg-ssd", "ssd"), ("squeezenet-ssd", "ssd"), ("tiny-yolo", "yolo")]
)
def test_the_exported_network_decides_as_pytorch_does(family, decoder, tmp_path):
    module = undecided(family)
    plain = plain_of(module, decoder, tmp_path)
    needed = {name: decided(z) for name, z in gate_values(module, pictures()).items()}
    assert any(0 < float(each.float().mean()) < 1 for each in needed.values())
    staying = [name for name in nodes_of(plain, module) if needed[name].shape[1] >= 2 * GROUPS]
    module = partly(module, staying)
    groups = {
        name: groups_by_use(needed[name].float().mean(0).tolist(), GROUPS) for name in staying
    }
    assert set(gates_of(module)) == set(groups)
    path = tmp_path / "conditional.onnx"
    onnx.save(conditional(module, plain, groups), path)
    assert deviation(module, decoder, WIDTH, HEIGHT, path) <= 1e-5
    with closing(ENGINES.load("onnxruntime")(path, EngineOptions(device="cpu"))) as engine:
        one, other = (engine.run(np.ones((1, 3, HEIGHT, WIDTH), np.float32) * n) for n in (0, 2))
    assert all(np.isfinite(output).all() for output in (*one, *other))


def test_every_layer_has_its_verdict(tmp_path):
    module = undecided("tiny-yolo")
    plain = plain_of(module, "yolo", tmp_path)
    found = judge(module, plain, pictures(), "onnxruntime", 1)
    assert {each.name for each in found} <= set(gates_of(module))
    for verdict in found:
        kernels = sorted(kernel for group in verdict.groups for kernel in group)
        assert kernels == list(range(len(kernels)))
        assert 0 < verdict.needed <= 1
        limit = verdict.break_even.utilisation
        assert verdict.pays == (limit is not None and verdict.needed < limit)
        assert verdict.in_words().startswith(f"{verdict.name}: {verdict.needed:.0%} needed, ")


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    return exported("tiny-yolo", tmp_path_factory.mktemp("parent"))


def pruning_in(folder, parent):
    order = Order(parent, "lkam", (0.3,), steps=6)
    return DynamicPruning(order, course(folder), "clever", folder / "clever")


def test_layers_so_small_do_not_pay_and_the_figures_are_told(parent, tmp_path):
    with pytest.raises(DoesNotPay, match=r"in onnxruntime none of \d+ layers .*: .* needed, "):
        pruning_in(tmp_path, parent).dynamic_point(0.3, quiet)
    assert not (tmp_path / "clever" / "rate-30" / "network").exists()


@pytest.mark.parametrize("own_ms", [1.0, 3.0])
def test_with_gates_that_stay_it_is_trained_and_exported_and_not_done_again(
    parent, tmp_path, monkeypatch, own_ms
):
    pruning = pruning_in(tmp_path, parent)
    # As if it had been found before that one layer pays.
    layer = next(each for each in pruning.wiring.blocks if len(each.outputs) >= 16)
    kernels = np.array_split(np.arange(len(layer.outputs)), GROUPS)
    content = (("one",), {layer.name: tuple(part.tolist() for part in kernels)})
    staying = tmp_path / "clever" / "rate-30" / "dynamic" / "staying.json"
    staying.parent.mkdir(parents=True)
    staying.write_bytes(msgspec.json.encode(content))
    assert min(pruning._times(parent)) > 0
    monkeypatch.setattr(DynamicPruning, "_times", lambda self, network: (2.0, own_ms))
    for _ in range(2):
        pruning = pruning_in(tmp_path, parent)
        if own_ms > 2.0:
            with pytest.raises(DoesNotPay, match=r"takes 3\.00 ms .* 2\.00 ms without gates"):
                pruning.dynamic_point(0.3, quiet)
        else:
            point = pruning.dynamic_point(0.3, quiet)
            assert (point.milliseconds, point.parent_milliseconds) == (own_ms, 2.0)
            assert point.accuracy == pruning.network(0.3).manifest.accuracy[0].value
    found = pruning.network(0.3).manifest.pruned
    assert found is not None
    assert found == Pruned("lkam", found.macs, pruning.wiring.macs(), dynamic=True)
    graph = onnx.load(pruning.network(0.3).path).graph
    assert [node.op_type for node in graph.node].count("If") == GROUPS
    # The static way with the same gates has its own network.
    assert not (tmp_path / "clever" / "rate-30" / "network").exists()
