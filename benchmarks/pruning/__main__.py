"""The study of pruning on the bundled detectors, resumable at any moment.

    python -m benchmarks.pruning [FAMILY …] [--work build/pruning] [--json FILE] [--threads N]

Trains for each family LKAM at two rates, the other methods at one, a smaller network from nothing,
and what wins for longer at both rates, in 8 bits too; then measures all of them in every engine,
and live those that were trained for longer. Stopped, the same command goes on from there.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import cv2

from benchmarks.kept import save
from benchmarks.pruning.figures import Report
from benchmarks.pruning.study import Settings, Study
from models.errors import SaccadeError
from models.training import require_torch
from pipelines.board import usable_cores

# Of training for each network, of which a family has nineteen (the one from nothing counts twice,
# and those that are trained for longer six times). More would take more than an evening.
STEPS = {"vgg-ssd": 400, "squeezenet-ssd": 600, "pva-ssd": 600, "tiny-yolo": 800}
# Trained for half an hour before, it can still learn; VGG-SSD would forget.
LEARNING_RATES = {"squeezenet-ssd": 0.5}
FAMILIES = ("vgg-ssd", "squeezenet-ssd")
PICTURES = 2000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is missing and write the figures; returns the exit status."""
    args = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    cv2.setNumThreads(1)
    try:
        require_torch()
        steps = {name: args.steps or STEPS[name] for name in args.families or FAMILIES}
        cache = args.cache or args.work / "samples"
        settings = Settings(
            args.work, cache, steps, LEARNING_RATES, threads=args.threads, seed=args.seed
        )
        report = Report(
            machine=_machine(),
            seed=settings.seed,
            pictures=PICTURES,
            compared=settings.compared,
            steps=steps,
            families=tuple(Study(name, settings).run() for name in steps),
        )
        save(args.json, report)
    except SaccadeError as error:
        print(f"pruning: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("pruning: stopped; the same command goes on from there", file=sys.stderr)
        return 130
    return 0


def _machine() -> str:
    return (
        f"{usable_cores()} cores of {platform.machine()}, Python {platform.python_version()}, "
        f"PyTorch {version('torch')}, onnxruntime {version('onnxruntime')}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=", ".join(STEPS))
    parser.add_argument("--work", type=Path, default=Path("build/pruning"), metavar="FOLDER")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="of the samples; else in it")
    parser.add_argument(
        "--json", type=Path, default=Path("docs/pruning/figures.json"), metavar="FILE"
    )
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--steps", type=int, metavar="N", help="of training for each network")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    return parser


if __name__ == "__main__":
    sys.exit(main())
