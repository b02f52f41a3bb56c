"""An RTSP stream, always at its newest frame."""

from __future__ import annotations

import socket
import time

import cv2

from models.errors import CameraError
from pipelines.cameras import CameraOptions
from pipelines.cameras.network import Address, explain, explain_login, parse_address
from pipelines.cameras.opencv import OpenCvReader
from pipelines.cameras.source import redact
from pipelines.cameras.timestamps import StreamClock
from pipelines.live.frame import Image, Shot

_PROBE_S = 2.0  # for the one question that tells why a camera could not be opened


_SLOWEST_FPS = 10.0  # a rate below may be made up, and must not let old frames pass
_WAITED_S = 0.015  # a frame that takes so long was not kept but has just come


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

    @property
    def fps(self) -> float | None:
        return self._fps

    def open(self) -> tuple[int, int]:
        timeout_ms = max(1, round(self._timeout_s * 1000))
        reader = OpenCvReader(
            self._url,
            cv2.CAP_FFMPEG,
            (
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, timeout_ms,
                cv2.CAP_PROP_READ_TIMEOUT_MSEC, timeout_ms,
                # Every further thread of the decoder holds a frame back: a period of age each.
                cv2.CAP_PROP_N_THREADS, 1,
            ),
        )  # fmt: skip
        self._reader, self._clock = reader, StreamClock()
        try:
            if not reader.opened:
                raise CameraError(f"{self._name} {_diagnose(self._address, self._timeout_s)}")
            fps = reader.get(cv2.CAP_PROP_FPS)
            self._fps = fps if 0 < fps <= 240 else None
            self._period_s = 1 / max(self._fps or 30, _SLOWEST_FPS)
            self._catch_up(reader)
            image = reader.retrieve()
            if image is None:
                raise CameraError(f"{self._name} sends no picture that can be decoded")
        except CameraError:
            self.close()
            raise
        height, width = image.shape[:2]
        return height, width

    def read(self, buffer: Image) -> Shot:
        reader = self._reader
        if reader is None:
            raise CameraError(f"{self._name} was read before it was opened")
        give_up_s = time.monotonic() + self._timeout_s
        while True:
            captured_s, waited_s = self._grab(reader)
            now_s = time.monotonic()
            behind = now_s - captured_s > 2 * self._period_s and waited_s < self._period_s / 4
            if behind and now_s < give_up_s:
                continue
            image = reader.retrieve(buffer)
            if image is not None:
                return Shot(image, captured_s)
            if now_s > give_up_s:
                raise CameraError(f"{self._name} sends nothing that can be decoded")

    def close(self) -> None:
        if self._reader is not None:
            self._reader.release()
            self._reader = None

    def _grab(self, reader: OpenCvReader) -> tuple[float, float]:
        """Fetch the next frame; returns its capture time and how long it had to be waited for."""
        began_s = time.monotonic()
        if not reader.grab():
            waited_s = time.monotonic() - began_s
            if waited_s > 0.9 * self._timeout_s:
                raise CameraError(f"{self._name} has sent nothing for {waited_s:.1f} s")
            raise CameraError(f"{self._name} has ended the stream")
        now_s = time.monotonic()
        stamp_s = reader.get(cv2.CAP_PROP_POS_MSEC) / 1000
        return self._clock.captured(stamp_s, now_s), now_s - began_s

    def _catch_up(self, reader: OpenCvReader) -> None:
        """Pass over what FFmpeg kept while it found out what the stream is."""
        give_up_s = time.monotonic() + self._timeout_s
        waited_s = 0.0
        while waited_s < min(self._period_s / 2, _WAITED_S) and time.monotonic() < give_up_s:
            _, waited_s = self._grab(reader)


def _diagnose(address: Address, timeout_s: float) -> str:
    """What a camera that FFmpeg could not open answers to a plain request without a login."""
    try:
        server = (address.host, address.port or 554)
        with socket.create_connection(server, min(_PROBE_S, timeout_s)) as connection:
            if address.scheme != "rtsp":
                return "delivers no video"
            request = f"DESCRIBE {address.url} RTSP/1.0\r\nCSeq: 1\r\n\r\n"
            connection.sendall(request.encode())
            answer = connection.recv(256).split(b"\r\n")[0].decode("ascii", "replace")
    except OSError as error:
        return explain(error, address.host)
    protocol, _, status = answer.partition(" ")
    if not protocol.startswith("RTSP/"):
        return "is no RTSP server"
    if status.startswith("401"):
        return explain_login(address)
    if status.startswith("404"):
        return "has no stream of that path"
    return f"delivers no video (it answers {status})"
