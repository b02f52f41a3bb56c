"""Fixtures of the power sources' tests."""

from __future__ import annotations

import pytest

from tests.recorded.tree import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The sources' time, which goes by only when told or slept."""
    clock = Clock()
    monkeypatch.setattr("time.monotonic", clock.monotonic)
    return clock
