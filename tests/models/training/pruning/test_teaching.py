"""A network that is taught answers more like its teacher."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
import torch
from torch import nn

from models.training.batches import Batch
from models.training.loop import Objective, Plan, Trainer
from models.training.networks.detector import BOX, OBJECTNESS
from models.training.pruning.teaching import imitation, taught
from models.training.session import Course, objective
from tests.models.training.pruning.networks import lively
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


def _distance(module: nn.Module, teacher: nn.Module) -> float:
    pictures = torch.randn(4, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        one, other = module.eval()(pictures), teacher.eval()(pictures)
    columns = [*range(BOX.start, BOX.stop), OBJECTNESS]
    return float((one - other)[..., columns].abs().mean())
