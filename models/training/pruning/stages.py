"""Pruning a network, rate by rate: gates, slicing, training on, measuring.

    <folder>/order.json           what is being done; another order finds no use for the folder
    <folder>/rate-30/gates/       the training of the gates (LKAM), and their utilisation
    <folder>/rate-30/sliced.pt    what is left of the network, before it learns again
    <folder>/rate-30/tuned/       the training that follows, in which the whole network teaches
    <folder>/rate-30/network/     the finished network
    <folder>/rate-30/point.json   its figures: the rate is done

Every step finds what those before it left, so an interruption costs a minute of training at most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import msgspec
import torch
from torch import Tensor, nn

from models.cost import cost
from models.errors import InputError
from models.manifest import MANIFEST, Network, Pruned, load_network
from models.training import checkpoint
from models.training.batches import Batch, collate
from models.training.exporting import export
from models.training.loop import CHECKPOINT, Objective, Plan, State, Trainer
from models.training.packing import finish
from models.training.pruning import importance, utilisation
from models.training.pruning.gates import priced
from models.training.pruning.lkam import gated, ungated
from models.training.pruning.points import CAREFUL, Method, Point
from models.training.pruning.reconstructing import reconstructed
from models.training.pruning.slicing import scaled, sliced
from models.training.pruning.teaching import Likeness, taught
from models.training.pruning.wiring import Kept, Wiring, follow
from models.training.samples import cached
from models.training.session import (
    Course,
    begin,
    best_threshold,
    describe,
    gentler,
    objective,
    plan_of,
)

log = logging.getLogger(__name__)

_GATES = 0.4  # of a rate's time
_EXAMINED = 32  # batches, over which kernels' effects are added up, and layers fitted anew
_PROFILED = 16  # pictures in a batch when utilisation is measured


@dataclass(frozen=True, slots=True)
class Order:
    """What shall be pruned how: *rates* are shares of the operations, in rising order.

    *minutes* of training, or *steps* of it, for each rate. *learning_rate*: times the family's;
    above `CAREFUL` the network may learn more than the original knows.
    """

    parent: Network
    method: Method
    rates: tuple[float, ...]
    minutes: float | None = None
    steps: int | None = None
    learning_rate: float = CAREFUL
    seed: int = 1
    threads: int = 1


Progress = Callable[[str, State], None]


class Pruning:
    """One order in *folder*; a second one with the same order goes on where the first stopped."""

    def __init__(self, order: Order, course: Course, name: str, folder: Path) -> None:
        self._order, self._course, self._name, self._folder = order, course, name, folder
        _claim(order, folder)
        plan = plan_of(course.family, order.steps, order.minutes, order.threads)
        self._plan = gentler(replace(plan, seed=order.seed), order.parent)

    @cached_property
    def _original(self) -> nn.Module:
        return begin(self._course, self._plan, self._order.parent).eval()

    @cached_property
    def wiring(self) -> Wiring:
        """Of the network that is pruned. Raises InputError where nothing of it can go."""
        wiring = follow(self._original, self._course.width, self._course.side)
        for layer, why in wiring.left_alone.items():
            log.debug("%s keeps all its kernels: %s", layer, why)
        return wiring

    @cached_property
    def _learned(self) -> Objective:
        """What the original learns, as does whatever is left of it."""
        return objective(self._original, self._course, self._plan)

    @cached_property
    def _examined(self) -> list[Batch]:
        return [self._learned.batch(step, 0.0) for step in range(_EXAMINED)]

    def point(self, rate: float, progress: Progress) -> Point:
        """The figures of the network pruned by *rate*, made if it is not there.

        For gates the rates must be asked for in their order: each goes on from the one before.
        Raises KeyboardInterrupt with everything saved, InputError and SaccadeError.
        """
        folder = self._stage(rate)
        folder.mkdir(parents=True, exist_ok=True)
        done = folder / "point.json"
        if done.exists():
            return msgspec.json.decode(done.read_bytes(), type=Point)
        module, kept = self._sliced(rate, folder, progress)
        title = f"{rate:.0%}: training"
        module, history = self._tuned(module, kept, folder / "tuned", title, progress)
        found = self._packed(module, rate, history, folder / "network")
        checkpoint.write(done, msgspec.json.encode(found))
        return found

    def network(self, rate: float) -> Network:
        """The finished network of a rate that is done."""
        return load_network(self._stage(rate) / "network" / MANIFEST)

    def _stage(self, rate: float) -> Path:
        return self._folder / f"rate-{rate * 100:g}"

    def _sliced(self, rate: float, folder: Path, progress: Progress) -> tuple[nn.Module, Kept]:
        path = folder / "sliced.pt"
        if not path.exists():
            module, kept = self._selected(rate, folder, progress)
            made = sliced(module, self.wiring, kept)
            made = reconstructed(
                made, module, self.wiring, kept, self._learned.loss, self._examined
            )
            content = {"kept": torch.from_numpy(kept), "weights": made.state_dict()}
            checkpoint.save(path, content)
            return made, kept
        state = checkpoint.load(path)
        kept = state["kept"].numpy()
        made = sliced(self._original, self.wiring, kept)
        made.load_state_dict(state["weights"])
        return made, kept

    def _selected(self, rate: float, folder: Path, progress: Progress) -> tuple[nn.Module, Kept]:
        """The network that is to be sliced, and the kernels that stay."""
        wiring, module = self.wiring, self._original
        if self._order.method == "lkam":
            module = self._gated(rate, folder / "gates", progress)
            found = utilisation.measure(module, self._pictures())
            utilisation.save(found, folder)
            used = importance.by_use(wiring, found)
            module = scaled(ungated(module), {name: each.used for name, each in found.items()})
        elif self._order.method == "gamma":
            used = importance.by_gamma(wiring, module)
        elif self._order.method == "taylor":
            used = importance.by_taylor(wiring, module, self._learned.loss, self._examined)
        else:
            used = importance.at_random(wiring, self._order.seed)
        return module, importance.select(wiring, used, rate)

    def _gated(self, rate: float, folder: Path, progress: Progress) -> nn.Module:
        torch.manual_seed(self._order.seed)
        module = gated(self._original, self.wiring)
        before = [each for each in self._order.rates if each < rate]
        if before:
            last = checkpoint.load(self._stage(before[-1]) / "gates" / CHECKPOINT)
            module.load_state_dict(last["average"])
        learned = priced(self._learned, module, self.wiring, rate)
        # To the end whatever the score is, which falls as gates close.
        share = _part(self._plan, _GATES)
        plan = replace(share, start=None, evaluations=2, patience=2)
        trainer = Trainer(module, learned, plan, folder)
        trainer.run(lambda state: progress(f"{rate:.0%}: gates", state))
        return trainer.last

    def _pictures(self) -> Iterator[Tensor]:
        """Those that steer the training, in batches."""
        course = self._course
        samples = cached(course.data.validation, course.cache, course.workers)
        for start in range(0, len(samples), _PROFILED):
            end = min(start + _PROFILED, len(samples))
            yield collate([samples[number] for number in range(start, end)]).images

    def _tuned(
        self, module: nn.Module, kept: Kept | None, folder: Path, title: str, progress: Progress
    ) -> tuple[nn.Module, tuple[float, float]]:
        """The network after its training, and its scores before and after.

        *kept*: what it has left of the original's kernels, None where it has all.
        """
        share = 1 - _GATES if self._order.method == "lkam" else 1.0
        plan = _part(self._plan, share)
        pace = self._order.learning_rate
        plan = replace(plan, learning_rate=pace * self._course.family.learning_rate)
        # Gated layers have no maps of their own, and what shall learn more needs others.
        likeness = Likeness(self.wiring, kept) if kept is not None and pace <= CAREFUL else None
        learned = taught(self._learned, self._original, plan.low_precision, likeness)
        trainer = Trainer(module, learned, plan, folder)
        with likeness.watching(module) if likeness else nullcontext():
            history = trainer.run(lambda state: progress(title, state)).history
        return trainer.best, (history[0].score, max(each.score for each in history))

    def _packed(
        self, module: nn.Module, rate: float, scores: tuple[float, float], folder: Path
    ) -> Point:
        course = self._course
        macs, before = follow(module, course.width, course.side).macs(), self.wiring.macs()

        def put(file: Path) -> None:
            export(module, course.family.decoder, course.width, course.side, file)

        title = f"pruned by {1 - macs / before:.0%}"
        pruned = Pruned(self._order.method, macs, before)
        network = self._finished(module, title, pruned, put, folder)
        price = cost(network.path, course.width, course.side)
        return Point(
            rate=rate,
            kept=macs / before,
            macs=price.macs,
            parameters=price.parameters,
            bytes=network.path.stat().st_size,
            untuned=scores[0],
            tuned=scores[1],
            accuracy=network.manifest.accuracy[0].value,
        )

    def _finished(
        self,
        module: nn.Module,
        title: str,
        pruned: Pruned,
        put: Callable[[Path], None],
        folder: Path,
    ) -> Network:
        """The network that *put* writes, checked and measured, with the parent's manifest."""
        course, parent = self._course, self._order.parent
        manifest = msgspec.structs.replace(
            describe(course, self._name, best_threshold(module, course)),
            title=f"{parent.manifest.title}, {title}",
            licence=parent.manifest.licence,
            parent=parent.name,
            pruned=pruned,
        )
        tests = cached(course.data.test, course.cache, course.workers)
        return finish(manifest, put, tests, course.data.title, folder)


def _part(plan: Plan, share: float) -> Plan:
    """As long as that *share* of the plan."""
    steps = None if plan.steps is None else max(1, round(plan.steps * share))
    return replace(
        plan, steps=steps, minutes=None if plan.minutes is None else plan.minutes * share
    )


def _claim(order: Order, folder: Path) -> None:
    """Make *folder* the order's. Raises InputError where it is another's."""
    own = {
        "parent": order.parent.manifest.sha256,
        "method": order.method,
        "rates": list(order.rates),
        "minutes": order.minutes,
        "steps": order.steps,
        "learning_rate": order.learning_rate,
        "seed": order.seed,
    }
    path = folder / "order.json"
    try:
        found = msgspec.json.decode(path.read_bytes())
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        checkpoint.write(path, msgspec.json.encode(own))
        return
    except (OSError, msgspec.DecodeError) as error:
        raise InputError(f"{path}: cannot be read; remove {folder} to begin anew") from error
    if found != own:
        raise InputError(
            f"{folder}: has another pruning, of another method, other rates, minutes or "
            f"another network; remove it to begin anew, or choose another --out"
        )
