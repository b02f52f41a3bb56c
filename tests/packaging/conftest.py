"""Fixtures of the packaging tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packaging.installed import Installation


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    """Where nothing is installed yet."""
    return Installation(tmp_path / "home", tmp_path / "system")


@pytest.fixture
def installed(place: Installation) -> Installation:
    """With menu entry and services."""
    for what in (["desktop", "--autostart"], ["services"]):
        done = place.install(*what)
        assert done.returncode == 0, done.stderr
    return place
