"""The README's picture: the real window on the rendered scene. `python -m docs.screenshot FILE.png`

Needs no display. *--dark* or *--light* choose the theme, *--size* the window's size.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication

from app.config import Config
from app.options import RunOptions
from app.session import Session
from app.ui.app import run_window
from app.ui.window import MainWindow


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--source", action="append")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--after", type=float, default=5.0, help="seconds")
    args = parser.parse_args()
    width, height = map(int, args.size.split("x"))
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
        QTimer.singleShot(round(args.after * 1e3), grab)

    session.start()
    try:
        return run_window(session, theme=args.theme, on_ready=ready)
    finally:
        session.stop()


if __name__ == "__main__":
    sys.exit(main())
