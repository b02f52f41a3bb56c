"""A disk that is full in no time."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 300 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() or not mount("-t", "tmpfs", "-o", "size=300k", "none", str(folder)):
        pytest.skip("mounting a small disk takes root's rights")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def mount(*arguments: str) -> bool:
    """Whether the command of that name succeeds."""
    return not subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode
