"""Building a folder that stands for "/", and letting its time go by."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

# The recorded firmware: it answers each question with the file that is named after it.
VCGENCMD = '#!/bin/sh\nexec cat "$0.$1"\n'


def build(root: Path, files: Mapping[str, str | bytes]) -> str:
    """Write *files* below *root*, the scripts among them executable; returns *root* as text."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        path.chmod(0o755 if data.startswith(b"#!") else 0o644)
    return str(root)


def make_fail(path: Path) -> None:
    """Make every read of *path* fail, as a switched-off channel's does: a folder has no text."""
    path.unlink()
    path.mkdir()


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder that an unprivileged user may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may read everything: for a moment be someone who may not."""
    user = os.geteuid()
    if user == 0:
        try:
            os.seteuid(65534)
        except PermissionError:
            pytest.skip("this container's root may not become another user")
    try:
        yield
    finally:
        os.seteuid(user)


class Clock:
    """Stands for `time.monotonic` and `time.sleep`; sleeping is what makes its time go by."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
