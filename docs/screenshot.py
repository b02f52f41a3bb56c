"""The README's picture: the real window on the rendered scene. `python -m docs.screenshot FILE.png`

Needs no display. *--panel* opens the panel; where nothing was measured yet, the short benchmark of
the first start comes before, so let it come *--after* 40 s.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from app.config import Config
from app.options import RunOptions
from app.session import Session
from app.ui.app import run_window
from app.ui.remembered import as_on_the_second_start
from app.ui.window import MainWindow


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--source", action="append")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--panel", action="store_true")
    parser.add_argument("--scenario", metavar="NAME", help="what the user asks for")
    parser.add_argument("--after", type=float, default=5.0, help="seconds")
    args = parser.parse_args()
    width, height = map(int, args.size.split("x"))
    # Neither where this user's window was nor the card of the first start.
    forgotten = tempfile.TemporaryDirectory()
    as_on_the_second_start(Path(forgotten.name))
    session = Session(Config().with_sources(args.source or ["synthetic:"]), RunOptions())

    def grab() -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow):
                window.grab().save(str(args.file))
                window.close()

    def ready() -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow):
                window.showNormal()
                window.setFixedSize(width, height)
                if args.panel:
                    QTest.keyClick(window, Qt.Key_C)
        QTimer.singleShot(round(args.after * 1e3), grab)

    if args.scenario:
        session.choosing.command("user", args.scenario)
    session.start()
    try:
        return run_window(session, theme=args.theme, on_ready=ready)
    finally:
        session.stop()
        forgotten.cleanup()


if __name__ == "__main__":
    sys.exit(main())
