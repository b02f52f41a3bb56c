"""A network that is taught answers more like its teacher."""

from __future__ import annotations

import copy
from contextlib import nullcontext
from dataclasses import replace

import pytest
import torch
from torch import nn

from models.training.batches import Batch, training_batch
from models.training.loop import Objective, Plan, Trainer
from models.training.networks.detector import BOX, OBJECTNESS
from models.training.pruning.slicing import sliced
from models.training.pruning.teaching import Likeness, imitation, taught
from models.training.pruning.wiring import follow
from models.training.samples import cached
from models.training.session import Course, objective
from models.training.starting import recentre
from tests.models.training.pruning.networks import half_gone, lively
from tests.models.training.shapes import LABELS, shapes

SIDE = 64


def found(objectness: float, box: float = 0.0, first: float = 0.0) -> torch.Tensor:
    """One default box of two classes."""
    return torch.tensor([[[box, 0.0, 0.0, 0.0, objectness, first, 0.0]]])


def test_nothing_is_nearer_to_the_teacher_than_the_teacher() -> None:
    wanted = found(2.0, 0.5, 1.0)
    least = imitation(wanted, wanted)
    for other in (found(0.0, 0.5, 1.0), found(2.0, -0.5, 1.0), found(2.0, 0.5, -1.0)):
        assert imitation(other, wanted) > least


def test_where_the_teacher_sees_nothing_boxes_and_classes_do_not_matter() -> None:
    nothing = found(-12.0, 0.5, 1.0)
    assert imitation(found(-12.0, -3.0, -4.0), nothing) == pytest.approx(
        float(imitation(nothing, nothing)), abs=1e-3
    )
    # What the pupil alone takes for something counts.
    assert imitation(found(4.0, 0.5, 1.0), nothing) > 1


def test_a_classifier_is_taught_by_the_teachers_classes() -> None:
    torch.manual_seed(0)
    teacher = nn.Sequential(nn.Flatten(), nn.Linear(12, 3))
    batch = Batch(torch.randn(4, 3, 2, 2), torch.zeros(4, 0, 4), torch.zeros(4, 1, dtype=torch.int))
    plain = Objective(lambda *_: batch, lambda found, _: found.sum() * 0, lambda _: 0.0)
    learned = taught(plain, teacher, low_precision=False)
    with torch.no_grad():
        same = teacher(batch.images)
    assert float(learned.loss(same, batch)) == pytest.approx(0, abs=1e-6)
    assert float(learned.loss(-same, batch)) > 0.01


def test_a_pupil_comes_nearer(tmp_path) -> None:
    torch.manual_seed(0)
    course = Course("tiny-yolo", shapes(SIDE, 64), SIDE, tmp_path / "samples")
    teacher = lively(course.family.build(len(LABELS))).eval()
    pupil = copy.deepcopy(teacher)
    with torch.no_grad():
        for parameter in pupil.parameters():
            parameter.add_(0.05 * parameter.std().nan_to_num() * torch.randn_like(parameter))
    before = _distance(pupil, teacher)
    plan = Plan(1e-3, steps=30, batch=4, evaluations=1, low_precision=False)
    # The teacher has learned nothing, so the truths would lead away from it.
    plain = replace(objective(pupil, course, plan), loss=lambda found, _: found.sum() * 0)
    learned = taught(plain, teacher, low_precision=False)
    trainer = Trainer(pupil, learned, plan, tmp_path / "training")
    trainer.run()
    assert _distance(trainer.last, teacher) < before


@pytest.fixture
def slice_of(tmp_path):
    """What a teacher learns from, the teacher, its wiring, a slice of it, and what it has left."""
    course = Course("vgg-ssd", shapes(SIDE, 64), SIDE, tmp_path / "samples")
    teacher = lively(course.family.build(len(LABELS)))
    recentre(teacher, _pictures(course, range(8)))
    wiring = follow(teacher, SIDE, SIDE)
    kept = half_gone(wiring)
    return course, teacher, wiring, sliced(teacher, wiring, kept), kept


def test_maps_are_most_like_their_own(slice_of) -> None:
    course, teacher, wiring, cut, kept = slice_of
    assert _unlike(course, teacher, wiring, teacher, wiring.all) == 0
    # What is left has its own maps, and misses only what was lost before them.
    assert 0 < _unlike(course, teacher, wiring, cut, kept) < 3
    assert not any(module._forward_hooks for module in cut.modules())


def test_maps_come_nearer_than_answers_alone_bring_them(slice_of, tmp_path) -> None:
    course, teacher, wiring, cut, kept = slice_of
    plan = Plan(1e-3, steps=40, batch=8, evaluations=1, low_precision=False, start="teacher")

    def after(likeness: Likeness | None) -> float:
        pupil, folder = copy.deepcopy(cut), tmp_path / str(bool(likeness))
        plain = replace(objective(pupil, course, plan), loss=lambda found, _: found.sum() * 0)
        trainer = Trainer(pupil, taught(plain, teacher, False, likeness), plan, folder)
        with likeness.watching(pupil) if likeness else nullcontext():
            trainer.run()
        return _unlike(course, teacher, wiring, trainer.last, kept)

    found = after(Likeness(wiring, kept))
    assert found < _unlike(course, teacher, wiring, cut, kept)
    assert found < 0.8 * after(None)


def _pictures(course, steps):
    samples = cached(course.data.train, course.cache)
    return [training_batch(samples, 8, 1, step).images for step in steps]


def _unlike(course, teacher, wiring, pupil, kept) -> float:
    likeness, other = Likeness(wiring, kept), copy.deepcopy(teacher).eval()
    likeness.follow(other)
    (pictures,) = _pictures(course, [99])
    with torch.no_grad(), likeness.watching(pupil):
        other(pictures)
        pupil.eval()(pictures)
    return float(likeness.loss())


def _distance(module: nn.Module, teacher: nn.Module) -> float:
    pictures = torch.randn(4, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        one, other = module.eval()(pictures), teacher.eval()(pictures)
    columns = [*range(BOX.start, BOX.stop), OBJECTNESS]
    return float((one - other)[..., columns].abs().mean())
