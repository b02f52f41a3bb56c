"""What `choose` and `map` share: the table of measurements and the scenario."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import get_args

from app.cli.arguments import above_zero, fraction
from app.config import Config
from app.scenarios import find_scenario
from models.command import command
from models.errors import InputError, SaccadeError
from models.manifest import Task
from models.store import Store
from pipelines.selection.rows import Rejection
from pipelines.selection.scenario import Scenario, Weights
from pipelines.selection.table import Table, read_table

_LOST = "its network was removed, or its file replaced, since it was measured"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `read_measurements` and `wanted_scenario` look at."""
    wish = parser.add_mutually_exclusive_group()
    wish.add_argument(
        "--scenario", metavar="NAME", help="one of config.toml; else the one in force there"
    )
    wish.add_argument(
        "--weights",
        type=_weights,
        metavar="A,T,P",
        help="exponents of accuracy, throughput and power, as in 1,1,1",
    )
    parser.add_argument(
        "--task",
        choices=get_args(Task),
        help="of networks of both kinds those that do this; else those of which there are more",
    )
    parser.add_argument("--min-accuracy", type=fraction, metavar="X", help="a fraction, as in 0.6")
    parser.add_argument("--min-fps", type=above_zero, metavar="X", help="frames a second")
    parser.add_argument("--max-power", type=above_zero, metavar="W", help="watts")
    parser.add_argument(
        "--table", type=Path, metavar="FILE", help=".json or .csv, instead of this device's rows"
    )


def read_measurements(args: argparse.Namespace) -> tuple[Table, str | None]:
    """The rows, and the platform whose rows are meant where there are several.

    From the file of `--table`, else what was measured on this device, or shared by others of its
    kind, of networks that are still installed as they were; with what `bench` rejected among the
    rejected. Raises SaccadeError.
    """
    if args.table is not None:
        table = read_table(args.table)
        several = len({row.platform for row in table.rows}) > 1
        return table, _this_platform() if several else None
    from app.automatic import find_exchange
    from pipelines.benchmark.store.measurements import MeasurementStore

    config: Config = args.settings
    platform = _this_platform()
    installed = Store(args.networks)
    networks = {each.name: each.manifest.sha256 for each in installed.networks()}
    with closing(MeasurementStore(config.storage.measurements_file)) as store:
        rows = store.measurements(platform, networks)
        measured = store.measurements(platform)
        refused = store.rejections_on(platform)
    if exchange := find_exchange(config, installed):
        rows = list(exchange.beside(rows, networks))
    if not rows:
        raise SaccadeError(
            f"nothing is measured yet on this device as it is now: run `{command()} bench`, "
            "or name a table with --table"
        )
    usable = {row.candidate for row in rows}
    lost = [Rejection(row.candidate, _LOST) for row in measured if row.candidate not in usable]
    rejected = [Rejection(candidate, reason) for candidate, reason in refused.items()]
    return Table(tuple(rows), (*lost, *rejected)), platform


def wanted_scenario(args: argparse.Namespace) -> Scenario:
    """The scenario that the arguments name, with the limits they set. Raises UnknownName."""
    scenario = find_scenario(args.settings, args.scenario)
    if args.weights is not None:
        # Weights given by hand are a scenario of their own, without the limits of the one in force.
        scenario = Scenario("by hand", args.weights, scenario.task)
    return replace(
        scenario,
        task=args.task or scenario.task,
        min_accuracy=args.min_accuracy or scenario.min_accuracy,
        min_fps=args.min_fps or scenario.min_fps,
        max_power_w=args.max_power or scenario.max_power_w,
    )


def _this_platform() -> str:
    from pipelines.benchmark.platform import fingerprint

    return fingerprint()


def _weights(text: str) -> Weights:
    try:
        accuracy, throughput, power = map(float, text.split(","))
        return Weights(accuracy, throughput, power)
    except InputError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"expected three numbers A,T,P, as in 1,1,1, not {text!r}"
        ) from error
