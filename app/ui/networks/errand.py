"""What is done with networks while the window goes on: one thing at a time, on its own thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from PyQt5.QtCore import QObject, pyqtSignal

from app.library import Library
from app.ui.background import Background
from models.errors import SaccadeError
from models.store import Installed

# Oftener nobody sees it.
_PROGRESS_S = 0.1

Hashed = tuple[Installed, ...]


class _Cancelled(Exception):
    """The user ended a download."""


class Errand(QObject):
    """*advanced*: bytes that came, and in all. *checking*: the engines try the network.

    *done* carries the network's name, "" for all of them; why it failed, "" where it did not;
    and the networks whose files were hashed.
    """

    advanced = pyqtSignal(object, object)
    checking = pyqtSignal()
    done = pyqtSignal(str, str, object)

    def __init__(self, library: Library, parent: QObject) -> None:
        super().__init__(parent)
        self._library = library
        self._cancel = threading.Event()
        self._told_s = 0.0
        self._name = ""
        self._work = Background("networks", self)
        self._work.finished.connect(self._end)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._work.busy

    @property
    def name(self) -> str:
        """The network that something is done with; "" while there is none."""
        return self._name if self._work.busy else ""

    def install(self, name: str) -> None:
        """Begin to download and install it, unless something is under way."""
        self._cancel.clear()
        self._start(name, lambda: (self._library.install(name, self._progress, self._arrived),))

    def remove(self, name: str) -> None:
        """Begin to remove it, unless something is under way."""

        def work() -> Hashed:
            self._library.remove(name)
            return ()

        self._start(name, work)

    def verify(self) -> None:
        """Begin to hash every installed file, unless something is under way."""
        self._start("", self._library.verify)

    def cancel(self) -> None:
        """End the download; what has come is kept."""
        self._cancel.set()

    def _start(self, name: str, work: Callable[[], Hashed]) -> None:
        if not self._work.busy:
            self._name = name
            self._work.start(work)

    # On the work's thread.

    def _progress(self, done: int, total: int | None) -> None:
        if self._cancel.is_set():
            raise _Cancelled
        now_s = time.monotonic()
        if now_s - self._told_s >= _PROGRESS_S:
            self._told_s = now_s
            self.advanced.emit(done, total)

    def _arrived(self) -> None:
        if self._cancel.is_set():
            raise _Cancelled
        self.checking.emit()

    # On the window's.

    def _end(self, outcome: Hashed | Exception) -> None:
        if isinstance(outcome, _Cancelled):
            self.done.emit(self._name, self.tr("not installed; what has come is kept"), ())
        elif isinstance(outcome, SaccadeError):
            self.done.emit(self._name, str(outcome), ())
        elif isinstance(outcome, Exception):
            raise outcome
        else:
            self.done.emit(self._name, "", outcome)
