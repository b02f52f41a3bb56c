"""An RTSP stream, always at its newest frame."""

from __future__ import annotations

import time

import cv2

from models.errors import CameraError, CameraStalled
from models.image import Image
from pipelines.cameras import CameraOptions
from pipelines.cameras.deadline import Deadline
from pipelines.cameras.network import (
    Address,
    connect,
    explain_login,
    failure,
    parse_address,
    resolve,
)
from pipelines.cameras.opencv import OpenCvReader
from pipelines.cameras.source import redact
from pipelines.cameras.timestamps import StreamClock
from pipelines.shot import Shot

_SLOWEST_FPS = 10.0  # a rate below may be made up, and must not let old frames pass
_WAITED_S = 0.015  # a frame that takes so long was not kept but has just come

# The part of a read's time in which old frames are passed over. FFmpeg, whose own time-out cannot
# be changed on the way, has the rest to wait for one.
_PASSING = 0.2


class RtspCamera:
    """`rtsp://[USER:PASSWORD@]HOST[:PORT]/PATH`, over TCP where the server can, else UDP.

    The network keeps what comes while nobody reads. So frames that are found waiting are passed
    over until one has to be waited for: only that one is as young as can be. The size and rate
    are the camera's own settings: those of the options do not apply.
    """

    def __init__(self, source: str, options: CameraOptions) -> None:
        self._url = source
        self._address = parse_address(source)
        self._name = redact(source)
        self._timeout_s = options.timeout_s
        self._fps: float | None = None
        self._period_s = 1 / 30
        self._reader: OpenCvReader | None = None
        self._clock = StreamClock()
        self._caught_up = False

    @property
    def fps(self) -> float | None:
        return self._fps

    def open(self) -> tuple[int, int]:
        deadline = Deadline(self._timeout_s)
        host, port = self._address.host, self._address.port or 554
        try:
            resolve(host, port, deadline)  # for which FFmpeg would wait as long as it takes
        except OSError as error:
            raise failure(self._name, error, host) from None
        self._reader = reader = OpenCvReader(
            self._url,
            cv2.CAP_FFMPEG,
            (
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _milliseconds(deadline.left_s),
                cv2.CAP_PROP_READ_TIMEOUT_MSEC, _milliseconds(self._wait_s),
                # Every further thread of the decoder holds a frame back: a period of age each.
                cv2.CAP_PROP_N_THREADS, 1,
            ),
        )  # fmt: skip
        if not reader.opened:
            raise self._diagnose(deadline)
        self._clock, self._caught_up = StreamClock(), False
        fps = reader.get(cv2.CAP_PROP_FPS)
        self._fps = fps if 0 < fps <= 240 else None
        self._period_s = 1 / max(self._fps or 30, _SLOWEST_FPS)
        # Both are 0 where no whole picture has come yet, as of a codec with rare ones. Then the
        # first read waits for it, with a time-out of its own, and tells the size.
        height = int(reader.get(cv2.CAP_PROP_FRAME_HEIGHT))
        width = int(reader.get(cv2.CAP_PROP_FRAME_WIDTH))
        return height or 720, width or 1280

    def read(self, buffer: Image) -> Shot:
        reader = self._reader
        if reader is None:
            raise CameraError(f"{self._name} was read before it was opened")
        passing = Deadline(_PASSING * self._timeout_s)
        while True:
            captured_s, waited_s = self._grab(reader)
            if self._is_old(captured_s, waited_s) and not passing.passed:
                continue
            self._caught_up = True
            image = reader.retrieve(buffer)
            if image is not None:
                return Shot(image, captured_s)
            if passing.passed:
                raise CameraError(f"{self._name} sends no picture that can be decoded")

    def close(self) -> None:
        if self._reader is not None:
            self._reader.release()
            self._reader = None

    @property
    def _wait_s(self) -> float:
        """FFmpeg's time-out for one frame."""
        return (1 - _PASSING) * self._timeout_s

    def _grab(self, reader: OpenCvReader) -> tuple[float, float]:
        """Fetch the next frame; returns its capture time and how long it had to be waited for."""
        began_s = time.monotonic()
        if not reader.grab():
            waited_s = time.monotonic() - began_s
            if waited_s > 0.9 * self._wait_s:
                raise CameraStalled(f"{self._name} has sent nothing for {waited_s:.1f} s")
            raise CameraError(f"{self._name} has ended the stream")
        now_s = time.monotonic()
        stamp_s = reader.get(cv2.CAP_PROP_POS_MSEC) / 1000
        return self._clock.captured(stamp_s, now_s), now_s - began_s

    def _is_old(self, captured_s: float, waited_s: float) -> bool:
        """Whether a frame was kept somewhere, so that a younger one will follow at once."""
        if not self._caught_up:  # FFmpeg kept some while it found out what the stream is
            return waited_s < min(self._period_s / 2, _WAITED_S)
        age_s = time.monotonic() - captured_s
        return age_s > 2 * self._period_s and waited_s < self._period_s / 4

    def _diagnose(self, deadline: Deadline) -> CameraError:
        """Why FFmpeg could not open it: the answer to a plain request without a login."""
        if deadline.passed:
            return CameraStalled(f"{self._name} has sent no picture for {self._timeout_s:.1f} s")
        address = self._address
        try:
            with connect(address.host, address.port or 554, deadline) as connection:
                if address.scheme != "rtsp":
                    return CameraError(f"{self._name} delivers no video")
                request = f"DESCRIBE {address.url} RTSP/1.0\r\nCSeq: 1\r\n\r\n"
                connection.sendall(request.encode())
                answer = connection.recv(256).split(b"\r\n")[0].decode("ascii", "replace")
        except OSError as error:
            return failure(self._name, error, address.host)
        return CameraError(f"{self._name} {_explain_answer(answer, address)}")


def _explain_answer(answer: str, address: Address) -> str:
    protocol, _, status = answer.partition(" ")
    if not protocol.startswith("RTSP/"):
        return "is no RTSP server"
    if status.startswith("401"):
        return explain_login(address)
    if status.startswith("404"):
        return "has no stream of that path"
    return f"delivers no video (it answers {status})"


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
