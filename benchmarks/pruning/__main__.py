"""The study of pruning on the bundled detectors, resumable at any moment.

    python -m benchmarks.pruning [FAMILY …] [--work build/pruning] [--json FILE] [--lanes N]

Trains for each family LKAM and the other methods at the same cost, a smaller network from nothing,
and what wins for longer, in 8 bits too: as many families at once as there are cores. Then measures
all of them in every engine, and live those that were trained for longer, one after the other.
Stopped, the same command goes on from there.
"""

from __future__ import annotations

import argparse
import logging
import platform
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import cv2

from benchmarks.kept import save
from benchmarks.pruning.figures import Report
from benchmarks.pruning.plans import PLANS, Settings
from models.errors import InputError, SaccadeError
from models.training import require_torch
from pipelines.board import usable_cores

PICTURES = 2000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is missing and write the figures; returns the exit status."""
    args = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    cv2.setNumThreads(1)
    try:
        require_torch()
        from benchmarks.pruning.study import Study

        names = args.families or list(PLANS)
        if unknown := [name for name in names if name not in PLANS]:
            raise InputError(f"{', '.join(unknown)}: the study has {', '.join(PLANS)}")
        settings = Settings(args.work, args.cache or args.work / "samples", PLANS, seed=args.seed)
        studies = [Study(name, settings) for name in names]
        if args.train:
            for study in studies:
                study.train()
            return 0
        _train_side_by_side(names, args)
        report = Report(
            machine=_machine(),
            seed=settings.seed,
            pictures=PICTURES,
            steps={name: PLANS[name].steps for name in names},
            families=tuple(study.run() for study in studies),
        )
        save(args.json, report)
    except SaccadeError as error:
        print(f"pruning: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("pruning: stopped; the same command goes on from there", file=sys.stderr)
        return 130
    return 0


def _train_side_by_side(names: Sequence[str], args: argparse.Namespace) -> None:
    """Each family in a process of its own, `--lanes` at once. Raises SaccadeError where one fails.

    Two trainings of one thread each get further than one of two.
    """

    def train(name: str) -> int:
        words = [name, "--train", "--work", str(args.work), "--seed", str(args.seed)]
        words += ["--cache", str(args.cache)] if args.cache else []
        return subprocess.run(
            [sys.executable, "-m", "benchmarks.pruning", *words], check=False
        ).returncode

    with ThreadPoolExecutor(args.lanes) as lanes:
        statuses = dict(zip(names, lanes.map(train, names), strict=True))
    if failed := [name for name, status in statuses.items() if status]:
        raise SaccadeError(f"not trained: {', '.join(failed)}; see above")


def _machine() -> str:
    return (
        f"{usable_cores()} cores of {platform.machine()}, Python {platform.python_version()}, "
        f"PyTorch {version('torch')}, onnxruntime {version('onnxruntime')}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=", ".join(PLANS))
    parser.add_argument("--work", type=Path, default=Path("build/pruning"), metavar="FOLDER")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="of the samples; else in it")
    parser.add_argument(
        "--json", type=Path, default=Path("docs/pruning/figures.json"), metavar="FILE"
    )
    parser.add_argument(
        "--lanes", type=int, default=usable_cores(), metavar="N", help="families trained at once"
    )
    parser.add_argument("--train", action="store_true", help="only train, and measure no time")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    return parser


if __name__ == "__main__":
    sys.exit(main())
