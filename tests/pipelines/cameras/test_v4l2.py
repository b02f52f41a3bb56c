"""V4L2: what the kernel says of its devices, and a camera without hardware, in its own process."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from models.errors import CameraError, InputError
from pipelines.cameras import CameraOptions
from pipelines.cameras.v4l2 import V4l2Camera, explain_capability, find_problem, list_devices
from tests.conftest import ROOT
from tests.contracts import test_cameras as contract

DEVICE = os.environ.get("V4L2_DEVICE")
SOURCE = ROOT / "tests" / "servers" / "v4l2_device.c"

CAPTURE, MPLANE, M2M, META, STREAM = 0x1, 0x1000, 0x8000, 0x800000, 0x4000000
IO_MC, DEVICE_CAPS = 0x20000000, 0x80000000


def capability(driver: str, whole: int, node: int = 0) -> bytes:
    return struct.pack(
        "=16s32s32sIIIIII", driver.encode(), b"Camera", b"usb-1", 0x060600, whole, node, 0, 0, 0
    )


@pytest.mark.parametrize(
    ("answer", "usable"),
    [
        # A USB camera: its picture, and its second node with metadata only.
        (capability("uvcvideo", DEVICE_CAPS | CAPTURE | META | STREAM, CAPTURE | STREAM), True),
        (capability("uvcvideo", DEVICE_CAPS | CAPTURE | META | STREAM, META | STREAM), False),
        # An old driver without a field for each node.
        (capability("bttv", CAPTURE | STREAM), True),
        # The Pi's codec, and its sensors' raw data on Pi 4 and 5.
        (capability("bcm2835-codec", DEVICE_CAPS | M2M | STREAM, M2M | STREAM), False),
        (capability("unicam", DEVICE_CAPS | CAPTURE | STREAM, CAPTURE | STREAM), False),
        (capability("rp1-cfe", DEVICE_CAPS | CAPTURE | IO_MC, CAPTURE | IO_MC | STREAM), False),
        # A capture device of several planes, which OpenCV does not read.
        (capability("vivid", DEVICE_CAPS | MPLANE | STREAM, MPLANE | STREAM), False),
    ],
)
def test_a_capability_tells_a_camera_from_other_nodes(answer: bytes, usable: bool) -> None:
    problem = explain_capability(answer)
    assert (problem is None) == usable


def test_devices_are_listed_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number, name in ((10, "bcm2835-codec-decode"), (0, "HD Webcam"), (2, "HDMI grabber")):
        entry = tmp_path / "sys" / f"video{number}"
        entry.mkdir(parents=True)
        (entry / "name").write_text(f"{name}\n")
    devices = list_devices(tmp_path / "sys", tmp_path / "dev")
    assert [device.name for device in devices] == [
        "HD Webcam",
        "HDMI grabber",
        "bcm2835-codec-decode",
    ]
    assert [device.source for device in devices] == ["camera:0", "camera:2", "camera:10"]
    assert not any(device.usable for device in devices)


def test_what_stands_in_the_way_is_said(tmp_path: Path) -> None:
    assert "is it plugged in?" in str(find_problem(tmp_path / "video0"))
    plain = tmp_path / "video1"
    plain.touch()
    assert "is no video device" in str(find_problem(plain))
    if os.geteuid() == 0:
        pytest.skip("root may open everything")
    plain.chmod(0)
    assert "join the group video" in str(find_problem(plain))


def test_a_device_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(CameraError, match=r"camera:63 cannot be used: there is no /dev/video63"):
        V4l2Camera("63", CameraOptions()).open()
    with pytest.raises(InputError):
        V4l2Camera("front door", CameraOptions())


@pytest.mark.skipif(DEVICE is not None, reason="this is the process with the device")
def test_the_contract_and_more_on_a_device_without_hardware(tmp_path: Path) -> None:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("no C compiler for the camera without hardware")
    library, device = tmp_path / "device.so", tmp_path / "video0"
    device.touch()
    built = subprocess.run(
        [compiler, "-shared", "-fPIC", "-o", library, SOURCE, "-ldl", "-lpthread"],
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        pytest.skip(f"the camera without hardware does not compile: {built.stderr[:200]}")
    tests = [
        f"{contract.__file__}::{name}[camera]" for name in dir(contract) if name[:5] == "test_"
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", __file__, *tests],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": str(library), "V4L2_DEVICE": str(device)},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


on_device = pytest.mark.skipif(DEVICE is None, reason="runs in the process with the device")


@on_device
def test_it_asks_for_a_size_and_is_given_the_nearest() -> None:
    camera = V4l2Camera(str(DEVICE), CameraOptions(width=1200, height=700, timeout_s=1))
    assert camera.open() == (720, 1280)
    assert camera.fps == 30
    camera.close()


@on_device
def test_a_frame_that_waited_is_passed_over_and_every_frame_comes() -> None:
    camera = V4l2Camera(str(DEVICE), CameraOptions(timeout_s=1))
    buffer = np.zeros((*camera.open(), 3), np.uint8)
    camera.read(buffer)
    time.sleep(1)
    before_s = time.monotonic()
    assert camera.read(buffer).captured_s > before_s - 0.5  # the waiting ones are 1 s old
    times = [camera.read(buffer).captured_s for _ in range(20)]
    # The driver's own stamps: with a single buffer they would be two periods apart.
    assert np.median(np.diff(times)) == pytest.approx(1 / 30, rel=0.02)
    camera.close()


@on_device
def test_a_busy_device_is_said() -> None:
    busy = Path(f"{DEVICE}.busy")
    busy.touch()
    try:
        with pytest.raises(CameraError, match="another program uses it"):
            V4l2Camera(str(DEVICE), CameraOptions(timeout_s=1)).open()
    finally:
        busy.unlink()


@on_device
def test_a_device_that_vanishes_was_unplugged() -> None:
    camera = V4l2Camera(str(DEVICE), CameraOptions(timeout_s=0.5))
    buffer = np.zeros((*camera.open(), 3), np.uint8)
    stall, device = Path(f"{DEVICE}.stall"), Path(str(DEVICE))
    stall.touch()
    away = device.rename(device.with_name("away"))
    try:
        with pytest.raises(CameraError, match="was unplugged"):
            contract.read_for_ever(camera, buffer)
    finally:
        camera.close()
        away.rename(device)
        stall.unlink()
