"""`train`: a network of one's own, from rendered labels or one's own pictures."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from app.cli.arguments import above_zero
from app.cli.making import as_word, check_name, training_folder
from app.cli.progress import bars
from models.manifest import Network
from models.store import Store
from models.training import require_torch

EXAMPLES = """\
families:
  detectors    vgg-ssd, pva-ssd, squeezenet-ssd, tiny-yolo
  classifiers  nin, googlenet, squeezenet, mobilenet

examples:
  %(prog)s tiny-yolo                               labels on parcels, as the bundled ones
  %(prog)s vgg-ssd --data tools/instances.json     your own boxes, in COCO's format
  %(prog)s mobilenet --data screws/ --minutes 60   your own pictures, one folder a class
  %(prog)s vgg-ssd --data tools/instances.json --from vgg-ssd-labels

With --from it begins with what another network has learned.

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
    parser.add_argument("--minutes", type=above_zero, metavar="M", help="else as long as it takes")
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
    word = as_word(args.data.absolute().stem) if args.data else "own"
    name = args.out or f"{args.family}-{word}"
    store, work = Store(args.networks), args.work or training_folder()
    check_name(store, name, lambda network: not network.manifest.source)
    start = store.get(args.start) if args.start else None
    threads = args.threads or usable_cores()
    course = Course(
        args.family, find(family.task, side, args.data), side, work / "samples", threads
    )
    plan = plan_of(family, minutes=args.minutes, threads=threads)
    try:
        with bars() as tell:
            prepare(course, partial(tell, "preparing pictures"))
            module = train(
                course, plan, work / name, lambda state: tell(name, state.fraction, 1), start
            )
    except KeyboardInterrupt:
        print(f"{name}: stopped; the same command goes on from there", file=sys.stderr)
        raise
    tests = cached(course.data.test, course.cache, threads)
    made = pack(module, course, tests, name, work / name / "network")
    network = store.add(made, check=lambda _: None, replace=True)
    _report(args, network, work / name)
    return 0


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
