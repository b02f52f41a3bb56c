"""Gates: open at first, learned under a price, and a slice where they are shut for good."""

from __future__ import annotations

import dataclasses
import json
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from torch import nn

from models.training.exporting import deviation, export
from models.training.loop import Plan, Trainer
from models.training.networks import FAMILIES
from models.training.pruning import utilisation
from models.training.pruning.gates import Schedule, needed, priced
from models.training.pruning.importance import spread
from models.training.pruning.lkam import Lkam, gated, gates_of, ungated
from models.training.pruning.slicing import scaled, sliced
from models.training.pruning.wiring import follow
from models.training.session import Course, objective
from tests.models.training.pruning.networks import lively
from tests.models.training.shapes import LABELS, shapes

SIDE = 64


def course(cache) -> Course:
    return Course("tiny-yolo", shapes(SIDE, 64), SIDE, cache)


def network(name: str = "tiny-yolo") -> nn.Module:
    return lively(FAMILIES.load(name).build(len(LABELS)))


def pictures(count: int = 4, seed: int = 0) -> torch.Tensor:
    return torch.randn(count, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(seed))


def computes(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return module.eval()(x)


def set_for_good(module: nn.Module, seed: int = 0) -> nn.Module:
    """The gated *module* with gates that no picture moves, about a third of them shut."""
    random = np.random.default_rng(seed)
    for gates in gates_of(module).values():
        nn.init.zeros_(gates.lkam.decide.weight)
        shut = random.random(len(gates.lkam.decide.bias)) < 0.35
        shut[0] = False
        gates.lkam.decide.bias.data = torch.from_numpy(np.where(shut, -9, 9).astype(np.float32))
    return module


def trained(cache, folder, steps: int = 40, rate: float = 0.9, price: float = 4.0, stop: int = 0):
    torch.manual_seed(1)
    plan = Plan(4e-3, steps=steps, batch=4, evaluations=2, patience=2, low_precision=False)
    plain = FAMILIES.load("tiny-yolo").build(len(LABELS))
    wiring = follow(plain, SIDE, SIDE)
    module = gated(plain, wiring)
    learned = priced(objective(module, course(cache), plan), module, wiring, rate, Schedule(price))
    trainer = Trainer(module, learned, plan, folder)

    def progress(state):
        if state.step == stop:
            raise KeyboardInterrupt

    trainer.run(progress)
    return trainer.last, wiring


def used(module: nn.Module) -> float:
    return float(torch.cat([gates.lkam.used for gates in gates_of(module).values()]).mean())


@pytest.mark.parametrize("name", FAMILIES.names())
def test_gates_change_nothing_at_first(name):
    module = network(name)
    made = gated(module, follow(module, SIDE, SIDE))
    for gates in gates_of(made).values():
        nn.init.normal_(gates.lkam.decide.weight, std=0.001)
    assert computes(made, pictures()).equal(computes(module, pictures()))
    assert computes(ungated(made), pictures()).equal(computes(module, pictures()))


def test_soft_gates_are_between_and_hard_ones_let_the_gradient_through():
    lkam = Lkam(3, 6).train()
    nn.init.normal_(lkam.decide.weight, std=3.0)
    soft = lkam(pictures())
    assert ((soft > 0) & (soft < 1)).all()
    lkam.hard = True
    hard = lkam(pictures())
    assert torch.allclose(hard, (soft > 0.5).float(), atol=1e-6)
    hard.sum().backward()
    assert lkam.decide.bias.grad.abs().min() > 0
    assert lkam.eval()(pictures()).unique().tolist() == [0.0, 1.0]


def test_the_average_may_come_before_the_second_convolution():
    lkam = Lkam(3, 6)
    seen = []
    lkam.decide.register_forward_hook(lambda _, inputs, z: seen.append(z))
    lkam(pictures())
    as_written = lkam.decide(torch.relu(lkam.look(pictures()))).mean((2, 3), keepdim=True)
    assert torch.allclose(seen[0], as_written, atol=1e-5)


def test_a_higher_price_shuts_more_gates(tmp_path):
    uses = [used(trained(tmp_path, tmp_path / str(price), price=price)[0]) for price in (0, 1, 8)]
    assert uses[0] > uses[1] > uses[2]
    assert uses[0] > 0.95
    assert uses[2] < 0.9


def test_no_price_is_asked_once_enough_is_saved(tmp_path):
    without = trained(tmp_path, tmp_path / "without", price=0.0)[0]
    enough = trained(tmp_path, tmp_path / "enough", price=8.0, rate=0.0)[0]
    assert used(enough) == used(without)


def test_interrupted_gates_go_on_as_if_never_interrupted(tmp_path):
    whole = trained(tmp_path, tmp_path / "whole", steps=10)[0]
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path, tmp_path / "parts", steps=10, stop=6)
    parts = trained(tmp_path, tmp_path / "parts", steps=10)[0]
    for one, other in zip(whole.state_dict().values(), parts.state_dict().values(), strict=True):
        assert one.equal(other)


@pytest.mark.parametrize("name", FAMILIES.names())
def test_with_gates_that_never_move_the_pruned_network_is_the_gated_one(name, tmp_path):
    module = network(name)
    data = dataclasses.replace(course(tmp_path), family_name=name)
    family, size = data.family, (data.width, data.side)
    wiring = follow(module, *size)
    made = set_for_good(gated(module, wiring))
    if name == "mobilenet":
        share_gates(made, wiring)
    found = utilisation.measure(made, [pictures()])
    shares = {name: each.used for name, each in found.items()}
    assert set(np.concatenate(list(shares.values())).tolist()) == {0.0, 1.0}
    kept = spread(wiring, shares) > 0.5
    pruned = sliced(scaled(ungated(made), shares), wiring, kept)
    assert (computes(pruned, pictures()) - computes(made, pictures())).abs().max() < 1e-5
    path = tmp_path / "pruned.onnx"
    export(pruned, family.decoder, *size, path)
    assert deviation(made, family.decoder, *size, path) < 1e-5
    assert wiring.saved(kept) > 0.3


def share_gates(module: nn.Module, wiring) -> None:
    """Kernels that a depthwise convolution has made one open and shut together."""
    gates, biases = gates_of(module), {}
    for layer in wiring.blocks:
        bias = gates[layer.name].lkam.decide.bias.data
        for index, number in enumerate(layer.outputs.tolist()):
            bias[index] = biases.setdefault(number, bias[index].clone())


def test_a_kernel_used_now_and_then_is_needed_and_one_hardly_used_is_not():
    module = network()
    wiring = follow(module, SIDE, SIDE)
    made = gated(module, wiring)
    first = wiring.blocks[0]
    made.get_submodule(first.name).lkam.used[:3] = torch.tensor((0.049, 0.051, 0.5))
    assert needed(made, wiring)[first.outputs[:4]].tolist() == [False, True, True, True]


def test_utilisation_is_kept_as_data_and_as_a_chart(tmp_path):
    module = network()
    wiring = follow(module, SIDE, SIDE)
    made = set_for_good(gated(module, wiring))
    found = utilisation.measure(made, [pictures(), pictures(seed=1)])
    utilisation.save(found, tmp_path)
    kept = json.loads((tmp_path / "utilisation.json").read_text())
    assert list(kept) == [layer.name for layer in wiring.blocks]
    assert kept["backbone.stem.0"]["used"] == found["backbone.stem.0"].used.tolist()
    chart = ElementTree.parse(tmp_path / "utilisation.svg").getroot()
    drawn = [each for each in chart.iter() if each.tag.endswith("polygon")]
    assert len(drawn) == len(wiring.blocks)
