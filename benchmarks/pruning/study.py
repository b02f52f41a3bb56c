"""One family's part of the study, step by step; what is done is not done again."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks.kept import kept
from benchmarks.networks.accuracy import SEEDS, scene
from benchmarks.networks.speed import milliseconds
from benchmarks.pruning.figures import COMMAND, MOST_LOST, SCRATCH, Decided, FamilyStudy, Live, Row
from benchmarks.pruning.live import live_fps
from models.cost import cost
from models.image import Image
from models.manifest import MANIFEST, Network, load_network
from models.store import Store
from models.training.data import Sizes, rendered
from models.training.loop import State, Trainer
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
from models.training.session import Course, begin, objective, plan_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """The *rates*, of which all methods are *compared* at one; *steps* of training for a network.

    What wins the comparison is trained at every rate for *further* times as many steps, since that
    is what one would do with it; these networks are quantised and shown live.

    *learning_rates*: of the families that are not trained on with care, as they can still learn.
    *cache*: where the samples are. *live_s*: the length of one run of the application; *rounds*
    of them, in which the networks take turns.
    """

    work: Path
    cache: Path
    steps: Mapping[str, int]
    learning_rates: Mapping[str, float] = field(default_factory=dict)
    rates: tuple[float, ...] = (0.2, 0.3)
    compared: float = 0.3
    further: int = 6
    seed: int = 1
    threads: int = 1
    sizes: Sizes | None = None
    live_s: float = 10.0
    rounds: int = 5


class Study:
    """The part of *family_name*, in a folder of its own."""

    def __init__(self, family_name: str, settings: Settings) -> None:
        self._name, self._settings = family_name, settings
        self._folder = settings.work / family_name
        self._parent = Store(settings.work / "none").get(f"{family_name}-labels")
        side = self._parent.manifest.input.height
        data = rendered(self._parent.manifest.task, side, settings.sizes)
        self._course = Course(family_name, data, side, settings.cache, settings.threads)

    def run(self) -> FamilyStudy:
        """Everything, or what is missing. Raises SaccadeError."""
        settings = self._settings
        found = [self._original()]
        found += self._pruned("lkam", settings.rates)
        for method in ("gamma", "taylor", "random"):
            found += self._pruned(method, (settings.compared,))
        winner = best_method([row for row, _ in found], settings.compared)
        found.append(self._scratch())
        shown = [found[0], *self._pruned(winner, settings.rates, settings.further)]
        found += shown[1:]
        for row, network in tuple(shown):
            made = self._eight_bits(network, row)
            found += made
            shown += made
        return FamilyStudy(
            family=self._name,
            rows=tuple(row for row, _ in found),
            chosen=chosen([row for row, _ in found]).name,
            milliseconds=kept(
                self._folder / "milliseconds.json",
                dict[str, dict[str, float | None]],
                COMMAND,
                lambda: _times([network for _, network in found]),
            ),
            live=kept(
                self._folder / "live.json",
                Live,
                COMMAND,
                lambda: self._live([network for _, network in shown]),
            ),
            utilisation=self._utilisation(),
            dynamic=kept(
                self._folder / "dynamic.json", tuple[Decided, ...], COMMAND, self._dynamic
            ),
        )

    @property
    def _steps(self) -> int:
        return self._settings.steps[self._name]

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

    def _pruned(
        self, method: Method, rates: tuple[float, ...], further: int = 1
    ) -> list[tuple[Row, Network]]:
        made, steps = [], self._steps * further
        suffix = "-further" if further > 1 else ""
        for rate in rates:
            # LKAM's gates of a rate go on from those of the one before.
            folder = method + suffix + ("" if method == "lkam" else f"-{rate * 100:g}")
            order = self._order(method, further, None if method == "lkam" else rate)
            name = f"{self._name}-{method}-{rate * 100:g}{suffix}"
            pruning = Pruning(order, self._course, name, self._folder / folder)
            point = pruning.point(rate, _Teller(name))
            network = pruning.network(rate)
            row = self._row(network, method, None, rate, steps, point.untuned)
            made.append((row, network))
        return made

    def _order(self, method: Method, further: int = 1, rate: float | None = None) -> Order:
        """For *rate*, or for all of them, one after the other."""
        settings = self._settings
        rates = settings.rates if rate is None else (rate,)
        steps = self._steps * further
        return Order(
            self._parent,
            method,
            rates,
            steps=steps,
            learning_rate=settings.learning_rates.get(self._name, CAREFUL),
            seed=settings.seed,
            threads=settings.threads,
        )

    def _scratch(self) -> tuple[Row, Network]:
        """A new network with the same share of each layer, trained from nothing."""
        course, settings, steps = self._course, self._settings, SCRATCH * self._steps
        rate, folder = settings.compared, self._folder / "scratch"
        name = f"{self._name}-scratch-{rate * 100:g}"
        if not (folder / "network" / MANIFEST).exists():
            plan = replace(
                plan_of(course.family, steps, threads=settings.threads), seed=settings.seed
            )
            whole = begin(course, plan, None)
            wiring = follow(whole, course.width, course.side)
            left = importance.select(wiring, importance.at_random(wiring, settings.seed), rate)
            module = sliced(whole, wiring, left)
            # Like the pruned ones it is taught by the original.
            learned = taught(
                objective(module, course, plan),
                begin(course, plan, self._parent),
                plan.low_precision,
            )
            trainer = Trainer(module, learned, plan, folder / "training")
            teller = _Teller(name)
            trainer.run(lambda state: teller("training", state))
            tests = cached(course.data.test, course.cache, course.workers)
            pack(trainer.best, course, tests, name, folder / "network")
        network = load_network(folder / "network" / MANIFEST)
        return self._row(network, "scratch", rate=rate, steps=steps), network

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
        """What the gates of the highest rate would save if they stayed, on this machine."""
        rate, name = self._settings.rates[-1], f"{self._name}-lkam"
        pruning = DynamicPruning(self._order("lkam"), self._course, name, self._folder / "lkam")
        return tuple(
            Decided(layer=each.name, needed=each.needed, pays_below=each.break_even.utilisation)
            for each in pruning.verdicts(rate, _Teller(name))
        )

    def _utilisation(self) -> dict[str, tuple[float, ...]]:
        path = self._folder / "lkam" / f"rate-{self._settings.rates[-1] * 100:g}"
        layers = json.loads((path / "utilisation.json").read_bytes())
        return {name: tuple(each["used"]) for name, each in layers.items()}


def best_method(rows: Sequence[Row], rate: float) -> Method:
    """The method that lost least at that *rate*."""
    compared = [row for row in rows if row.rate == rate]
    method: Method = max(compared, key=lambda row: row.accuracy).method  # type: ignore[assignment]
    return method


def chosen(rows: Sequence[Row]) -> Row:
    """The pruned network with the fewest operations that loses at most MOST_LOST, else the best."""
    before, *others = rows
    pruned = [
        row
        for row in others
        if row.method not in ("original", "scratch") and row.precision != "int8"
    ]
    allowed = [row for row in pruned if row.accuracy >= before.accuracy - MOST_LOST - 1e-9]
    if allowed:
        return min(allowed, key=lambda row: row.macs)
    return max(pruned, key=lambda row: row.accuracy)


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
