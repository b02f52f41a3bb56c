"""Starts and stops the RTSP server, which runs in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType

import pytest

_PYTHON = "/usr/bin/python3"
_NEEDS = (
    "import gi; gi.require_version('GstRtspServer', '1.0'); "
    "from gi.repository import Gst, GstRtspServer; Gst.init(None); "
    "assert Gst.ElementFactory.find('{element}')"
)


class RtspServer:
    """Serves a clock face at `address`/clock; use it in a `with` statement.

    Skips the test, with the reason, where GStreamer's server or the codec is not installed.
    """

    def __init__(self, codec: str = "jpeg", login: tuple[str, str] | None = None) -> None:
        self._codec = codec
        self._login = login

    def __enter__(self) -> RtspServer:
        element = {"jpeg": "rtpjpegpay", "h264": "openh264enc", "vp8": "vp8enc"}[self._codec]
        _skip_unless(element)
        command = [_PYTHON, str(Path(__file__).with_name("rtsp_server.py")), "--codec", self._codec]
        if self._login:
            command += ["--user", self._login[0], "--password", self._login[1]]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def address(self) -> str:
        """host:port"""
        return f"127.0.0.1:{self.port}"

    def freeze(self) -> None:
        """Make it silent, its connections open."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def kill(self) -> None:
        """Make it vanish."""
        self._process.kill()
        self._process.wait()


def _skip_unless(element: str) -> None:
    if not Path(_PYTHON).exists():
        pytest.skip(f"no {_PYTHON}, which the RTSP server runs on")
    done = subprocess.run(
        [_PYTHON, "-c", _NEEDS.format(element=element)], stderr=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        pytest.skip(
            f"no GStreamer RTSP server with {element} (apt: python3-gi gir1.2-gst-rtsp-server-1.0 "
            f"gstreamer1.0-plugins-base gstreamer1.0-plugins-good)"
        )
