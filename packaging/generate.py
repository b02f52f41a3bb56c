"""Writes what the package has and the tree has not: requirements, man page and shell completion.

    PYTHONPATH=. python packaging/generate.py FOLDER

Needs argparse-manpage and shtab, which read the command line's own parser.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import msgspec
import shtab
from argparse_manpage.manpage import Manpage

from app.cli.entry import build_parser
from models.version import VERSION

ROOT = Path(__file__).resolve().parent.parent

FILES = """
.SH FILES
.TP
.I /etc/saccade/config.toml
The configuration; every key has its default and a comment.
.TP
.I /etc/default/saccade
Environment of the services: SACCADE_MQTT_USER and SACCADE_MQTT_PASSWORD.
.TP
.I ~/.local/share/saccade, /var/lib/saccade
Installed networks and measurements of a user, and of the services.
.SH SEE ALSO
.UR file:///usr/share/doc/saccade/docs/kiosk.md
Services and kiosk
.UE ,
.BR systemctl (1),
.BR cage (1)
"""


def main(folder: Path) -> None:
    """Write `requirements*.txt`, `saccade.1` and `bash-completion/saccade` into *folder*."""
    parser = build_parser("saccade")
    for name, lines in requirements().items():
        _write(folder / name, "".join(f"{line}\n" for line in lines))
    _write(folder / "saccade.1", man_page(parser))
    _write(folder / "bash-completion/saccade", shtab.complete(parser, shell="bash"))


def requirements() -> dict[str, list[str]]:
    """The dependencies of pyproject.toml, and in a file of its own what every extra adds.

    Qt is not among them: the package takes it from the distribution, with Qt's plug-ins for the
    desktop and the screen.
    """
    project = msgspec.toml.decode((ROOT / "pyproject.toml").read_bytes())["project"]
    needed = [name for name in project["dependencies"] if not name.startswith("PyQt5")]
    extras = project["optional-dependencies"]
    return {"requirements.txt": needed} | {
        f"requirements-{extra}.txt": extras[extra] for extra in extras if extra != "test"
    }


def man_page(parser: argparse.ArgumentParser) -> str:
    """In the words of `--help`."""
    page = str(
        Manpage(
            parser,
            format="pretty",
            _data={
                "project_name": "Saccade",
                "version": VERSION,
                "description": "live vision that chooses its network",
                "manual_title": "User commands",
            },
        )
    )
    # A help that begins with a file's ending, ".json", would be a command to troff.
    page = re.sub(r"^\.(?=[a-z]{3})", r"\\&.", page, flags=re.MULTILINE)
    return page.rstrip() + "\n" + FILES.lstrip()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
