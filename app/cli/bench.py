"""`bench`: measure networks on this device."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.arguments import whole
from app.cli.measured import account, document
from app.config import Config
from app.files import check_writable, write_whole
from app.scenarios import find_scenario
from models.command import command
from models.errors import InputError, SaccadeError, UnknownName
from models.manifest import Network
from models.store import Store

if TYPE_CHECKING:
    from pipelines.benchmark.bench import Plan
    from pipelines.benchmark.progress import Progress, Tell

_LEAST_BUDGET_S = 10.0
_SECONDS = {"s": 1, "m": 60, "h": 3600}

EXAMPLES = """\
examples:
  %(prog)s --images imagenet/                 every network, engine and number of threads
  %(prog)s --annotations coco/instances.json --models yolox-nano nanodet-m
  %(prog)s --images imagenet/ --budget 5m     only what can win in the scenario in force
  %(prog)s --engines onnxruntime ncnn --threads 1 4 --export table.csv
  %(prog)s --resume                           go on with an interrupted one

Without pictures, rendered ones are timed and the accuracy is what the networks' manifests declare.
Let the machine do nothing else meanwhile. Interrupted at any moment, nothing measured is lost.
"""


def add_parser(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Add `bench` to the command line."""
    parser = commands.add_parser(
        "bench",
        help="measure networks on this device: accuracy, throughput, power, memory",
        description="Measure networks × engines × threads on this device.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=parents,
    )
    parser.add_argument(
        "--models", nargs="+", metavar="NAME", help="else those you installed, else the bundled"
    )
    parser.add_argument(
        "--engines",
        nargs="+",
        metavar="NAME",
        help="of onnxruntime, opencv-dnn, openvino, ncnn, litert; else all that are there",
    )
    parser.add_argument(
        "--threads",
        nargs="+",
        type=whole(1024),
        metavar="N",
        help="else 1, all cores but one, and all",
    )
    pictures = parser.add_mutually_exclusive_group()
    pictures.add_argument("--images", type=Path, metavar="DIR", help="one folder for each class")
    pictures.add_argument(
        "--annotations", type=Path, metavar="FILE.json", help="boxes in COCO's format"
    )
    parser.add_argument(
        "--budget", type=_budget, metavar="TIME", help="as 90s, 10m or 1h: only what can win"
    )
    parser.add_argument(
        "--scenario", metavar="NAME", help="what --budget is spent for; else the one in force"
    )
    parser.add_argument("--rounds", type=whole(1024), metavar="N", help="else 3; more are surer")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted benchmark")
    parser.add_argument(
        "--export", type=Path, metavar="FILE", help="write the table, .json or .csv"
    )
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Measure, keep the rows and print them. Raises SaccadeError."""
    from pipelines.benchmark import bench
    from pipelines.benchmark.platform import describe
    from pipelines.benchmark.store.measurements import MeasurementStore
    from pipelines.power import PowerOptions
    from pipelines.power.choose import choose_source
    from pipelines.prediction.prior import make_prior
    from pipelines.selection.table import format_table

    config: Config = args.settings
    if args.export is not None:
        format_table([], args.export)  # to refuse the suffix now
        check_writable(args.export)
    networks = {network.name: network for network in Store(args.networks).networks()}
    power = choose_source(
        config.power.source, PowerOptions(idle_w=config.power.idle_w, core_w=config.power.core_w)
    )
    store = MeasurementStore(config.storage.measurements_file)
    platform = describe()
    prior = make_prior(store.path.parent / "profiles", platform.fingerprint, networks)
    try:
        with _progress() as tell:
            if args.resume:
                _expect_alone(args)
                report = bench.resume(networks, platform, store, power, tell, prior)
            else:
                plan = _plan(args)
                report = bench.start(plan, networks, platform, store, power, tell, prior)
    except KeyboardInterrupt:
        print("what was measured is kept; `bench --resume` goes on from there", file=sys.stderr)
        raise
    finally:
        store.close()
    if args.export is not None:
        rows = [record.measurement for record in report.records]
        write_whole(args.export, format_table(rows, args.export).encode())
    if args.json:
        print(json.dumps(document(report), indent=1, ensure_ascii=False))
    else:
        print("\n".join(account(report)))
    if not report.records:
        raise SaccadeError("not one candidate could be measured")
    return 0


def _plan(args: argparse.Namespace) -> Plan:
    from models.engines import ENGINES
    from pipelines.benchmark.bench import ROUNDS, Plan
    from pipelines.benchmark.grid import Limits, make_grid

    for engine in args.engines or ():
        if engine not in ENGINES.names():
            raise UnknownName(ENGINES.kind, engine, ENGINES.names())
    chosen = _chosen(args)
    grid = make_grid(chosen, Limits(tuple(args.engines or ()), tuple(args.threads or ())))
    return Plan(
        candidates=grid,
        networks={network.name: network.manifest.sha256 for network in chosen},
        images=_absolute(args.images),
        annotations=_absolute(args.annotations),
        rounds=args.rounds or ROUNDS,
        budget_s=args.budget,
        scenario=find_scenario(args.settings, args.scenario) if args.budget else None,
    )


def _chosen(args: argparse.Namespace) -> list[Network]:
    """The networks that are named, else those that the pictures can judge."""
    from pipelines.benchmark.bench import read_data

    store = Store(args.networks)
    data = read_data(_absolute(args.images), _absolute(args.annotations))
    if args.models:
        return [store.get(name) for name in dict.fromkeys(args.models)]
    entries = [
        entry
        for entry in store.list()
        if entry.network is not None and (data is None or data.judges(entry.network))
    ]
    own = [entry for entry in entries if not entry.bundled] or entries
    if not own:
        raise InputError(
            "no network is installed that these pictures could judge; "
            f"`{command()} models list` names those that can be had"
        )
    return [entry.network for entry in own if entry.network is not None]


def _expect_alone(args: argparse.Namespace) -> None:
    """With --resume the plan is the interrupted benchmark's."""
    given = ("models", "engines", "threads", "images", "annotations", "budget", "scenario")
    for name in (*given, "rounds"):
        if getattr(args, name) is not None:
            raise InputError(
                f"--resume goes on with what the interrupted benchmark was asked for; "
                f"leave out --{name}"
            )


def _absolute(path: Path | None) -> str | None:
    """What a resumed benchmark finds from wherever it is started."""
    return None if path is None else str(path.expanduser().absolute())


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar where standard error is a terminal, a line for every twentieth elsewhere."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        layout = "{percentage:3.0f}%|{bar:20}| {postfix}"
        with tqdm(total=1, bar_format=layout, leave=False) as bar:

            def advance(progress: Progress) -> None:
                bar.total, bar.n = progress.total, progress.done
                bar.set_postfix_str(f"{_left(progress.left_s)}, {progress.what}")

            yield advance
    else:
        shown = -1

        def tell(progress: Progress) -> None:
            nonlocal shown
            part = progress.done * 20 // progress.total
            if part > shown:
                print(
                    f"{part * 5} %, {_left(progress.left_s)}: {progress.what}",
                    file=sys.stderr,
                    flush=True,
                )
            shown = max(shown, part)

        yield tell


def _left(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left"


def _budget(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", text)
    seconds = float(found[1]) * _SECONDS[found[2]] if found else 0.0
    if not _LEAST_BUDGET_S <= seconds < 1e6:
        raise argparse.ArgumentTypeError(
            f"expected a time of at least {_LEAST_BUDGET_S:.0f}s, as 90s, 10m or 1h, not {text!r}"
        )
    return seconds
