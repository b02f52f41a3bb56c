"""One family's part of the study, step by step; what is done is not done again."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from torch import nn

from benchmarks.kept import kept
from benchmarks.networks.accuracy import SEEDS, scene
from benchmarks.networks.speed import milliseconds
from benchmarks.pruning.choosing import best_method, chosen
from benchmarks.pruning.figures import COMMAND, SCRATCH, Decided, FamilyStudy, Live, Row
from benchmarks.pruning.live import live_fps
from benchmarks.pruning.plans import Settings
from models.cost import cost
from models.image import Image
from models.manifest import MANIFEST, Network, load_network
from models.store import Store
from models.training.data import rendered
from models.training.loop import Plan, State, Trainer
from models.training.packing import pack
from models.training.pruning import importance
from models.training.pruning.dynamic_stages import DynamicPruning
from models.training.pruning.parent import accuracy_of
from models.training.pruning.points import CAREFUL, Method
from models.training.pruning.slicing import sliced
from models.training.pruning.stages import Order, Pruning
from models.training.pruning.teaching import taught
from models.training.pruning.wiring import follow
from models.training.quantising import quantised_pack
from models.training.samples import cached
from models.training.session import Course, begin, gentler, objective, plan_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trained:
    """The *networks* of a family, the original first, and those of them that are *shown* live."""

    networks: tuple[tuple[Row, Network], ...]
    shown: tuple[Network, ...]


class Study:
    """The part of *family_name*, in a folder of its own."""

    def __init__(self, family_name: str, settings: Settings) -> None:
        self._name, self._settings = family_name, settings
        self._plan = settings.plans[family_name]
        self._folder = settings.work / family_name
        self._parent = Store(settings.work / "none").get(f"{family_name}-labels")
        side = self._parent.manifest.input.height
        data = rendered(self._parent.manifest.task, side, settings.sizes)
        self._course = Course(family_name, data, side, settings.cache, settings.threads)

    def train(self) -> Trained:
        """Every network, or those that are missing. Raises SaccadeError."""
        plan = self._plan
        original = self._original()
        compared = [self._pruned(method) for method in ("lkam", "gamma", "taylor", "random")]
        winner = best_method([row for row, _ in compared])
        found = [original, *compared, self._scratch()]
        if plan.learning_rate > CAREFUL:
            found.append(self._trained_on())
        shown = [original, self._pruned(winner, longer=True)]
        found += shown[1:]
        for row, network in tuple(shown):
            made = self._eight_bits(network, row)
            found += made
            shown += made
        return Trained(tuple(found), tuple(network for _, network in shown))

    def run(self) -> FamilyStudy:
        """Everything, or what is missing; what is timed wants a quiet machine."""
        trained = self.train()
        rows = [row for row, _ in trained.networks]
        return FamilyStudy(
            family=self._name,
            rows=tuple(rows),
            chosen=chosen(rows).name,
            milliseconds=kept(
                self._folder / "milliseconds.json",
                dict[str, dict[str, float | None]],
                COMMAND,
                lambda: _times([network for _, network in trained.networks]),
            ),
            live=kept(self._folder / "live.json", Live, COMMAND, lambda: self._live(trained.shown)),
            utilisation=self._utilisation(),
            dynamic=kept(
                self._folder / "dynamic.json", tuple[Decided, ...], COMMAND, self._dynamic
            ),
        )

    def _live(self, networks: Sequence[Network]) -> Live:
        settings = self._settings
        folder = self._folder / "live"
        return Live(live_fps(networks, folder, settings.live_s, settings.rounds))

    def _original(self) -> tuple[Row, Network]:
        accuracy = kept(
            self._folder / "original.json",
            float,
            COMMAND,
            lambda: accuracy_of(self._parent, self._course),
        )
        return self._row(self._parent, "original", accuracy), self._parent

    def _pruned(self, method: Method, longer: bool = False) -> tuple[Row, Network]:
        rate, order = self._plan.rate, self._order(method, longer)
        folder = f"{method}-longer" if longer else method
        name = f"{self._name}-{folder}-{rate * 100:g}"
        pruning = Pruning(order, self._course, name, self._folder / folder)
        point = pruning.point(rate, _Teller(name))
        network = pruning.network(rate)
        return self._row(network, method, None, rate, order.steps, point.untuned), network

    def _order(self, method: Method, longer: bool = False) -> Order:
        plan, settings = self._plan, self._settings
        return Order(
            self._parent,
            method,
            (plan.rate,),
            steps=plan.longer if longer else plan.steps,
            learning_rate=plan.learning_rate if longer else CAREFUL,
            seed=settings.seed,
            threads=settings.threads,
        )

    def _scratch(self) -> tuple[Row, Network]:
        """A new network with the same share of each layer, trained from nothing."""
        course, rate, steps = self._course, self._plan.rate, SCRATCH * self._plan.steps
        plan = self._training(steps)
        whole = begin(course, plan, None)
        wiring = follow(whole, course.width, course.side)
        left = importance.select(wiring, importance.at_random(wiring, plan.seed), rate)
        network = self._taught(sliced(whole, wiring, left), plan, "scratch")
        return self._row(network, "scratch", rate=rate, steps=steps), network

    def _trained_on(self) -> tuple[Row, Network]:
        """The whole network, trained on like the pruned one that is trained for longer."""
        steps = self._plan.longer
        plan = gentler(self._training(steps), self._parent)
        pace = self._plan.learning_rate * self._course.family.learning_rate
        module = begin(self._course, plan, self._parent)
        network = self._taught(module, replace(plan, learning_rate=pace), "trained-on")
        return self._row(network, "trained on", steps=steps), network

    def _training(self, steps: int) -> Plan:
        settings = self._settings
        plan = plan_of(self._course.family, steps, threads=settings.threads)
        return replace(plan, seed=settings.seed)

    def _taught(self, module: nn.Module, plan: Plan, what: str) -> Network:
        """*module*, trained and, like the pruned networks, taught by the original."""
        course, folder, name = self._course, self._folder / what, f"{self._name}-{what}"
        if not (folder / "network" / MANIFEST).exists():
            learned = taught(
                objective(module, course, plan),
                begin(course, plan, self._parent),
                plan.low_precision,
            )
            trainer, teller = Trainer(module, learned, plan, folder / "training"), _Teller(name)
            trainer.run(lambda state: teller("training", state))
            tests = cached(course.data.test, course.cache, course.workers)
            pack(trainer.best, course, tests, name, folder / "network")
        return load_network(folder / "network" / MANIFEST)

    def _eight_bits(self, network: Network, like: Row) -> list[tuple[Row, Network]]:
        """The network in 8 bits; nothing where that does not pay."""
        folder, course = self._folder / "int8" / network.name, self._course
        if not (folder / MANIFEST).exists():
            tests = cached(course.data.test, course.cache, course.workers)
            samples = cached(course.data.train, course.cache, course.workers)
            if quantised_pack(network, samples, tests, course.data.title, folder) is None:
                return []
        made = load_network(folder / MANIFEST)
        return [(self._row(made, like.method, rate=like.rate, steps=like.steps), made)]

    def _row(
        self,
        network: Network,
        method: str,
        accuracy: float | None = None,
        rate: float | None = None,
        steps: int | None = None,
        untuned: float | None = None,
    ) -> Row:
        size = network.manifest.input
        price = cost(network.path, size.width, size.height)
        return Row(
            name=network.name,
            method=method,
            precision=network.manifest.precision,
            rate=rate,
            steps=steps,
            macs=price.macs,
            parameters=price.parameters,
            bytes=network.path.stat().st_size,
            untuned=untuned,
            accuracy=network.manifest.accuracy[0].value if accuracy is None else accuracy,
        )

    def _dynamic(self) -> tuple[Decided, ...]:
        """What LKAM's gates would save if they stayed, on this machine."""
        rate, name = self._plan.rate, f"{self._name}-lkam"
        pruning = DynamicPruning(self._order("lkam"), self._course, name, self._folder / "lkam")
        return tuple(
            Decided(layer=each.name, needed=each.needed, pays_below=each.break_even.utilisation)
            for each in pruning.verdicts(rate, _Teller(name))
        )

    def _utilisation(self) -> dict[str, tuple[float, ...]]:
        path = self._folder / "lkam" / f"rate-{self._plan.rate * 100:g}"
        layers = json.loads((path / "utilisation.json").read_bytes())
        return {name: tuple(each["used"]) for name, each in layers.items()}


def _times(networks: Sequence[Network]) -> dict[str, dict[str, float | None]]:
    return milliseconds(networks, [_picture()] * len(networks))


def _picture() -> Image:
    """What a camera of 1280×720 shows."""
    image = np.empty((720, 1280, 3), np.uint8)
    scene(SEEDS[0]).render(0.0, image)
    return image


class _Teller:
    """A line in the log every minute, with the time that is left."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._told = 0.0

    def __call__(self, stage: str, state: State) -> None:
        if time.monotonic() - self._told < 60 and state.fraction < 1:
            return
        self._told = time.monotonic()
        log.info(
            "%s, %s: %.0f %%, %.0f minutes left, loss %.2f, scores %s",
            self._name,
            stage,
            state.fraction * 100,
            (state.seconds_left or 0) / 60,
            state.loss,
            " ".join(f"{each.score * 100:.1f}" for each in state.history),
        )
