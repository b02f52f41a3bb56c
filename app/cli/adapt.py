"""`adapt`: choose the network for every single frame, where that is proved to pay."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.arguments import whole
from app.cli.making import as_word
from app.cli.progress import bars
from app.config import Config
from app.files import check_writable, write_whole
from app.scenarios import find_scenario
from models.errors import ConfigError
from models.store import Store

if TYPE_CHECKING:
    from app.adapting.data import Data
    from pipelines.selection.premodel.deploy import Deployment

_FRAMES = 600

EXAMPLES = """\
examples:
  %(prog)s train --images imagenet/           one folder for each class
  %(prog)s train --annotations coco/instances.json --models yolox-nano fastestdet
  %(prog)s train --source street.mp4          what the most accurate network finds is the truth
  %(prog)s report                             the newest training again
  %(prog)s report imagenet --out chart.svg    accuracy against time

`run --model adapt:imagenet` uses what was trained on the pictures of imagenet/.
"""


def add_parser(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Add `adapt` to the command line."""
    parser = commands.add_parser(
        "adapt",
        help="choose the network for every frame, where that is proved to pay",
        description="Train routers that choose the network for every frame, and judge them on "
        "pictures they have not seen. One that is not certainly better than a shuffled one is "
        "refused.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    train = actions.add_parser("train", help="train and judge routers", parents=parents)
    pictures = train.add_mutually_exclusive_group(required=True)
    pictures.add_argument("--images", type=Path, metavar="DIR", help="one folder for each class")
    pictures.add_argument(
        "--annotations", type=Path, metavar="FILE.json", help="boxes in COCO's format"
    )
    pictures.add_argument(
        "--source", metavar="URI", help="a video, or any other source that `run` takes"
    )
    train.add_argument(
        "--models", nargs="+", metavar="NAME", default=(), help="else all that know what they show"
    )
    train.add_argument("--scenario", metavar="NAME", help="what it is for; else the one in force")
    train.add_argument(
        "--top",
        type=whole(5),
        default=1,
        metavar="N",
        help="a class counts among the N best; else 1",
    )
    train.add_argument(
        "--frames",
        type=whole(100_000),
        default=_FRAMES,
        metavar="N",
        help=f"of a source; else {_FRAMES}",
    )
    train.add_argument("--out", metavar="NAME", help="the router's name; else that of the data")
    train.set_defaults(func=_train)
    report = actions.add_parser("report", help="show a training again", parents=parents)
    report.add_argument("name", nargs="?", metavar="NAME", help="else the newest")
    report.add_argument("--out", type=Path, metavar="FILE.svg", help="draw it")
    report.set_defaults(func=_report)


def _train(args: argparse.Namespace) -> int:
    """Run the networks, train, judge, and keep what came of it. Raises SaccadeError."""
    from app.adapting import routers
    from app.adapting.data import choose_networks
    from app.adapting.gathered import gathered
    from pipelines.selection.premodel.deploy import train

    config: Config = args.settings
    scenario = find_scenario(config, args.scenario)
    data = _data(args)
    name = args.out or as_word(data.word)
    routers.check_name(name)
    networks = choose_networks(args.models, data, Store(args.networks))
    with bars() as tell:
        outcomes = gathered(data, networks, config, args.top, partial(tell, "running the networks"))
        deployment = train(outcomes, scenario, name, partial(tell, "judging the routers"))
    routers.keep(deployment, config)
    _print(deployment, args.json)
    return 0


def _report(args: argparse.Namespace) -> int:
    """Show what a training found. Raises SaccadeError."""
    from app.adapting import routers
    from app.adapting.chart import draw

    if args.out is not None:
        if args.out.suffix.lower() != ".svg":
            raise ConfigError(f"--out {args.out}: the chart is written as .svg")
        check_writable(args.out)
    deployment = routers.find(args.settings, args.name)
    if args.out is not None:
        write_whole(args.out, draw(deployment.study).encode())
    _print(deployment, args.json)
    return 0


def _data(args: argparse.Namespace) -> Data:
    from app.adapting import data

    if args.source is not None:
        return data.frames(args.source, args.frames)
    return data.pictures(args.images, args.annotations)


def _print(deployment: Deployment, as_json: bool) -> None:
    from app.adapting.table import account, document

    if as_json:
        print(json.dumps(document(deployment), indent=1, ensure_ascii=False))
    else:
        print("\n".join(account(deployment)))
