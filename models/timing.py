"""Where the time of one frame goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds spent on one frame before, in and after the engine."""

    pre_ms: float
    infer_ms: float
    post_ms: float
