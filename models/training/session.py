"""One training from the data to a finished network: what `train` and the recipe both do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import torch
from torch import Tensor, nn

from models.candidate import Candidate
from models.errors import InputError
from models.evaluation import LEAST_SCORE, average_precision, top1
from models.manifest import Accuracy, Manifest, Network
from models.predictor import Predictor
from models.training.batches import Batch, manifest_input, training_batch
from models.training.data import Data
from models.training.exporting import TorchEngine, decoder_section
from models.training.loop import CHECKPOINT, Objective, Plan, State, Trainer
from models.training.losses import classification_loss, detection_loss
from models.training.networks import FAMILIES
from models.training.networks.detector import Detector
from models.training.networks.family import Family
from models.training.rendered import Renders
from models.training.samples import Cached, Progress, cached
from models.training.starting import module_of, recentre, relabelled

_CLOSE_UPS = 0.2  # of a detector's training
_GENTLER = 0.5  # times the family's learning rate, for a network that has learned before
_STATISTICS = 8  # batches
_EVALUATIONS = 20
_FEW_EVALUATIONS = 4


@dataclass(frozen=True, slots=True)
class Course:
    """A family of that name to be trained on *data*; its samples are kept in *cache*."""

    family_name: str
    data: Data
    side: int
    cache: Path
    workers: int = 1

    @property
    def width(self) -> int:
        """Of the exported network's input, which is *side* high.

        A detector learns on squares and is exported for pictures as wide as cameras': a square
        would leave it a quarter of a 16:9 picture's pixels.
        """
        if self.family.task == "classify":
            return self.side
        stride = self.family.stride
        return round(self.side * 16 / 9 / stride) * stride

    @property
    def family(self) -> Family:
        found: Family = FAMILIES.load(self.family_name)
        return found


def plan_of(
    family: Family, steps: int | None = None, minutes: float | None = None, threads: int = 1
) -> Plan:
    """The family's own plan, or one of as many *steps* or *minutes*."""
    if steps is None and minutes is None:
        steps = family.steps
    # In a short training they would take much of the time.
    most = round(minutes / 2) if minutes is not None else (steps or family.steps) // 100
    evaluations = min(_EVALUATIONS, max(_FEW_EVALUATIONS, most))
    return Plan(
        learning_rate=family.learning_rate,
        steps=steps,
        minutes=minutes,
        batch=family.batch,
        threads=threads,
        low_precision=family.low_precision,
        evaluations=evaluations,
    )


def gentler(plan: Plan, start: Network) -> Plan:
    """*plan* for a network that begins with what *start* has learned."""
    return replace(plan, start=start.name, learning_rate=plan.learning_rate * _GENTLER)


def check_side(family: Family, side: int) -> None:
    """Raise InputError for an input that the family cannot have."""
    if side % family.stride or not family.stride * 2 <= side <= 1024:
        raise InputError(
            f"--size {side}: the sides of this family's input are multiples of {family.stride} "
            f"from {family.stride * 2} to 1024; its own is {family.side}"
        )


def prepare(course: Course, progress: Progress | None = None) -> None:
    """Make the samples to learn from, where they are not in the cache; `train` does it too."""
    cached(course.data.train, course.cache, course.workers, progress)


def train(
    course: Course,
    plan: Plan,
    folder: Path,
    progress: Callable[[State], None] = lambda state: None,
    start: Network | None = None,
) -> nn.Module:
    """Train in *folder*, or go on there; returns the network in its best state.

    *start*: a network of the same family, whose weights it starts with. Of other classes it
    brings all but what tells them apart. Raises KeyboardInterrupt with everything saved,
    InputError and SaccadeError.
    """
    check_side(course.family, course.side)
    if start:
        plan = gentler(plan, start)
    resumed = (folder / CHECKPOINT).exists()
    module = begin(course, plan, None if resumed else start)
    trainer = Trainer(module, objective(module, course, plan), plan, folder)
    trainer.run(progress)
    return trainer.best


def begin(course: Course, plan: Plan, start: Network | None) -> nn.Module:
    """The network that a training begins with: a new one, or one with the weights of *start*."""
    family, data = course.family, course.data
    # The same beginning every time.
    torch.manual_seed(plan.seed)
    if not start:
        return family.build(len(data.labels))
    module = relabelled(module_of(start, family), start.labels, family, data.labels)
    train_set = cached(data.train, course.cache, course.workers)
    recentre(
        module,
        (
            training_batch(train_set, plan.batch, plan.seed, step).images
            for step in range(_STATISTICS)
        ),
    )
    return module


def objective(module: nn.Module, course: Course, plan: Plan) -> Objective:
    """What *module* learns in that course."""
    family, data = course.family, course.data
    train_set = cached(data.train, course.cache, course.workers)
    validation = cached(data.validation, course.cache, course.workers)

    def batch(step: int, fraction: float) -> Batch:
        close = family.task == "detect" and not plan.start and fraction < _CLOSE_UPS
        return training_batch(train_set, plan.batch, plan.seed, step, close)

    return Objective(batch, _loss(module), _score(course, validation))


def describe(course: Course, name: str, threshold: float = 0.0) -> Manifest:
    """The manifest of a network of that course, without what is only known of its file."""
    family = course.family
    own = not isinstance(course.data.train, Renders)
    return Manifest(
        name=name,
        title=f"{family.title}: {len(course.data.labels)} classes, {course.width}×{course.side}",
        task=family.task,
        file=f"{name}.onnx",
        sha256="0" * 64,
        licence="your own" if own else "GPL-3.0-or-later",
        labels=course.data.labels,
        input=manifest_input(course.width, course.side),
        decoder=decoder_section(family.decoder, threshold),
    )


def measure(predictor: Predictor, samples: Cached, title: str) -> tuple[Accuracy, ...]:
    """The accuracy of *predictor* as a manifest states it, the first one the one that counts."""
    labels, count = predictor.network.labels, len(samples)

    def fact(metric: str, value: float) -> Accuracy:
        return Accuracy(metric, round(value, 4), title, "measured", count)  # type: ignore[arg-type]

    if predictor.network.manifest.task == "classify":
        return (fact("top1", top1(predictor, samples, labels)),)
    precision = average_precision(predictor, samples, labels)
    return fact("AP50", precision.ap50), fact("AP", precision.ap)


def _loss(module: nn.Module) -> Callable[[Tensor, Batch], Tensor]:
    if not isinstance(module, Detector):
        return lambda found, batch: classification_loss(found, batch.classes[:, 0])
    defaults = cache(module.defaults)

    def loss(found: Tensor, batch: Batch) -> Tensor:
        height, width = batch.images.shape[2:]
        return detection_loss(found, defaults(width, height), batch.boxes, batch.classes)

    return loss


def best_threshold(module: nn.Module, course: Course) -> float:
    """The score threshold of a detector, from the validation pictures; 0 for a classifier."""
    if course.family.task == "classify":
        return 0.0
    samples = cached(course.data.validation, course.cache, course.workers)
    with closing(_predictor(module, course)) as predictor:
        found = average_precision(predictor, samples, course.data.labels).threshold
    return 0.5 if found is None else found


def _score(course: Course, samples: Cached) -> Callable[[nn.Module], float]:
    def score(module: nn.Module) -> float:
        with closing(_predictor(module, course)) as predictor:
            return measure(predictor, samples, "")[0].value

    return score


def _predictor(module: nn.Module, course: Course) -> Predictor:
    """So that validation goes the way of every evaluation."""
    manifest = describe(course, course.family_name)
    network = Network(manifest, Path(manifest.file), course.data.labels)
    engine = TorchEngine(module, course.family.decoder, course.width, course.side)
    least = LEAST_SCORE if course.family.task == "detect" else 0.0
    return Predictor(network, engine, Candidate(network.name, "fp32", "torch"), least)
