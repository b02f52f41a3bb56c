"""One window in a login session."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from app.instance import only_window
from models.errors import SaccadeError
from tests.app.running import Home

TINY = ("run", "--source", "synthetic:160x120@30", "--model", "none")


def test_a_second_window_is_refused_and_the_place_is_free_again(tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(tmp_path)}
    with (
        only_window(environ),
        pytest.raises(SaccadeError, match="open already"),
        only_window(environ),
    ):
        pass
    with only_window(environ):
        pass


def test_two_sessions_have_a_window_each(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with (
        only_window({"XDG_RUNTIME_DIR": str(tmp_path / "one")}),
        only_window({"XDG_RUNTIME_DIR": str(tmp_path / "two")}),
    ):
        pass


def test_beside_a_window_runs_go_headless_and_a_second_window_says_why_not(tmp_path: Path) -> None:
    home = Home(tmp_path)
    session = {"XDG_RUNTIME_DIR": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    first = home.start(*TINY, **session)
    try:
        lock = tmp_path / "saccade" / "window.lock"
        while not (lock.exists() and lock.read_text()):
            assert first.poll() is None
            time.sleep(0.05)
        second = home.run(*TINY, "--frames", "3", **session)
        assert second.returncode == 1
        assert f"process {first.pid}" in second.stderr
        assert "Traceback" not in second.stderr
        assert first.poll() is None
        assert home.run(*TINY, "--headless", "--frames", "3", **session).returncode == 0
    finally:
        # However it ends, the place is free.
        first.send_signal(signal.SIGKILL)
        first.communicate(timeout=10)
    assert home.run(*TINY, "--frames", "3", **session).returncode == 0
