"""One window in a login session: a second one would only wait for the first one's cameras."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from models.errors import SaccadeError

COME_FORWARD = signal.SIGUSR1
"""What a second start sends to the process whose window is open."""


@contextmanager
def only_window(environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Hold the place of the session's one window.

    Raises SaccadeError where it is taken; the window that has it is called to the front. The place
    is a lock on a file, which the kernel gives up however a process ends.
    """
    path = _folder(environ) / "window.lock"
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            _call(holder)
            raise SaccadeError(
                f"Saccade's window is open already (process {holder}) and was called to the "
                "front; close it first, or run this one with --headless"
            ) from None
        # Until there is a window to come forward, a call must not end the process.
        before = signal.signal(COME_FORWARD, signal.SIG_IGN)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            signal.signal(COME_FORWARD, before)


def _call(process: str) -> None:
    if process.isdecimal():
        with suppress(ProcessLookupError, PermissionError):
            os.kill(int(process), COME_FORWARD)


def _folder(environ: Mapping[str, str]) -> Path:
    """The session's own folder; where there is no session manager, the user's data folder."""
    import platformdirs

    runtime = environ.get("XDG_RUNTIME_DIR", "")
    parent = Path(runtime) if runtime and os.access(runtime, os.W_OK) else None
    folder = (
        parent / "saccade" if parent else platformdirs.user_data_path("saccade", appauthor=False)
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaccadeError(f"{folder}: the folder cannot be made: {error.strerror}") from error
    return folder
