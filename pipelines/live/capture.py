"""Camera → ring, for as long as the application runs.

A camera that fails is closed and reopened with back-off. One that hangs in a call cannot be
interrupted: `supervise` leaves its thread to itself, takes its slot away and begins anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator

from models.errors import CameraError, CameraStalled, EndOfStream
from pipelines.cameras import Camera
from pipelines.live.meter import Meter
from pipelines.live.ring import Reservation, Ring
from pipelines.live.status import CameraState

log = logging.getLogger(__name__)

BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
# What a camera may take over its own time-out before the thread counts as hung.
GRACE_S = 1.0
# Threads left hanging in a driver before no further one is started.
MAX_HUNG = 4

Frames = Generator[None, None, None]


class Capture:
    """Owns the camera of one pipeline, called *name* in the log.

    *open_camera* builds a fresh camera for every attempt. *timeout_s* is the camera's own
    time-out for one call. It has no thread of its own: whichever has the turn brings frames.
    """

    def __init__(
        self,
        name: str,
        open_camera: Callable[[], Camera],
        ring: Ring,
        meter: Meter,
        timeout_s: float,
    ) -> None:
        self._name = name
        self._open_camera = open_camera
        self._ring = ring
        self._meter = meter
        self._limit_s = timeout_s + GRACE_S
        self._stopping = threading.Event()
        self._current = Attempt(self._frames)
        self._hung: list[Attempt] = []
        self._failures = 0
        self.state = CameraState.STARTING
        self.message = ""
        self.complaint = ""  # what the camera last failed of
        self.reconnects = 0
        self.stalls = 0
        self.failure: BaseException | None = None
        self.size: tuple[int, int] | None = None
        self.fps: float | None = None
        self.delivered = False

    def take(self) -> Attempt | None:
        """The turn at the camera for the calling thread; None while another one has it.

        Only one thread at a time may ask.
        """
        attempt = self._current
        if attempt.thread is not None or attempt.over or attempt.hung:
            return None
        attempt.thread = threading.current_thread()
        return attempt

    def request_stop(self) -> None:
        """End after the camera call under way."""
        self._stopping.set()

    @property
    def taken(self) -> bool:
        """A thread has the turn."""
        return self._current.thread is not None

    @property
    def over(self) -> bool:
        """The camera is closed for good."""
        return self._current.over

    @property
    def hung(self) -> list[threading.Thread]:
        """Threads that are left behind in a camera's call."""
        return [old.thread for old in self._hung if old.thread is not None]

    def supervise(self) -> bool:
        """Give a camera up that hangs. Called a few times a second.

        Returns whether there is a new turn to take in place of the one that hangs.
        """
        attempt = self._current
        if self._stopping.is_set():
            return False
        if not attempt.hung:
            since = attempt.busy_since
            if since is None or time.monotonic() - since <= self._limit_s:
                return False
            attempt.hung = True
            self.stalls += 1
            self.state = CameraState.STALE if self.delivered else CameraState.NO_CAMERA
            self.complaint = f"no answer from the camera for {self._limit_s:.0f} s"
            self.message = f"{self.complaint}; reopening it"
            log.warning("%s: %s", self._name, self.message)
            if attempt.reservation is not None:
                self._ring.revoke(attempt.reservation)
            self._hung.append(attempt)
        self._hung = [old for old in self._hung if old.thread and old.thread.is_alive()]
        if len(self._hung) >= MAX_HUNG:
            return False
        self._failures += 1
        self._current = Attempt(self._frames)
        return True

    def _frames(self, attempt: Attempt) -> Frames:
        """Puts a frame into the ring at every step, for as long as there are any."""
        try:
            while not self._over(attempt):
                try:
                    yield from self._delivered(attempt)
                except EndOfStream:
                    if not attempt.hung:
                        self._set(attempt, CameraState.ENDED, "")
                        self._ring.end()
                    return
                except CameraError as error:
                    self._failed(attempt, error)
        except GeneratorExit:
            raise
        except BaseException as error:
            if not self._over(attempt):
                log.error("%s: the camera's thread ended: %s", self._name, error or repr(error))
                self.failure = error
                self._ring.end()
        finally:
            attempt.over = True
            attempt.busy_since = None

    def _delivered(self, attempt: Attempt) -> Frames:
        """Open the camera and pass on its frames until it fails or the attempt is over."""
        self._pause()
        if self._over(attempt):
            return
        camera = self._open_camera()
        try:
            attempt.busy_since = time.monotonic()
            height, width = camera.open()
            self.fps = camera.fps
            while not self._over(attempt):
                reservation = attempt.reservation = self._ring.begin(height, width)
                try:
                    attempt.busy_since = time.monotonic()
                    shot = camera.read(reservation.image)
                    attempt.busy_since = None
                except BaseException:
                    self._ring.cancel(reservation)
                    raise
                height, width = shot.image.shape[:2]
                if self._ring.commit(reservation, shot) is None:
                    return
                self._meter.captured()
                if self.state is not CameraState.LIVE:
                    self._live(attempt)
                self.size = (width, height)
                yield
        finally:
            # Closing may hang as well, and is supervised like any other call.
            attempt.busy_since = time.monotonic()
            camera.close()
            attempt.busy_since = None

    def _live(self, attempt: Attempt) -> None:
        if self.message:
            log.info("%s: the camera delivers", self._name)
        if self.delivered:
            self.reconnects += 1
        self._failures = 0
        self.delivered = True
        self._set(attempt, CameraState.LIVE, "")

    def _failed(self, attempt: Attempt, error: CameraError) -> None:
        attempt.busy_since = None
        if self._over(attempt):
            return
        self._failures += 1
        state = CameraState.RECONNECTING
        if isinstance(error, CameraStalled):
            self.stalls += 1
            state = CameraState.STALE
        if not self.delivered:
            state = CameraState.NO_CAMERA
        self.complaint = str(error)
        message = f"{error}; trying again in {self._backoff_s():g} s"
        log.warning("%s: %s", self._name, message)
        self._set(attempt, state, message)

    def _pause(self) -> None:
        """Wait out the back-off; a first attempt has none."""
        if self._failures:
            self._stopping.wait(self._backoff_s())

    def _backoff_s(self) -> float:
        return BACKOFF_S[min(self._failures, len(BACKOFF_S)) - 1]

    def _over(self, attempt: Attempt) -> bool:
        return self._stopping.is_set() or attempt.hung

    def _set(self, attempt: Attempt, state: CameraState, message: str) -> None:
        if not attempt.hung:
            self.state, self.message = state, message


class Attempt:
    """The turn at a camera, until that hangs or is closed for good.

    *frames* puts one into the ring at every step.
    """

    def __init__(self, frames: Callable[[Attempt], Frames]) -> None:
        self.frames = frames(self)
        self.thread: threading.Thread | None = None  # whose turn it is
        self.busy_since: float | None = None  # when the camera call under way began
        self.reservation: Reservation | None = None
        self.hung = False
        self.over = False

    @property
    def replaced(self) -> bool:
        """It hung on the calling thread, in place of which there is another one."""
        return self.hung and self.thread is threading.current_thread()
