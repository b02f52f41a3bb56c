"""Python's cyclic garbage, collected by the window's thread alone."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PyQt5.QtCore import QTimer

_PERIOD_MS = 1000


@contextmanager
def collected_here() -> Iterator[None]:
    """Until the end, collect in the calling thread, which is Qt's, once a second where it is due.

    Python collects in whichever thread allocates next: a worker's, too. What it finds may own
    widgets, and Qt's objects must not be destroyed by another thread than their own.
    """
    timer = QTimer()
    timer.timeout.connect(_collect)
    gc.disable()
    # What is there by now stays: passing over it again would hold up the frames.
    gc.collect()
    gc.freeze()
    timer.start(_PERIOD_MS)
    try:
        yield
    finally:
        timer.stop()
        gc.unfreeze()
        gc.enable()


def _collect() -> None:
    """The oldest generation that is due, as Python itself would."""
    due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    if any(due):
        gc.collect(max(generation for generation, over in enumerate(due) if over))
