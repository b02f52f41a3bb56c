from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.display import display_available, platform_to_set


def test_without_a_display_the_reason_names_what_is_not_set() -> None:
    assert display_available({}) == "no display: neither DISPLAY nor WAYLAND_DISPLAY is set"


def test_an_x_server_that_is_not_there() -> None:
    reason = display_available({"DISPLAY": ":9876"})
    assert reason == "no X display: ':9876' does not answer or refuses this user"


def test_a_display_that_is_no_display() -> None:
    assert "does not answer" in (display_available({"DISPLAY": "nonsense"}) or "")


def test_a_compositor_that_is_not_there(tmp_path: Path) -> None:
    environ = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    reason = display_available(environ) or ""
    assert reason.startswith(f"no Wayland display: {tmp_path}/wayland-7")


def test_a_compositor_that_answers(tmp_path: Path) -> None:
    environ = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        # What may still be missing is the plug-in, never the display.
        assert "no Wayland display" not in (display_available(environ) or "")
        if display_available(environ) is None:
            assert platform_to_set(environ) == "wayland"
            assert platform_to_set({**environ, "DISPLAY": ":9876"}) == "wayland"
            assert platform_to_set({**environ, "QT_QPA_PLATFORM": "wayland"}) is None


@pytest.mark.parametrize("name", ["offscreen", "minimal", "offscreen:size=800x480"])
def test_platforms_without_a_display_serve_anywhere(name: str) -> None:
    assert display_available({"QT_QPA_PLATFORM": name}) is None
    assert platform_to_set({"QT_QPA_PLATFORM": name}) is None


def test_an_unknown_platform() -> None:
    reason = display_available({"QT_QPA_PLATFORM": "nonsense"})
    assert reason == "Qt has no platform plug-in named 'nonsense'"


def test_one_of_several_platforms_is_enough() -> None:
    assert display_available({"QT_QPA_PLATFORM": "xcb;offscreen"}) is None
    reason = display_available({"QT_QPA_PLATFORM": "xcb;nonsense"}) or ""
    assert "DISPLAY is not set" in reason
    assert "nonsense" in reason


@pytest.mark.skipif(bool(glob.glob("/dev/dri/card*")), reason="this machine has a graphics card")
def test_a_machine_without_graphics() -> None:
    assert (
        display_available({"QT_QPA_PLATFORM": "eglfs"}) == "no display: there is no /dev/dri/card*"
    )


def test_qt_is_not_imported() -> None:
    code = (
        "import sys, app.display as d; d.display_available(); d.platform_to_set();"
        "sys.exit(any(name.startswith('PyQt5') for name in sys.modules))"
    )
    root = Path(__file__).resolve().parents[2]
    environ = {**os.environ, "DISPLAY": ":9876", "QT_QPA_PLATFORM": "xcb"}
    subprocess.run([sys.executable, "-c", code], cwd=root, env=environ, check=True)


def test_the_only_client_of_an_x_server_keeps_it_from_starting_anew() -> None:
    """Asks a server of our own twice at once, as Qt would right after the first time."""
    if shutil.which("Xvfb") is None:
        pytest.skip("no Xvfb (apt install xvfb)")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-nolisten", "tcp", "-terminate"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as numbers:
            environ = {"DISPLAY": f":{numbers.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
        try:
            assert display_available(environ) is None
            # With -terminate it would end where it otherwise starts anew.
            with pytest.raises(subprocess.TimeoutExpired):
                server.wait(timeout=1)
            assert display_available(environ) is None
        finally:
            server.terminate()
