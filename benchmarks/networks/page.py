"""docs/networks.md and its pictures, of what was measured: `python -m benchmarks.networks.page`.

python -m benchmarks.networks.page [--figures docs/networks/figures.json] [--docs docs]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2

from benchmarks.kept import read
from benchmarks.networks import curves, pictures, tables
from benchmarks.networks.accuracy import FRAMES, PARTS, SEEDS
from benchmarks.networks.figures import COMMAND, Figures, Report
from benchmarks.networks.promises import plain, promises
from benchmarks.networks.speed import ROUNDS, RUNS
from models.errors import SaccadeError
from models.image import Image
from models.store import Store

TEMPLATE = Path(__file__).with_suffix(".md")
_ROWS = 4  # of sample pictures
_WIDTH = 960  # of the conveyor's picture
_QUALITY = 75


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; returns the exit status."""
    parser = argparse.ArgumentParser(description="Write docs/networks.md of what was measured.")
    parser.add_argument("--docs", type=Path, default=Path("docs"), metavar="FOLDER")
    parser.add_argument(
        "--figures", type=Path, default=Path("docs/networks/figures.json"), metavar="FILE"
    )
    args = parser.parse_args(arguments)
    try:
        report = read(args.figures, Report, COMMAND)
        (args.docs / "networks").mkdir(parents=True, exist_ok=True)
        draw(report, args.docs / "networks")
        (args.docs / "networks.md").write_text(page(report), encoding="utf-8")
    except SaccadeError as error:
        print(f"networks-page: {error}", file=sys.stderr)
        return error.exit_status
    return 0


def page(report: Report) -> str:
    """The page's text as Markdown: the template with its figures."""
    detectors, classifiers = _of(report, "detect"), _of(report, "classify")
    every = list(promises(report))
    return TEMPLATE.read_text(encoding="utf-8").format(
        detectors_accuracy=tables.accuracy_table(detectors),
        detectors_cost=tables.cost_table(detectors),
        classifiers_accuracy=tables.accuracy_table(classifiers),
        classifiers_cost=tables.cost_table(classifiers),
        curves=_curves(detectors, classifiers),
        default=report.default,
        holding=sum(each.holds for each in every),
        promises=len(every),
        promise_table=tables.promise_table(report),
        pictures=report.pictures,
        photos=report.photos or "no",
        parts=PARTS,
        frames=len(SEEDS) * FRAMES,
        seeds=len(SEEDS),
        runs=ROUNDS * RUNS,
        rounds=ROUNDS,
        machine=report.machine,
    )


def draw(report: Report, folder: Path) -> None:
    """Draw the learning curves and the sample detections. Raises SaccadeError."""
    store = Store(Path("none"))
    detectors, classifiers = plain(report, "detect"), plain(report, "classify")
    for name, title, networks in (
        ("detectors", "AP50 in percent", detectors),
        ("classifiers", "Labels told rightly, in percent", classifiers),
    ):
        (folder / f"{name}.svg").write_text(curves.draw(networks, title), encoding="utf-8")
    shown = [store.get(network.name) for network in detectors]
    _write(pictures.held_out_sheet(shown, _ROWS), folder / "held-out.jpg")
    conveyor = pictures.conveyor_picture(store.get(report.default), _WIDTH)
    _write(conveyor, folder / "conveyor.jpg")


def _of(report: Report, task: str) -> list[Figures]:
    return [network for network in report.networks if network.task == task]


def _curves(detectors: Sequence[Figures], classifiers: Sequence[Figures]) -> str:
    """The section on learning curves, if there are any."""
    shown = [
        f"![learning curves of the {name}](networks/{name}.svg)"
        for name, networks in (("detectors", detectors), ("classifiers", classifiers))
        if any(network.curve for network in networks)
    ]
    if not shown:
        return ""
    return "\n\n".join(
        (
            "## Learning curves",
            "On the pictures that steer the training, drawn as those trained on. Behind each name\n"
            "stands the score of the best state, which was kept.",
            *shown,
            "",
        )
    )


def _write(image: Image, path: Path) -> None:
    packed = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))[1]
    path.write_bytes(packed.tobytes())


if __name__ == "__main__":
    sys.exit(main())
