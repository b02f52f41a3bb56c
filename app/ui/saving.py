"""Snapshots that the user asks for, written by a thread of their own."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from app.controls import Controls
from app.ui.toast import Toast
from models.errors import SaccadeError


class SnapshotSaver(QObject):
    """Has *controls* write the files, one request at a time; says on *toast* what came of it."""

    _saved = pyqtSignal(object)

    def __init__(self, controls: Controls, toast: Toast, parent: QObject) -> None:
        super().__init__(parent)
        self._controls, self._toast = controls, toast
        self._saving = False
        self._saved.connect(self._tell)

    def start(self) -> None:
        """Save, unless that is under way."""
        if not self._saving:
            self._saving = True
            # Not in Qt's pool: the application would wait for it at its end.
            threading.Thread(target=self._run, name="snapshot", daemon=True).start()

    def _run(self) -> None:
        """Runs in a thread of its own: compressing large pictures takes a moment."""
        outcome: tuple[Path, ...] | Exception
        try:
            outcome = self._controls.snapshot()
        except Exception as error:
            outcome = error
        with suppress(RuntimeError):  # the window is gone
            self._saved.emit(outcome)

    def _tell(self, outcome: tuple[Path, ...] | Exception) -> None:
        self._saving = False
        if isinstance(outcome, (SaccadeError, OSError)):
            self._toast.say(self.tr("no snapshot: {reason}").format(reason=outcome), error=True)
        elif isinstance(outcome, Exception):
            raise outcome
        elif not outcome:
            self._toast.say(self.tr("no snapshot: there is no picture yet"), error=True)
        else:
            self._toast.say(self.tr("saved {files}").format(files=_shortly(outcome)))


def _shortly(files: tuple[Path, ...]) -> str:
    shown = [
        Path("~") / path.relative_to(Path.home()) if path.is_relative_to(Path.home()) else path
        for path in files
    ]
    return ", ".join([str(shown[0]), *(path.name for path in shown[1:])])
