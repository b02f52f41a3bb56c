"""All of these need the optional extra `train`: without it each file is skipped with the reason."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

REASON = 'PyTorch is not installed: pip install ".[train]"'


class Absent(pytest.File):
    """Stands for a file that cannot be imported without PyTorch."""

    def collect(self) -> Iterator[pytest.Item]:
        pytest.skip(REASON, allow_module_level=True)
        yield


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Called for every test file of this folder, before pytest imports it."""
    if importlib.util.find_spec("torch") is None:
        return Absent.from_parent(parent, path=module_path)
    return None
