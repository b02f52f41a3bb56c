"""What this machine is: its name and its cores."""

from __future__ import annotations

import os
from pathlib import Path

_MODELS = ("proc/device-tree/model", "sys/class/dmi/id/product_name")


def board_model(root: Path = Path("/")) -> str:
    """The board's name, such as "Raspberry Pi 5 Model B Rev 1.0"; "" where nothing tells.

    *root* stands for "/".
    """
    for name in _MODELS:
        try:
            text = (root / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        model = text.strip("\x00 \n")
        if model:
            return model
    return ""


def usable_cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0))
