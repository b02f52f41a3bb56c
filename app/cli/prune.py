"""`prune`: a smaller network from a larger one, as small as the tolerance allows."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from app.cli.arguments import above_zero, points
from app.cli.making import check_name, made_of, training_folder
from app.cli.progress import bars, stages
from models.errors import InputError, SaccadeError
from models.manifest import Network
from models.store import Store
from models.training import require_torch
from models.training.pruning.points import CAREFUL

if TYPE_CHECKING:
    from models.training.data import Data
    from models.training.pruning.points import Method, Point

METHODS = ("taylor", "lkam", "gamma", "random")
_RATES = (0.2, 0.35, 0.5)
_POINTS = 0.5
_MINUTES = 20.0

EXAMPLES = """\
examples:
  %(prog)s vgg-ssd-labels                             as small as half a point allows
  %(prog)s vgg-ssd-labels --rates 30 --minutes 60     30 %% fewer operations, in an hour
  %(prog)s parts --data parts/instances.json          a network trained on your own pictures
  %(prog)s vgg-ssd-labels --dynamic                   for each picture what it needs, if that pays

Only networks that `train` makes can be pruned. Stopped at any moment, the same command goes on from
there. docs/pruning.md says how it works and what came of it.
"""


def add_parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
    parents: Sequence[argparse.ArgumentParser] = (),
) -> argparse.ArgumentParser:
    """The parser of `prune`, with the common options of *parents*."""
    parser = subparsers.add_parser(
        "prune",
        parents=list(parents),
        help="make a smaller network of one that was trained here",
        description="Take out the kernels that matter least, train what is left, check it in "
        "every engine, measure and install it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME")
    parser.add_argument(
        "--max-loss",
        type=points,
        default=_POINTS,
        metavar="POINTS",
        help=f"of accuracy, in percentage points, that may be lost; else {_POINTS}",
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--method", choices=METHODS, default=METHODS[0], help="what tells which kernels matter"
    )
    kind.add_argument(
        "--dynamic",
        action="store_true",
        help="keep the gates and leave out for each picture what it does not need, where that is "
        "quicker on this device",
    )
    parser.add_argument(
        "--rates",
        type=_rates,
        default=_RATES,
        metavar="P,P,…",
        help="percent of the operations to save; else "
        + ",".join(f"{rate * 100:g}" for rate in _RATES),
    )
    parser.add_argument(
        "--minutes",
        type=above_zero,
        default=_MINUTES,
        metavar="M",
        help=f"of training, for each rate; else {_MINUTES:g}",
    )
    parser.add_argument(
        "--learning-rate",
        type=above_zero,
        default=CAREFUL,
        metavar="F",
        help=f"times the one that it was trained with; else {CAREFUL:g}, which keeps what it "
        f"knows of other pictures; 0.5 lets a network that was trained briefly learn more",
    )
    parser.add_argument(
        "--data", type=Path, metavar="COCO.json|FOLDER", help="your pictures; else rendered labels"
    )
    parser.add_argument(
        "--out", metavar="NAME", help="the new network's name; else NAME-pruned or NAME-dynamic"
    )
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="else all cores")
    parser.add_argument(
        "--work", type=Path, metavar="FOLDER", help="where samples and checkpoints are kept"
    )
    parser.set_defaults(func=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Prune, or go on; install what came of it. Raises SaccadeError."""
    store = Store(args.networks)
    parent = store.get(args.name)
    name = args.out or f"{parent.name}-{'dynamic' if args.dynamic else 'pruned'}"
    check_name(store, name, made_of(parent))
    require_torch()
    from app.cli.prune_dynamic import prune_dynamically
    from models.training.checkpoint import write
    from models.training.pruning.charts import curve
    from models.training.pruning.parent import accuracy_of, family_of
    from models.training.pruning.points import line, within
    from models.training.pruning.stages import Order, Pruning
    from models.training.session import Course, prepare
    from pipelines.board import usable_cores

    family, work = family_of(parent), args.work or training_folder()
    threads = args.threads or usable_cores()
    side = parent.manifest.input.height
    course = Course(family, _data(args, parent), side, work / "samples", threads)
    method: Method = "lkam" if args.dynamic else args.method
    order = Order(
        parent,
        method,
        args.rates,
        args.minutes,
        learning_rate=args.learning_rate,
        threads=threads,
    )
    folder = work / name
    if args.dynamic:
        return prune_dynamically(args, store, order, course, name, folder)
    try:
        with bars() as tell:
            prepare(course, partial(tell, "preparing pictures"))
            before = accuracy_of(parent, course)
            pruning = Pruning(order, course, name, folder)
            points: list[Point] = []
            for rate in order.rates:
                points.append(pruning.point(rate, stages(tell)))
                if within(points[-1:], before, args.max_loss / 100) is None:
                    # What is pruned by more loses more.
                    break
    except KeyboardInterrupt:
        print(f"{name}: stopped; the same command goes on from there", file=sys.stderr)
        raise
    chart = folder / "curve.svg"
    write(chart, curve({args.method: line(before, points)}, "Accuracy").encode())
    best = within(points, before, args.max_loss / 100)
    if best is None:
        raise SaccadeError(_too_much(name, points, before, args.max_loss))
    network = store.add(pruning.network(best.rate), check=lambda _: None, replace=True)
    _report(args, network, parent, before, best, points, chart)
    return 0


def _data(args: argparse.Namespace, parent: Network) -> Data:
    """What the network learns from, which must be of the classes that it knows."""
    from models.training.data import find

    data = find(parent.manifest.task, parent.manifest.input.height, args.data)
    if data.labels != parent.labels:
        where = f"--data {args.data}" if args.data else "the rendered labels; take --data"
        raise InputError(
            f"network {parent.name!r}: knows other classes ({', '.join(parent.labels[:3])} …) than "
            f"{where} ({', '.join(data.labels[:3])} …)"
        )
    return data


def _too_much(name: str, points: Sequence[Point], before: float, most: float) -> str:
    nearest = max(points, key=lambda point: point.accuracy)
    lost = (before - nearest.accuracy) * 100
    return (
        f"{name}: is not installed: no rate loses at most {most:g} points; the nearest saves "
        f"{1 - nearest.kept:.0%} of the operations and loses {lost:.1f}; more --minutes, smaller "
        f"--rates or --max-loss {math.ceil(lost * 10) / 10:g} would do"
    )


def _report(
    args: argparse.Namespace,
    network: Network,
    parent: Network,
    before: float,
    best: Point,
    points: Sequence[Point],
    chart: Path,
) -> None:
    if args.json:
        row: dict[str, Any] = msgspec.to_builtins(network.manifest)
        row |= {
            "path": str(network.path),
            "before": before,
            "points": msgspec.to_builtins(points),
            "chart": str(chart),
        }
        print(json.dumps(row, indent=2, ensure_ascii=False))
        return
    for point in points:
        mark = " ← installed" if point is best else ""
        print(
            f"{1 - point.kept:5.1%} fewer operations, {point.parameters / 1e3:,.0f} k parameters: "
            f"{point.accuracy:.1%} ({(point.accuracy - before) * 100:+.1f} points){mark}"
        )
    first = network.manifest.accuracy[0]
    megabytes = " → ".join(f"{each.path.stat().st_size / 1e6:.2f}" for each in (parent, network))
    print(
        f"{network.name}: installed; {first.metric} {before:.1%} → {first.value:.1%} on "
        f"{first.dataset}; {megabytes} MB; curve: {chart}"
    )


def _rates(text: str) -> tuple[float, ...]:
    try:
        rates = sorted({float(part) / 100 for part in text.split(",")})
    except ValueError:
        rates = []
    if not rates or not all(0 < rate < 1 for rate in rates):
        raise argparse.ArgumentTypeError(f"expected percents between 0 and 100, not {text!r}")
    return tuple(rates)
