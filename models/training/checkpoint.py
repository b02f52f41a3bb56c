"""Checkpoints: one file, replaced in one step, that holds tensors and plain values only."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import torch

from models.errors import InputError, SaccadeError


def save(path: Path, state: dict[str, Any]) -> None:
    """Write *state* in place of the file; an interruption leaves the old one as it was.

    Raises SaccadeError where there is no room, and leaves the old one then too.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write(path, buffer.getvalue())


def load(path: Path) -> dict[str, Any]:
    """What `save` wrote. Raises InputError for another file; never runs code from it."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise
    except Exception as error:
        raise InputError(
            f"{path}: is no checkpoint of a training; remove it to begin anew"
        ) from error
    if not isinstance(state, dict):
        raise InputError(f"{path}: is no checkpoint of a training; remove it to begin anew")
    return state


def write(path: Path, content: bytes) -> None:
    """Replace the file by *content*, which is on the disk before it gets its name."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise SaccadeError(
            f"{path}: cannot be written: {error.strerror or error}; what was written before is "
            f"kept, and the same command goes on from there"
        ) from error
