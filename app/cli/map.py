"""`map`: which network and engine wins in which scenario, as a picture or as figures."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.cli.wanted import add_options, read_measurements, wanted_scenario
from app.files import check_writable, write_json
from models.command import command
from models.errors import ConfigError, MissingExtra, SaccadeError
from pipelines.selection.regions import OptimumMap, draw_map

EXAMPLES = """examples:
  %(prog)s --out map.svg                       what was measured here; also .png
  %(prog)s --out map.png --scenario energy     with another scenario marked
  %(prog)s --out map.json --table pi4.csv      exact regions and shares, for programs
"""

_FORMATS = (".svg", ".png", ".json")


def add_parser(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Add `map` to the command line."""
    parser = commands.add_parser(
        "map",
        help="draw which network and engine wins in which scenario",
        description="Draw the map of all scenarios: who wins where, exactly.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=parents,
    )
    add_options(parser)
    parser.add_argument("--out", type=Path, metavar="FILE.svg|.png|.json")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Write the map. Raises SaccadeError."""
    out: Path | None = args.out
    if out is None and not args.json:
        raise ConfigError("map: give a file with --out, .svg, .png or .json")
    if out is not None:
        if out.suffix.lower() not in _FORMATS:
            raise ConfigError(f"--out {out}: a map is written as .svg, .png or .json")
        check_writable(out)
    scenario = wanted_scenario(args)
    table, platform = read_measurements(args)
    drawn = draw_map(table.rows, scenario, platform=platform)
    drawn = replace(drawn, rejected=(*table.rejected, *drawn.rejected))
    if not drawn.rows:
        raise SaccadeError(
            f"no candidate is left for the scenario {scenario.name!r}; "
            f"`{command()} choose` says why"
        )
    if out is not None:
        _write(drawn, out)
    if args.json:
        print(json.dumps(drawn.as_dict(), indent=1, ensure_ascii=False))
    else:
        won = f"{len(drawn.reduced)} of {len(drawn.rows)} candidates win somewhere"
        print(f"wrote {out}: {won}")
    return 0


def _write(drawn: OptimumMap, out: Path) -> None:
    if out.suffix.lower() == ".json":
        write_json(out, drawn.as_dict())
        return
    try:
        from app.ui.triangle_page import write_map

        write_map(drawn, out)
    except ImportError as error:
        raise MissingExtra(
            f"a picture of the map needs PyQt5 ({error}): install it with `pip install PyQt5` or "
            f"`apt install python3-pyqt5 python3-pyqt5.qtsvg`, or write a .json file"
        ) from error
