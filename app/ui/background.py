"""Work that would hold up the window, on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from PyQt5.QtCore import QObject, pyqtSignal


class Background(QObject):
    """Does one thing at a time. *finished* carries what the work returned, or what it raised."""

    finished = pyqtSignal(object)
    _ended = pyqtSignal(object)

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._name = name
        self.busy = False
        self._ended.connect(self._tell)

    def start(self, work: Callable[[], object]) -> bool:
        """Do *work*; False where something is under way already."""
        if self.busy:
            return False
        self.busy = True
        # Not in Qt's pool: the application would wait for it at its end.
        threading.Thread(target=self._run, args=(work,), name=self._name, daemon=True).start()
        return True

    def _run(self, work: Callable[[], object]) -> None:
        outcome: object
        try:
            outcome = work()
        except Exception as error:
            outcome = error
        with suppress(RuntimeError):  # the window is gone
            self._ended.emit(outcome)

    def _tell(self, outcome: object) -> None:
        self.busy = False
        self.finished.emit(outcome)
