"""The files that a run is asked to write."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from models.errors import ConfigError, SaccadeError


def numbered(path: Path, index: int, count: int) -> Path:
    """*path* for camera *index* of *count*: "out.mp4" becomes "out-1.mp4" where there are more."""
    return path if count == 1 else path.with_stem(f"{path.stem}-{index + 1}")


def check_writable(path: Path) -> None:
    """Fail before the run rather than after it. Raises ConfigError."""
    if not path.parent.is_dir():
        raise ConfigError(f"{path}: there is no folder {path.parent}")
    if path.is_dir():
        raise ConfigError(f"{path}: is a folder, not a file")
    target = path.resolve()
    # A file is written beside its place and moved there; a device or a pipe is written to.
    special = target.exists() and not target.is_file()
    if not os.access(target if special else target.parent, os.W_OK):
        raise ConfigError(f"{path}: no permission to write there")


def write_json(path: Path, document: dict[str, Any]) -> None:
    """*document* as readable JSON. Raises SaccadeError."""
    write_whole(path, (json.dumps(document, indent=1) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write all of it or nothing; who may read *path* stays. Raises SaccadeError."""
    path = path.resolve()
    # A device or a pipe is written to, not replaced.
    whole = path.is_file() or not path.exists()
    draft = path.with_name(f".{path.name}.{os.getpid()}") if whole else path
    try:
        draft.write_bytes(content)
        if path.is_file():
            shutil.copymode(path, draft)
        if whole:
            draft.replace(path)
    except OSError as error:
        raise SaccadeError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        if whole:
            draft.unlink(missing_ok=True)
