"""A pipeline that runs for the length of a test."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.live.pipeline import Pipeline


@contextmanager
def started(pipeline: Pipeline, within_s: float = 5) -> Iterator[Pipeline]:
    """Meanwhile *pipeline* runs; its threads have *within_s* to end."""
    pipeline.start()
    try:
        yield pipeline
    finally:
        pipeline.request_stop()
        pipeline.join(time.monotonic() + within_s)
