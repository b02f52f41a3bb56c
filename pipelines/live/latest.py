"""The most recent result, kept at hand for snapshots, also of a camera that has fallen still."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.live.frame import Inference
from pipelines.live.ring import Ring


class Latest:
    """Keeps the frame of the last result pinned in *ring*."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._lock = threading.Lock()
        self._held: Inference | None = None

    def offer(self, inference: Inference) -> None:
        """Called by the worker after every frame, while it still has the frame pinned."""
        with self._lock:
            self._ring.pin(inference.frame)
            stale, self._held = self._held, inference
            if stale is not None:
                self._ring.unpin(stale.frame)

    @contextmanager
    def pinned(self) -> Iterator[Inference | None]:
        """The last result, its image valid inside the block; None before the first."""
        with self._lock:
            held = self._held
            if held is not None:
                self._ring.pin(held.frame)
        try:
            yield held
        finally:
            if held is not None:
                self._ring.unpin(held.frame)
