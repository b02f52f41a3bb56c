"""Snapshots that the user asks for, written by a thread of their own."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject

from app.controls import Controls
from app.ui.background import Background
from app.ui.toast import Toast
from models.errors import SaccadeError


class SnapshotSaver(QObject):
    """Has *controls* write the files, one request at a time; says on *toast* what came of it."""

    def __init__(self, controls: Controls, toast: Toast, parent: QObject) -> None:
        super().__init__(parent)
        self._controls, self._toast = controls, toast
        # Compressing large pictures takes a moment.
        self._work = Background("snapshot", self)
        self._work.finished.connect(self._tell)

    def start(self) -> None:
        """Save, unless that is under way."""
        self._work.start(self._controls.snapshot)

    def _tell(self, outcome: tuple[Path, ...] | Exception) -> None:
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
