"""`make networks`: every bundled network from nothing, one resumable step each.

    python -m models.training.recipe [NAME …] [--work build/training] [--packs models/packs]
        [--threads N] [--minutes M] [--further]

A network that is done is not done again; an interrupted one goes on where it stopped.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import SaccadeError
from models.manifest import MANIFEST, load_network
from models.store import BUNDLED
from models.training import require_torch

if TYPE_CHECKING:
    from models.training.data import Sizes
    from models.training.loop import State

log = logging.getLogger(__name__)

_DONE = "done"


@dataclass(frozen=True, slots=True)
class Recipe:
    """*steps* or *minutes* instead of a family's own, and *sizes* of the sets.

    *further*: start with the networks that are in *packs* already, and not from nothing.
    """

    work: Path
    packs: Path
    threads: int = 1
    steps: int | None = None
    minutes: float | None = None
    sizes: Sizes | None = None
    further: bool = False


def cook(name: str, recipe: Recipe) -> None:
    """Train, export, check and measure one family's network, then its 8-bit version.

    They are called NAME-labels and NAME-labels-int8: the catalogue has families' names too.
    """
    from models.training.data import rendered
    from models.training.networks import FAMILIES
    from models.training.packing import pack
    from models.training.quantising import quantised_pack
    from models.training.samples import cached
    from models.training.session import Course, plan_of, train

    folder = recipe.work / name
    if (folder / _DONE).exists():
        log.info("%s: is done; remove %s to do it again", name, folder)
        return
    family = FAMILIES.load(name)
    data = rendered(family.task, family.side, recipe.sizes)
    course = Course(name, data, family.side, recipe.work / "samples", recipe.threads)
    plan = plan_of(family, recipe.steps, recipe.minutes, recipe.threads)
    began = time.monotonic()
    title = f"{name}-labels"
    before = recipe.packs / title / MANIFEST
    start = load_network(before) if recipe.further and before.exists() else None
    module = train(course, plan, folder, _Teller(name), start)
    tests = cached(data.test, course.cache, course.workers)
    network = pack(module, course, tests, title, recipe.packs / title)
    samples = cached(data.train, course.cache, course.workers)
    quantised_pack(network, samples, tests, data.title, recipe.packs / f"{title}-int8")
    (folder / _DONE).touch()
    log.info("%s: done in %.0f minutes", name, (time.monotonic() - began) / 60)


class _Teller:
    """Called after every step: a line in the log each minute, with the time that is left."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._told = 0.0

    def __call__(self, state: State) -> None:
        if time.monotonic() - self._told < 60 and state.fraction < 1:
            return
        self._told = time.monotonic()
        score = max((evaluation.score for evaluation in state.history), default=0.0)
        log.info(
            "%s: %3.0f %%, %.0f minutes left, loss %.2f, best %.1f %%, %.0f images/s",
            self._name,
            state.fraction * 100,
            (state.seconds_left or 0) / 60,
            state.loss,
            score * 100,
            state.images_per_s,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Cook the networks named, by default all; returns the exit status."""
    from models.training.networks import FAMILIES

    parser = argparse.ArgumentParser(description="Train the networks that come with Saccade.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FAMILIES.names()))
    parser.add_argument("--work", type=Path, default=Path("build/training"), metavar="FOLDER")
    parser.add_argument("--packs", type=Path, default=BUNDLED, metavar="FOLDER")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--minutes", type=float, metavar="M", help="of training, for each")
    parser.add_argument(
        "--further", action="store_true", help="start with what is there, not from nothing"
    )
    args = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    recipe = Recipe(args.work, args.packs, args.threads, minutes=args.minutes, further=args.further)
    try:
        require_torch()
        for name in args.names or FAMILIES.names():
            cook(name, recipe)
    except SaccadeError as error:
        print(f"networks: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("networks: stopped; the same command goes on from there", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
