"""When a source that has no clock of its own shows its next frame."""

from __future__ import annotations

import threading
import time

from models.errors import CameraError
from pipelines.cameras import CameraOptions

_CLOSED = "the camera was closed while its next frame was waited for"


def start_pacer(fps: float, options: CameraOptions) -> Pacer | Unpaced:
    """What *options* ask for, its first frame due now. Raises CameraError for too low a rate."""
    if not options.paced:
        return Unpaced()
    if 1 / fps > options.timeout_s:
        raise CameraError(
            f"a frame every {1 / fps:g} s is too rare for a time-out of {options.timeout_s:g} s; "
            f"set a higher fps or a longer timeout_s"
        )
    return Pacer(fps)


class Pacer:
    """Deadlines at a fixed rate, without drift.

    The reader is a camera's: a deadline that it missed is past, and what it gets is the latest
    one, not all that it slept through.
    """

    def __init__(self, fps: float) -> None:
        self._period_s = 1 / fps
        self._next = 0
        self._start_s = time.monotonic()
        self._stopped = threading.Event()

    def wait(self) -> tuple[int, float]:
        """Wait until the next frame is due; returns its number and the moment it was due at.

        A frame is as old as its deadline, however late the reader came for it: an exposure does
        not wait for anyone. Raises CameraError when `stop` ends the wait.
        """
        elapsed_s = time.monotonic() - self._start_s
        number = max(self._next, int(elapsed_s / self._period_s))
        due_s = self._start_s + number * self._period_s
        while (left_s := due_s - time.monotonic()) > 0 and not self._stopped.is_set():
            self._stopped.wait(left_s)
        if self._stopped.is_set():
            raise CameraError(_CLOSED)
        self._next = number + 1
        return number, due_s

    def stop(self) -> None:
        """End a `wait` in another thread, and every later one."""
        self._stopped.set()


class Unpaced:
    """The same for a source whose frames are taken one after the other, as fast as they come."""

    def __init__(self) -> None:
        self._next = 0
        self._stopped = False

    def wait(self) -> tuple[int, float]:
        """The next frame's number, and now."""
        if self._stopped:
            raise CameraError(_CLOSED)
        number, self._next = self._next, self._next + 1
        return number, time.monotonic()

    def stop(self) -> None:
        """End every later `wait`."""
        self._stopped = True
