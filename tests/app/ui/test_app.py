from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    processes: list[subprocess.Popen[str]] = []

    def start(plan: str = "", **environ: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.app.ui.process", plan, str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path), **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def wait_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


# A snapshot that hangs on a dead disk must not hold the end up.
@pytest.mark.parametrize("plan", ["finish", "fail", "hang"])
def test_the_end_of_the_application_ends_the_window(start: Start, plan: str) -> None:
    out, err = start(plan).communicate(timeout=60)
    assert out == "ready\nended 0 \n", err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_window_at_once(
    start: Start, number: signal.Signals, tmp_path: Path
) -> None:
    process = start()
    wait_ready(process)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert out == "ended 0 \n", err
    assert process.returncode == 0
    assert (tmp_path / "saccade" / "window.ini").is_file()


def test_an_exception_in_the_window_is_raised_and_does_not_abort(start: Start) -> None:
    process = start("break")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "ZeroDivisionError: a bug in the window" in err
    assert "ended" not in out


def test_the_plugins_of_opencv_s_own_qt_are_not_used(start: Start, tmp_path: Path) -> None:
    others = tmp_path / "cv2" / "qt" / "plugins"
    others.mkdir(parents=True)
    out, err = start("finish", QT_QPA_PLATFORM_PLUGIN_PATH=str(others)).communicate(timeout=60)
    assert out == "ready\nended 0 \n", err


@pytest.fixture
def x_display() -> Iterator[str]:
    """A fresh X server of our own."""
    if shutil.which("Xvfb") is None:
        pytest.skip("no Xvfb (apt install xvfb)")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as numbers:
        number = numbers.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait()


def test_the_window_is_mapped_on_a_real_x_server(start: Start, x_display: str) -> None:
    if shutil.which("xwininfo") is None:
        pytest.skip("no xwininfo (apt install x11-utils)")
    process = start(DISPLAY=x_display, QT_QPA_PLATFORM="xcb")
    wait_ready(process)
    query = ["xwininfo", "-display", x_display, "-name", "Gate cam — Saccade"]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        info = subprocess.run(query, capture_output=True, text=True, check=False).stdout
        if "IsViewable" in info:
            break
        time.sleep(0.1)
    assert "Map State: IsViewable" in info
    assert "Width: 1280" in info
    tree = subprocess.run(
        ["xwininfo", "-display", x_display, "-root", "-tree"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert '("saccade" "saccade")' in tree  # by which a desktop finds the icon
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert out == "ended 0 \n", err
