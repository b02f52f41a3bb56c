"""One window in a login session: a second one would only wait for the first one's cameras."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from models.errors import SaccadeError


@contextmanager
def only_window(environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Hold the place of the session's one window. Raises SaccadeError where it is taken.

    The place is a lock on a file, which the kernel gives up however a process ends.
    """
    path = _folder(environ) / "window.lock"
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise SaccadeError(
                f"Saccade's window is open already (process {file.read().strip()}); close it "
                "first, or run this one with --headless"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


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
