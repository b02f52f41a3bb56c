"""`make networks-report`: how good and how fast the bundled networks are, in Markdown tables.

    python -m benchmarks.networks [NAME …] [--photos FOLDER] [--pictures 2000] [--json FILE]

Without photographs the composites and the false alarms are left out. Needs pycocotools and onnx,
and not PyTorch.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import cv2
import platformdirs

from app.config import CameraConfig
from app.networks import wanted
from benchmarks.kept import save
from benchmarks.networks import tables
from benchmarks.networks.figures import Report
from benchmarks.networks.measuring import measure
from benchmarks.networks.sets import Sets, find_photos
from models.errors import SaccadeError
from models.manifest import Network
from models.store import Store
from pipelines.board import usable_cores

_NO_STORE = Path("none")  # only what is bundled counts


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit status."""
    args = _parser().parse_args(arguments)
    # Times are those of one thread, before and after the engine too.
    cv2.setNumThreads(1)
    try:
        report = _report(args)
        _print(report, whole=not args.names)
        if args.json:
            save(args.json, report)
    except SaccadeError as error:
        print(f"networks-report: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    return 0


def _report(args: argparse.Namespace) -> Report:
    """Everything of the networks that *args* name. Raises SaccadeError."""
    machine = _machine()
    networks = _bundled(args.names)
    photos = find_photos(args.photos) if args.photos else ()
    sets = Sets(args.pictures, photos, args.cache, usable_cores())
    default, *_ = wanted(CameraConfig(source="synthetic:"), Store(_NO_STORE))
    return Report(
        machine=machine,
        pictures=args.pictures,
        photos=len(photos),
        default=default.name,
        networks=measure(networks, sets, args.training),
    )


def _print(report: Report, whole: bool) -> None:
    """The tables, and of the *whole* set whether it is what it shall be."""
    for task in ("detect", "classify"):
        rows = [row for row in report.networks if row.task == task]
        if rows:
            print(tables.accuracy_table(rows))
            print(tables.cost_table(rows))
    if whole:
        print(tables.promise_table(report))


def _bundled(names: Sequence[str]) -> list[Network]:
    store = Store(_NO_STORE)
    return [store.get(name) for name in names] or list(store.networks())


def _machine() -> str:
    return (
        f"{usable_cores()} cores of {platform.machine()}, load {os.getloadavg()[0]:.1f} at the "
        f"start, Python {platform.python_version()}, onnxruntime {version('onnxruntime')}, "
        f"OpenCV {cv2.__version__}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="networks-report", description="Measure the networks that come with Saccade."
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--photos", type=Path, metavar="FOLDER", help="without any labels in them")
    parser.add_argument(
        "--pictures", type=_at_least_20, default=2000, metavar="N", help="of each held-out set"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument(
        "--training",
        type=Path,
        default=Path("build/training"),
        metavar="FOLDER",
        help="where `make networks` left the learning curves",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=platformdirs.user_cache_path("saccade", appauthor=False) / "networks-report",
        metavar="FOLDER",
        help="where the sets are kept once they are drawn",
    )
    return parser


def _at_least_20(text: str) -> int:
    number = int(text)
    if number < 20:
        raise argparse.ArgumentTypeError("at least 20, so that an interval can be told")
    return number


if __name__ == "__main__":
    sys.exit(main())
