"""docs/choosing.md and its pictures, from finished benchmarks: `python -m benchmarks.choosing`.

Writes the tables, too, that `choose`, `map` and `explain` take with --table. The folder STUDY
holds what is shown; all but one of the first two may be missing:

    classifiers.json        main.py bench --images … --json > STUDY/classifiers.json
    detectors.json          main.py bench --annotations … --json > STUDY/detectors.json
    classifiers-again.json  and detectors-again.json: the same once more
    budget.json             python -m benchmarks.budget … --json > STUDY/budget.json
    prediction-NAME.json    python -m benchmarks.prediction … --out STUDY/prediction-NAME.json
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.config import load_config
from app.ui.hardware_page import write_chart
from app.ui.triangle_page import write_map
from benchmarks.choosing import sections, tables
from benchmarks.choosing.study import Part, read_outcomes, read_part, read_prediction
from models.errors import InputError, SaccadeError
from pipelines.selection.table import format_table

TEMPLATE = Path(__file__).with_name("page.md")
_PARTS = ("classifiers", "detectors")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--study", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--docs", type=Path, default=Path("docs"), metavar="FOLDER")
    parser.add_argument("--config", type=Path, metavar="FILE", help="whose networks count")
    args = parser.parse_args(arguments)
    try:
        networks = load_config(args.config).storage.networks_folder
        parts = [part for name in _PARTS if (part := read_part(args.study, name, networks))]
        if not parts:
            raise InputError(
                f"{args.study}: has neither classifiers.json nor detectors.json; "
                f"`main.py bench --json` prints them"
            )
        folder = args.docs / "choosing"
        folder.mkdir(parents=True, exist_ok=True)
        for part in parts:
            rows = folder / f"{part.name}.csv"
            rows.write_text(format_table(part.study.rows, rows), encoding="utf-8")
            write_map(part.drawn, folder / f"{part.name}.svg")
            if part.usage is not None:
                write_chart(part.usage, folder / f"{part.name}-hardware.svg")
        (args.docs / "choosing.md").write_text(page(parts, args.study), encoding="utf-8")
    except SaccadeError as error:
        print(f"choosing-page: {error}", file=sys.stderr)
        return error.exit_status
    return 0


def page(parts: Sequence[Part], folder: Path) -> str:
    """The page's text as Markdown: the template with the study in it. Raises InputError."""
    outcomes = read_outcomes(folder / "budget.json")
    found = [read_prediction(path) for path in sorted(folder.glob("prediction-*.json"))]
    text = [f"Machine: {tables.machine(parts[0].study)}.", *map(sections.benchmark, parts)]
    text += [sections.hardware(part.usage, part.name) for part in parts if part.usage]
    if outcomes:
        text.append(sections.budget(outcomes))
    if found:
        text.append(sections.predictions(found))
    classifiers = next((part for part in parts if part.name == "classifiers"), None)
    papers = sections.beside_the_papers(classifiers, found)
    return TEMPLATE.read_text(encoding="utf-8").format(
        study="\n\n".join(text), papers=papers.rstrip("\n")
    )


if __name__ == "__main__":
    sys.exit(main())
