"""`quantize`: a network in 8 bits, where that loses little enough."""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from app.cli.arguments import points
from app.cli.making import check_name, made_of
from app.cli.progress import bars
from models.errors import SaccadeError
from models.manifest import Network
from models.quantising import require_packages
from models.store import Store

if TYPE_CHECKING:
    from models.quantising.making import Made, Material, Tell

log = logging.getLogger(__name__)

_POINTS = 1.0

EXAMPLES = """\
examples:
  %(prog)s tiny-yolo-own                                   one that finds the labels Saccade draws
  %(prog)s yolox-nano --annotations coco/instances.json    your own boxes, in COCO's format
  %(prog)s mobilenetv2 --images imagenet/ --max-loss 0.5   your own pictures, one folder a class

A quarter of your pictures calibrates, the others tell what is lost. docs/quantising.md has more.
"""


def add_parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
    parents: Sequence[argparse.ArgumentParser] = (),
) -> argparse.ArgumentParser:
    """The parser of `quantize`, with the common options of *parents*."""
    parser = subparsers.add_parser(
        "quantize",
        parents=list(parents),
        help="make the 8-bit version of a network",
        description="Calibrate a network in 8 bits, leave in float what suffers, judge it, check "
        "it in every engine and install it. Refused where it loses too much.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME")
    pictures = parser.add_mutually_exclusive_group()
    pictures.add_argument("--images", type=Path, metavar="DIR", help="one folder for each class")
    pictures.add_argument(
        "--annotations", type=Path, metavar="FILE.json", help="boxes in COCO's format"
    )
    parser.add_argument(
        "--max-loss",
        type=points,
        default=_POINTS,
        metavar="POINTS",
        help=f"of accuracy, in percentage points, that may be lost; else {_POINTS}",
    )
    parser.add_argument("--out", metavar="NAME", help="the new network's name; else NAME-int8")
    parser.set_defaults(func=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Make and install the 8-bit version. Raises SaccadeError."""
    store = Store(args.networks)
    network = store.get(args.name)
    network.verify()
    require_packages(detects=network.manifest.task == "detect")
    from models.quantising.making import check_quantisable, make
    from pipelines.board import usable_cores

    check_quantisable(network)
    name = args.out or f"{network.name}-int8"
    check_name(store, name, made_of(network))
    with bars() as tell, _scratch() as scratch:
        material = _material(args, network, tell)
        made = make(network, name, material, args.max_loss / 100, scratch, usable_cores(), tell)
        installed = store.add(made.network, replace=True)
    _report(args, made, network, installed)
    return 0


def _material(args: argparse.Namespace, network: Network, tell: Tell) -> Material:
    from app import material
    from pipelines.board import usable_cores

    if args.images is None and args.annotations is None and material.is_drawn_for(network):
        return material.drawn(
            network, usable_cores(), lambda done, total: tell("drawing pictures", done, total)
        )
    return material.own(network, args.images, args.annotations, log.warning)


def _report(args: argparse.Namespace, made: Made, parent: Network, installed: Network) -> None:
    before, after = made.before[0], made.after[0]
    if args.json:
        row: dict[str, Any] = msgspec.to_builtins(installed.manifest)
        row |= {
            "path": str(installed.path),
            "before": msgspec.to_builtins(made.before),
            "after": msgspec.to_builtins(made.after),
            "layers": made.layers,
            "in_float": made.found.in_float,
            "lost": made.found.lost,
            "lost_with_none_in_float": made.found.lost_at_first,
            "sensitivities": dict(made.found.errors) or None,
        }
        print(json.dumps(row, indent=2, ensure_ascii=False))
        return
    kept = len(made.found.in_float)
    print(
        f"{installed.name}: installed; {after.metric} {before.value:.1%} → {after.value:.1%} on "
        f"{after.dataset}; {_size(parent)} → {_size(installed)}; "
        f"{made.layers - kept} of {made.layers} layers in 8 bits"
    )
    if kept:
        print(
            f"in float, as they suffer most: {', '.join(made.found.in_float)}; without that "
            f"{made.found.lost_at_first * 100:.1f} points would be lost"
        )


def _size(network: Network) -> str:
    size = network.path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for files in between; its disk may be full."""
    try:
        with tempfile.TemporaryDirectory(prefix="saccade-quantize-") as folder:
            yield Path(folder)
    except OSError as error:
        raise SaccadeError(
            f"{error.filename or tempfile.gettempdir()}: a temporary file cannot be written: "
            f"{error.strerror or error}"
        ) from error
