"""The most recent result: for a display, which asks for it, and for snapshots."""

from __future__ import annotations

import threading
from collections.abc import Callable

from models.detection import Detection
from models.image import Image
from pipelines.live.frame import Inference
from pipelines.live.ring import Ring


class Latest:
    """Keeps the frame of the last result pinned in *ring*.

    A display that cannot keep up costs the worker nothing: it is told of a result only after a
    `want`, and what it takes then is the newest, which may have come after that one.
    """

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._lock = threading.Lock()
        self._held: Inference | None = None
        self._wanted = False
        self._on_arrival: Callable[[], None] | None = None

    def subscribe(self, on_arrival: Callable[[], None]) -> None:
        """Call *on_arrival* from a thread of the camera's whenever a wanted result is there."""
        self._on_arrival = on_arrival

    def want(self) -> None:
        """Ask to be told of the next result."""
        self._wanted = True

    def offer(self, inference: Inference) -> None:
        """Called by the worker after every frame, while it still has the frame pinned."""
        with self._lock:
            self._ring.pin(inference.frame)
            stale, self._held = self._held, inference
            if stale is not None:
                self._ring.unpin(stale.frame)
            wanted, self._wanted = self._wanted, False
        if wanted and self._on_arrival is not None:
            self._on_arrival()

    def take(self) -> Inference | None:
        """The last result, its frame pinned until `release`; None before the first."""
        with self._lock:
            if self._held is not None:
                self._ring.pin(self._held.frame)
            return self._held

    def release(self, inference: Inference) -> None:
        """Give the frame's slot back to the ring."""
        self._ring.unpin(inference.frame)

    def copy(self) -> tuple[Image, tuple[Detection, ...]] | None:
        """The last result, its image the caller's own; None before the first.

        Copies under the lock: the worker may wait for it, a fraction of a millisecond, and in
        return any number of callers pin nothing.
        """
        with self._lock:
            if self._held is None:
                return None
            return self._held.frame.image.copy(), self._held.detections
