"""A real source for each kind of camera, and what can be done to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.cameras import CameraOptions
from pipelines.cameras.v4l2 import list_devices
from tests.pipelines.cameras import picamera2_double
from tests.pipelines.cameras.media import write_pictures, write_video
from tests.servers.mjpeg_server import MjpegServer
from tests.servers.rtsp import RtspServer

LOGIN = ("operator", "hunter2")
TIMEOUT_S = 1.0
OPTIONS = CameraOptions(timeout_s=TIMEOUT_S)


@dataclass(frozen=True)
class Rig:
    """A source that works, one that does not, and what can be done to the first."""

    address: str
    missing: str
    options: CameraOptions = OPTIONS
    frames: int | None = None  # that it delivers when not paced; None: without end
    stall: Callable[[], None] | None = None
    silent: str | None = None  # format of an address, whose server takes connections, no more
    vanish: Path | None = None  # what may be moved away and come back


Build = Callable[[ExitStack, Path, pytest.MonkeyPatch], Rig]


def synthetic(stack: ExitStack, folder: Path, patch: pytest.MonkeyPatch) -> Rig:
    return Rig("320x240@60?seed=3", "320by240")


def v4l2(stack: ExitStack, folder: Path, patch: pytest.MonkeyPatch) -> Rig:
    if device := os.environ.get("V4L2_DEVICE"):  # set where a simulated one is preloaded
        stall = Path(f"{device}.stall")
        stack.callback(stall.unlink, missing_ok=True)
        return Rig(device, "/dev/video63", stall=stall.touch)
    usable = [device for device in list_devices() if device.usable]
    if not usable:
        pytest.skip("this machine has no V4L2 camera")
    return Rig(str(usable[0].path), "/dev/video63")


def picamera(stack: ExitStack, folder: Path, patch: pytest.MonkeyPatch) -> Rig:
    patch.setitem(sys.modules, "picamera2", picamera2_double)
    picamera2_double.Picamera2.taken = False
    stack.callback(picamera2_double.Picamera2.stalled.clear)
    options = CameraOptions(320, 240, 60, timeout_s=TIMEOUT_S)
    return Rig("0", "5", options, stall=picamera2_double.Picamera2.stalled.set)


def file(stack: ExitStack, folder: Path, patch: pytest.MonkeyPatch) -> Rig:
    clip = write_video(folder / "clip.mp4")
    return Rig(str(clip), str(folder / "none.mp4"), frames=12, vanish=clip)


def images(stack: ExitStack, folder: Path, patch: pytest.MonkeyPatch) -> Rig:
    pictures = write_pictures(folder / "pictures")
    missing = str(folder / "none")
    return Rig(str(pictures), missing, CameraOptions(fps=50), frames=3, vanish=pictures)


def rtsp(stack: ExitStack, folder: Path, patch: pytest.MonkeyPatch) -> Rig:
    server = stack.enter_context(RtspServer(login=LOGIN))
    login = ":".join(LOGIN)
    return Rig(
        f"rtsp://{login}@{server.address}/clock",
        f"rtsp://{login}@{server.address}/nowhere?token={LOGIN[1]}",
        stall=server.freeze,
        silent="rtsp://{}/clock",
    )


def http(stack: ExitStack, folder: Path, patch: pytest.MonkeyPatch) -> Rig:
    server = stack.enter_context(MjpegServer(login=LOGIN))
    return Rig(
        f"http://{':'.join(LOGIN)}@{server.address}/video",
        f"http://operator:wrong-{LOGIN[1]}@{server.address}/video?token={LOGIN[1]}",
        stall=server.stalled.set,
        silent="http://{}/video",
    )


RIGS: dict[str, Build] = {
    "synthetic": synthetic,
    "camera": v4l2,
    "picamera": picamera,
    "file": file,
    "images": images,
    "rtsp": rtsp,
    "http": http,
}
