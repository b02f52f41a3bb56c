"""Fixtures that every part of the suite shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A commit passes or fails everywhere alike, and no machine is too slow for it.
# `pytest --hypothesis-profile default` looks for new examples.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parent.parent

# Qt and OpenCV read these when they are first imported.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What ncnn makes of networks is kept for the run of the tests, and not in the home folder."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real networks, images and videos; skips where there is none."""
    folder = Path(os.environ.get("SACCADE_REAL", ROOT.parent / "shared" / "real"))
    if not folder.is_dir():
        pytest.skip(f"no real networks and images at {folder} (set SACCADE_REAL)")
    return folder
