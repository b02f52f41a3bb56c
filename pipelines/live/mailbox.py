"""The way from the worker to a display: the latest result, handed over only when asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pipelines.live.frame import Inference
from pipelines.live.ring import Ring


class Mailbox:
    """Holds at most one result, its frame pinned in *ring*.

    A display that cannot keep up costs the worker nothing: it takes a result only after a
    `want`, and replaces one that was not fetched.
    """

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._lock = threading.Lock()
        self._wanted = False
        self._held: Inference | None = None
        self._on_arrival: Callable[[], None] | None = None

    def subscribe(self, on_arrival: Callable[[], None]) -> None:
        """Call *on_arrival* from a thread of the camera's whenever a wanted result is there."""
        self._on_arrival = on_arrival

    def want(self) -> None:
        """Ask for the next result."""
        self._wanted = True

    def offer(self, inference: Inference) -> None:
        """Called by the worker after every frame, while it still has the frame pinned."""
        if not self._wanted:
            return
        with self._lock:
            self._wanted = False
            self._ring.pin(inference.frame)
            stale, self._held = self._held, inference
        if stale is not None:
            self._ring.unpin(stale.frame)
        if self._on_arrival is not None:
            self._on_arrival()

    def take(self) -> Inference | None:
        """The result that arrived; its image stays pinned until `release`."""
        with self._lock:
            taken, self._held = self._held, None
            return taken

    def release(self, inference: Inference) -> None:
        """Give the image's slot back to the ring."""
        self._ring.unpin(inference.frame)
