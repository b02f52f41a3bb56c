"""`train`: a network of one's own, from rendered labels or one's own pictures."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from models.errors import InputError
from models.manifest import NAME_PATTERN, Network
from models.store import Store
from models.training import require_torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.training.loop import State
    from models.training.samples import Progress

EXAMPLES = """\
families:
  detectors    vgg-ssd, pva-ssd, squeezenet-ssd, tiny-yolo
  classifiers  nin, googlenet, squeezenet, mobilenet

examples:
  python main.py train tiny-yolo                   labels on parcels, as the bundled ones
  python main.py train vgg-ssd --data tools/instances.json --minutes 60
                                                   your own boxes, in COCO's format
  python main.py train mobilenet --data screws/    your own pictures, one folder a class
  python main.py train vgg-ssd --data tools/instances.json --from vgg-ssd-labels
                                                   with what a network has learned before

Stopped at any moment, the same command goes on from there.
"""


def add_parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
    parents: Sequence[argparse.ArgumentParser] = (),
) -> argparse.ArgumentParser:
    """The parser of `train`, with the common options of *parents*."""
    parser = subparsers.add_parser(
        "train",
        parents=list(parents),
        help="train a network on your own pictures, or on rendered labels",
        description="Train a network, check it in every engine, measure and install it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("family", metavar="FAMILY")
    parser.add_argument(
        "--data", type=Path, metavar="COCO.json|FOLDER", help="your pictures; else rendered labels"
    )
    parser.add_argument(
        "--from", dest="start", metavar="NAME", help="a network of the family to start with"
    )
    parser.add_argument("--minutes", type=_positive, metavar="M", help="else as long as it takes")
    parser.add_argument("--size", type=int, metavar="N", help="the input's side in pixels")
    parser.add_argument("--out", metavar="NAME", help="the network's name")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="else all cores")
    parser.add_argument(
        "--work", type=Path, metavar="FOLDER", help="where samples and checkpoints are kept"
    )
    parser.set_defaults(func=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Train, or go on; install what came of it. Raises SaccadeError."""
    require_torch()
    from models.training.data import find
    from models.training.networks import FAMILIES
    from models.training.packing import pack
    from models.training.samples import cached
    from models.training.session import Course, check_side, plan_of, prepare, train
    from pipelines.board import usable_cores

    family = FAMILIES.load(args.family)
    side = args.size or family.side
    check_side(family, side)
    name = args.out or f"{args.family}-{_word(args.data)}"
    store, work = Store(args.networks), args.work or _work()
    _check_name(store, name)
    start = store.get(args.start) if args.start else None
    threads = args.threads or usable_cores()
    course = Course(
        args.family, find(family.task, side, args.data), side, work / "samples", threads
    )
    plan = plan_of(family, minutes=args.minutes, threads=threads)
    try:
        with _bar("preparing", "pictures") as bar:
            prepare(course, bar)
        with _bar(name, "%") as bar:
            module = train(course, plan, work / name, _shown(bar), start)
    except KeyboardInterrupt:
        print(f"{name}: stopped; the same command goes on from there", file=sys.stderr)
        raise
    tests = cached(course.data.test, course.cache, threads)
    made = pack(module, course, tests, name, work / name / "network")
    network = store.add(made, check=lambda _: None, replace=True)
    _report(args, network, work / name)
    return 0


def _word(data: Path | None) -> str:
    """What the network's name says of its data: the folder's name, or the file's."""
    if data is None:
        return "own"
    return re.sub(r"[^a-z0-9]+", "-", data.absolute().stem.lower()).strip("-") or "own"


def _check_name(store: Store, name: str) -> None:
    """Refuse before the training what the store would refuse after it."""
    if not re.fullmatch(NAME_PATTERN, name):
        raise InputError(f"--out {name!r}: a name is of a-z, 0-9, '.', '_' and '-'")
    entry = {entry.name: entry for entry in store.list()}.get(name)
    if entry and (entry.bundled or (entry.network and entry.network.manifest.source)):
        raise InputError(f"a network named {name!r} is there already; choose another with --out")


def _work() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("saccade", appauthor=False) / "training"


def _report(args: argparse.Namespace, network: Network, folder: Path) -> None:
    first = network.manifest.accuracy[0]
    if args.json:
        row: dict[str, Any] = msgspec.to_builtins(network.manifest)
        print(json.dumps(row | {"path": str(network.path)}, indent=2, ensure_ascii=False))
        return
    print(
        f"{network.name}: installed; {first.metric} {first.value:.1%} on {first.dataset}; "
        f"learning curve: {folder / 'history.svg'}"
    )


def _shown(bar: Progress) -> Callable[[State], None]:
    def show(state: State) -> None:
        bar(round(state.fraction * 100), 100)

    return show


@contextmanager
def _bar(title: str, unit: str) -> Iterator[Progress]:
    """Progress with the time left on standard error, once there is some."""
    from tqdm import tqdm

    with tqdm(desc=title, unit=unit, delay=0.5, mininterval=1.0) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance


def _positive(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return number
