from __future__ import annotations

import copy
import dataclasses

import msgspec
import numpy as np
import pytest
import torch
from torch import nn

from models.errors import InputError
from models.manifest import Network, sha256_of
from models.training.exporting import deviation, export
from models.training.loop import HISTORY
from models.training.networks import FAMILIES
from models.training.packing import pack
from models.training.samples import cached
from models.training.session import Course, describe, plan_of, train
from models.training.starting import module_of, recentre, relabelled
from tests.models.training.shapes import LABELS, shapes


def trained_looking(family_name: str, classes: int = 3) -> nn.Module:
    """A network whose batch-norms all differ, as training leaves them."""
    torch.manual_seed(3)
    module = FAMILIES.load(family_name).build(classes)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.normal_(layer.bias, std=0.3)
            nn.init.normal_(layer.running_mean, std=0.3)
            nn.init.uniform_(layer.running_var, 0.5, 2)
    return module.eval()


def exported(family_name: str, folder, side: int = 64, labels=LABELS) -> Network:
    family = FAMILIES.load(family_name)
    data = dataclasses.replace(shapes(side), labels=tuple(labels))
    course = Course(family_name, data, side, folder)
    manifest = describe(course, family_name)
    path = folder / manifest.file
    module = trained_looking(family_name, len(labels))
    export(module, family.decoder, course.width, course.side, path)
    return Network(manifest, path, tuple(labels))


def images(count: int = 4, side: int = 64) -> torch.Tensor:
    noise = np.random.default_rng(0).normal(size=(count, 3, side, side))
    return torch.from_numpy(noise.astype(np.float32))


def computes(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        found: torch.Tensor = module.eval()(x)
    return found


def while_training(module: nn.Module) -> torch.Tensor:
    """What it computes with each batch's own statistics, which go on to count as before."""
    with torch.no_grad():
        found: torch.Tensor = copy.deepcopy(module).train()(images())
    return found


@pytest.mark.parametrize("name", FAMILIES.names())
def test_exported_and_loaded_and_exported_again_is_the_same(name, tmp_path):
    family, network = FAMILIES.load(name), exported(name, tmp_path)
    module = module_of(network, family)
    whole = computes(trained_looking(name), images())
    assert torch.allclose(computes(module, images()), whole, atol=1e-4, rtol=1e-4)
    recentre(module, [images()])
    size = network.manifest.input
    export(module, family.decoder, size.width, size.height, tmp_path / "again.onnx")
    first = deviation(trained_looking(name), family.decoder, size.width, size.height, network.path)
    again = deviation(module, family.decoder, size.width, size.height, network.path)
    assert first <= 1e-4
    assert again <= 1e-4
    assert sha256_of(tmp_path / "again.onnx") != sha256_of(network.path)


@pytest.mark.parametrize("name", ["pva-ssd", "mobilenet"])
def test_recentred_a_network_computes_the_same_while_it_trains(name, tmp_path):
    module = module_of(exported(name, tmp_path), FAMILIES.load(name))
    expected = computes(module, images())
    before = while_training(module)
    recentre(module, [images()])
    assert torch.allclose(computes(module, images()), expected, atol=1e-4, rtol=1e-3)
    after = while_training(module)
    assert (after - expected).abs().max() < 1e-2 < (before - expected).abs().max()


@pytest.mark.parametrize("name", ["vgg-ssd", "nin", "squeezenet"])
def test_of_other_classes_all_is_kept_but_what_tells_them_apart(name):
    family = FAMILIES.load(name)
    old = trained_looking(name)
    new = relabelled(old, ("a", "b", "c"), family, ("c", "d", "a", "e"))
    before, after = computes(old, images()), computes(new, images())
    first = before.shape[-1] - 3
    assert after.shape[-1] == first + 4
    assert torch.allclose(after[..., :first], before[..., :first], atol=1e-5)
    assert torch.allclose(after[..., first + 0], before[..., first + 2], atol=1e-5)
    assert torch.allclose(after[..., first + 2], before[..., first + 0], atol=1e-5)
    for new_class in (1, 3):
        for old_class in range(3):
            assert not torch.allclose(after[..., first + new_class], before[..., old_class])


def test_the_same_classes_need_no_other_network():
    old = trained_looking("nin")
    assert relabelled(old, LABELS, FAMILIES.load("nin"), LABELS) is old


def test_a_network_of_another_family_is_refused(tmp_path):
    network = exported("tiny-yolo", tmp_path)
    for other in ("vgg-ssd", "pva-ssd", "nin"):
        with pytest.raises(InputError, match=r"'tiny-yolo': is no .*, small"):
            module_of(network, FAMILIES.load(other))


def test_8_bit_weights_are_refused(tmp_path):
    network = exported("nin", tmp_path)
    manifest = msgspec.structs.replace(network.manifest, precision="int8", parent="nin-labels")
    small = Network(manifest, network.path, network.labels)
    with pytest.raises(InputError, match=r"its weights are int8.*take 'nin-labels'"):
        module_of(small, FAMILIES.load("nin"))


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A network that knows shapes, and where its samples are."""
    work = tmp_path_factory.mktemp("learned")
    course = Course("tiny-yolo", shapes(), 128, work)
    module = train(course, plan_of(course.family, steps=120), work / "run")
    tests = cached(course.data.test, work)
    return pack(module, course, tests, "shapes", work / "shapes"), course, work


def test_training_on_never_ends_worse(learned, tmp_path):
    network, course, _ = learned
    # A rate that unlearns everything.
    plan = dataclasses.replace(plan_of(course.family, steps=4), learning_rate=5.0)
    told = []
    train(course, plan, tmp_path / "run", told.append, start=network)
    history = told[-1].history
    assert (history[0].step, history[0].loss) == (0, None)
    assert history[0].score > 0.5 > history[-1].score
    module = train(course, plan, tmp_path / "run", start=network)
    size = network.manifest.input
    assert deviation(module, "yolo", size.width, size.height, network.path) <= 1e-4
    assert (tmp_path / "run" / HISTORY).exists()


def test_what_was_learned_before_helps_with_other_classes(learned, tmp_path):
    network, course, _ = learned
    few = dataclasses.replace(
        course, data=dataclasses.replace(shapes(count=64), labels=("x", "y", "z"))
    )
    scores = []
    for folder, start in ((tmp_path / "nothing", None), (tmp_path / "before", network)):
        told = []
        train(few, plan_of(course.family, steps=12), folder, told.append, start=start)
        scores.append(max(evaluation.score for evaluation in told[-1].history))
    assert scores[1] > scores[0] + 0.3


def test_a_checkpoint_of_another_start_is_refused(learned, tmp_path):
    network, course, _ = learned
    train(course, plan_of(course.family, steps=1), tmp_path / "run")
    with pytest.raises(InputError, match="a training that started from nothing; remove it"):
        train(course, plan_of(course.family, steps=2), tmp_path / "run", start=network)
