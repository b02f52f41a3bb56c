"""The most recent result, kept at hand for snapshots, also of a camera that has fallen still."""

from __future__ import annotations

import threading

from models.detection import Detection
from models.image import Image
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

    def copy(self) -> tuple[Image, tuple[Detection, ...]] | None:
        """The last result, its image the caller's own; None before the first.

        Copies under the lock: the worker may wait for it, a fraction of a millisecond, and in
        return any number of callers pin nothing.
        """
        with self._lock:
            if self._held is None:
                return None
            return self._held.frame.image.copy(), self._held.detections
