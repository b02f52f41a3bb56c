"""A real HTTP server of Motion JPEG on the loopback interface, with the habits of real cameras."""

from __future__ import annotations

import base64
import contextlib
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import cv2
import numpy as np

from tests.servers import clockface


@dataclass
class MjpegServer:
    """Serves a clock face at every path; use it in a `with` statement.

    *length*: each part states its Content-Length. *dashes*: the header's boundary begins with
    dashes, as some cameras write it. *chunked*: the body is sent in HTTP chunks. *broken*: every
    second picture is cut short. *frames*: the stream ends after so many. `stalled`, while set,
    keeps the connection open and silent.
    """

    fps: float = 30
    login: tuple[str, str] | None = None
    length: bool = True
    dashes: bool = False
    chunked: bool = False
    broken: bool = False
    frames: int | None = None
    kind: str = "multipart/x-mixed-replace"
    stalled: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> MjpegServer:
        handler = type("Handler", (_Handler,), {"settings": self})
        self._ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """host:port"""
        return f"127.0.0.1:{self._server.server_port}"

    def sleep(self, seconds: float) -> bool:
        """False when the server is to end."""
        return not self._ended.wait(seconds)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    settings: MjpegServer

    def do_GET(self) -> None:
        settings = self.settings
        self.close_connection = True
        if settings.login and self.headers.get("Authorization") != _basic(settings.login):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        dashes = "--" if settings.dashes else ""
        self.send_response(200)
        self.send_header("Content-Type", f"{settings.kind}; boundary={dashes}frame")
        if settings.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with contextlib.suppress(OSError):  # the client has gone
            self._stream()

    def _stream(self) -> None:
        settings = self.settings
        due = time.monotonic()
        number = 0
        while settings.sleep(max(0.0, due - time.monotonic())):
            due += 1 / settings.fps
            if settings.stalled.is_set():
                continue
            if number == settings.frames:
                break
            number += 1
            picture = clock_jpeg()
            if settings.broken and number % 2 == 0:
                picture = picture[:200]
            header = "--frame\r\nContent-Type: image/jpeg\r\n"
            if settings.length:
                header += f"Content-Length: {len(picture)}\r\n"
            self._send(header.encode() + b"\r\n" + picture + b"\r\n")

    def _send(self, data: bytes) -> None:
        if self.settings.chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing: the test tells what failed."""


def clock_jpeg() -> bytes:
    picture = np.frombuffer(clockface.draw(time.monotonic()), np.uint8)
    picture = picture.reshape(clockface.HEIGHT, clockface.WIDTH, 3)
    return cv2.imencode(".jpg", picture)[1].tobytes()


def _basic(login: tuple[str, str]) -> str:
    return "Basic " + base64.b64encode(":".join(login).encode()).decode()
