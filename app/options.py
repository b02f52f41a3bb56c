"""What one run is asked to do, beside the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunOptions:
    """*duration_s*, *frames*: when to stop; None runs until told to. *frames* counts processed

    frames of each camera. *report*, *save_video*, *snapshot*: files to write.
    """

    headless: bool = False
    kiosk: bool = False
    duration_s: float | None = None
    frames: int | None = None
    report: Path | None = None
    save_video: Path | None = None
    snapshot: Path | None = None
