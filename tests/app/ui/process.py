"""Runs the window in a process of its own: `python -m tests.app.ui.process PLAN FOLDER`.

Prints "ready" once the window is shown, and "ended STATUS PLUGINS" when it was closed. PLAN says
what happens in between.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from app.display import display_available
from models.errors import SaccadeError
from tests.app.ui.feeds import NumpyApplication, NumpyFeed


def main(plan: str, folder: str) -> int:
    if reason := display_available():
        print(reason)
        return 3
    from PyQt5.QtCore import Qt
    from PyQt5.QtTest import QTest
    from PyQt5.QtWidgets import QApplication

    from app.ui.app import run_window
    from app.ui.window import MainWindow

    feed = NumpyFeed()
    application = NumpyApplication(feed, folder=Path(folder))

    def ready() -> None:
        print("ready", flush=True)
        if plan == "finish":
            application.finished = True
        elif plan == "fail":
            application.error = SaccadeError("the worker ended")
        elif plan == "hang":
            application.snapshot = threading.Event().wait  # type: ignore[method-assign, assignment]
            (window,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
            QTest.keyClick(window, Qt.Key_S)
            application.finished = True
        elif plan == "break":
            raise ZeroDivisionError("a bug in the window")

    status = run_window(application, theme="dark", on_ready=ready)
    feed.close()
    print("ended", status, os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH", ""), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
