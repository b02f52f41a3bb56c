"""What one run is asked to do, beside the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunOptions:
    """When to stop, None running until told to, and which files to write.

    *config* is the file that the settings come from, None being `config_file`. *frames* counts
    the processed frames of each camera. *benchmark*: a network that is chosen automatically may be
    measured first. *headless*: there is no window.
    """

    config: Path | None = None
    duration_s: float | None = None
    frames: int | None = None
    report: Path | None = None
    save_video: Path | None = None
    snapshot: Path | None = None
    benchmark: bool = True
    headless: bool = False
