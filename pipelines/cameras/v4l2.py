"""A camera of the kernel: USB, capture cards, and whatever else is a /dev/videoN."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import struct
import time
from dataclasses import dataclass
from pathlib import Path

import cv2

from models.errors import CameraError, CameraStalled, InputError
from models.image import Image
from pipelines.cameras import CameraOptions
from pipelines.cameras.deadline import Deadline
from pipelines.cameras.opencv import OpenCvReader
from pipelines.cameras.timestamps import believable
from pipelines.shot import Shot

# linux/videodev2.h: the query, its answer, and what the bits in it mean.
_VIDIOC_QUERYCAP = 0x80685600
_CAPABILITY = struct.Struct("=16s32s32sIII3I")
_CAPTURE, _DEVICE_CAPS, _IO_MC = 0x1, 0x8000_0000, 0x2000_0000

# These deliver a sensor's raw values, which libcamera or Argus has to develop.
_RAW_DRIVERS = frozenset(("bcm2835-isp", "pispbe", "rp1-cfe", "tegra-video", "unicam"))

# One that the driver fills while another is read. With a single one it would miss every second
# frame; with more, a reader that was held up would find older ones waiting.
_BUFFERS = 2


@dataclass(frozen=True, slots=True)
class Device:
    """One /dev/videoN: *problem* says why it cannot be used, None if it can."""

    path: Path
    name: str
    problem: str | None

    @property
    def usable(self) -> bool:
        return self.problem is None

    @property
    def source(self) -> str:
        """The source that names it."""
        return self.path.name.replace("video", "camera:")


class V4l2Camera:
    """`camera:N`, `/dev/videoN`, or a lasting name such as `/dev/v4l/by-id/…`.

    Above 640×480 the camera is asked for Motion JPEG, since few have the bandwidth for more. A
    frame's time is the driver's stamp, where that is on the monotonic clock.
    """

    def __init__(self, source: str, options: CameraOptions) -> None:
        if not (source.isdigit() or source.startswith("/")):
            raise InputError(f"camera:{source} is no camera; write camera:0 or /dev/video0")
        self._name = f"camera:{source}" if source.isdigit() else source
        self._path = Path(f"/dev/video{source}" if source.isdigit() else source)
        self._options = options
        self._fps: float | None = None
        self._period_s = 1 / 30
        self._read_s = 0.0  # when the last frame was read
        self._reader: OpenCvReader | None = None

    @property
    def fps(self) -> float | None:
        return self._fps

    def open(self) -> tuple[int, int]:
        deadline = Deadline(self._options.timeout_s)
        problem = find_problem(self._path)
        if problem:
            raise CameraError(f"{self._name} cannot be used: {problem}")
        number = re.fullmatch(r"/dev/video(\d+)", os.path.realpath(self._path))
        self._reader = reader = OpenCvReader(
            int(number[1]) if number else str(self._path), cv2.CAP_V4L2
        )
        if not reader.opened:
            raise CameraError(
                f"{self._name} cannot be started, most likely because another program uses it"
            )
        self._negotiate(reader)
        self._grab(reader, deadline)
        image = reader.retrieve()
        if image is None:
            raise CameraError(f"{self._name} sends no picture that can be decoded")
        height, width = image.shape[:2]
        return height, width

    def read(self, buffer: Image) -> Shot:
        reader = self._reader
        if reader is None:
            raise CameraError(f"{self._name} was read before it was opened")
        deadline = Deadline(self._options.timeout_s)
        # The driver keeps the frames that came first, so to a reader that stayed away they are old.
        old = _BUFFERS if time.monotonic() - self._read_s > 2 * self._period_s else 0
        while True:
            captured_s, waited_s = self._grab(reader, deadline)
            # Also an old frame has to be taken out: OpenCV fetches no other before.
            image = reader.retrieve(buffer)
            self._read_s = time.monotonic()
            if old and waited_s < self._period_s / 4:
                old -= 1
            elif image is not None:
                return Shot(image, captured_s)
            elif deadline.passed:
                raise CameraError(f"{self._name} sends no picture that can be decoded")

    def close(self) -> None:
        if self._reader is not None:
            self._reader.release()
            self._reader = None

    def _negotiate(self, reader: OpenCvReader) -> None:
        """Ask for what the options want; the driver takes what comes nearest."""
        width, height = self._options.width, self._options.height
        if (width or 0) > 640 or (height or 0) > 480:
            reader.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        if width and height:
            reader.set(cv2.CAP_PROP_FRAME_WIDTH, width)
            reader.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        if self._options.fps:
            reader.set(cv2.CAP_PROP_FPS, self._options.fps)
        reader.set(cv2.CAP_PROP_BUFFERSIZE, _BUFFERS)
        fps = reader.get(cv2.CAP_PROP_FPS)
        self._fps = fps if 0 < fps <= 1000 else None
        self._period_s = 1 / (self._fps or 30)

    def _grab(self, reader: OpenCvReader, deadline: Deadline) -> tuple[float, float]:
        """Wait for the next frame; returns its capture time and how long the wait was."""
        began_s = time.monotonic()
        if not reader.grab_within(deadline.left_s):
            if not self._path.exists():
                raise CameraError(f"{self._name} was unplugged")
            if deadline.passed:
                waited_s = time.monotonic() - began_s
                raise CameraStalled(f"{self._name} has delivered nothing for {waited_s:.1f} s")
            raise CameraError(f"{self._name} has failed; its driver delivers no more frames")
        now_s = time.monotonic()
        stamp_s = reader.get(cv2.CAP_PROP_POS_MSEC) / 1000
        return stamp_s if believable(stamp_s, now_s) else now_s, now_s - began_s


def list_devices(
    system: Path = Path("/sys/class/video4linux"), devices: Path = Path("/dev")
) -> tuple[Device, ...]:
    """Every video device of this machine in the order of its number, usable or not."""
    found = []
    for entry in sorted(system.glob("video*"), key=lambda entry: int(entry.name[5:] or 0)):
        try:
            name = (entry / "name").read_text(errors="replace").strip()
        except OSError:
            name = entry.name
        path = devices / entry.name
        found.append(Device(path, name, find_problem(path)))
    return tuple(found)


def find_problem(path: Path) -> str | None:
    """Why *path* is no camera that can be used, as a part of a sentence; None if it is one."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except FileNotFoundError:
        return f"there is no {path} (is it plugged in?)"
    except PermissionError:
        return f"this user may not open {path}; join the group video and log in again"
    except OSError as error:
        if error.errno == errno.EBUSY:
            return f"another program uses {path}"
        return f"{path} cannot be opened ({(error.strerror or 'unknown error').lower()})"
    answer = bytearray(_CAPABILITY.size)
    try:
        fcntl.ioctl(handle, _VIDIOC_QUERYCAP, answer)
    except OSError:
        return f"{path} is no video device"
    finally:
        os.close(handle)
    return explain_capability(bytes(answer))


def explain_capability(answer: bytes) -> str | None:
    """What a `struct v4l2_capability` says against capturing with it; None if nothing does."""
    driver, _, _, _, whole, node, *_ = _CAPABILITY.unpack(answer)
    # Of a driver with several nodes the first field tells what all of them can do together.
    bits = node if whole & _DEVICE_CAPS else whole
    if not bits & _CAPTURE:
        return "it is no camera but another part of a driver (metadata, codec, output)"
    if bits & _IO_MC or driver.rstrip(b"\0").decode("ascii", "replace") in _RAW_DRIVERS:
        return "it delivers a sensor's raw data; use picamera:0"
    return None
