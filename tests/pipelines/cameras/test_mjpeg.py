from __future__ import annotations

import base64
import contextlib
import hashlib
import re
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from models.errors import CameraError, CameraStalled
from pipelines.cameras import CameraOptions
from pipelines.cameras.mjpeg import MjpegCamera
from tests.servers import clockface
from tests.servers.mjpeg_server import MjpegServer, clock_jpeg

OPTIONS = CameraOptions(timeout_s=1.5)
PAUSE_S = 1.0
Buffer = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def blank() -> Buffer:
    return np.zeros((clockface.HEIGHT, clockface.WIDTH, 3), np.uint8)


@pytest.mark.parametrize(
    "server",
    [
        MjpegServer(),
        MjpegServer(length=False),
        MjpegServer(dashes=True),
        MjpegServer(chunked=True),
        MjpegServer(chunked=True, length=False, dashes=True),
        MjpegServer(broken=True),
        MjpegServer(fps=2000),  # more than anyone can read
    ],
    ids=["plain", "no length", "dashes", "chunked", "bare", "broken", "flood"],
)
def test_no_picture_is_old_whatever_the_reader_did_before(server: MjpegServer) -> None:
    with server:
        camera = MjpegCamera(f"http://{server.address}/", OPTIONS)
        camera.open()
        ages, errors = [], []
        for frame in range(16):
            if frame == 8:
                time.sleep(PAUSE_S)
            shot = camera.read(blank())
            ages.append(clockface.age(shot.image))
            errors.append(shot.captured_s - clockface.read(shot.image))
        camera.close()
    assert max(ages) < 0.6 * PAUSE_S
    assert max(np.abs(errors)) < 0.6 * PAUSE_S


@pytest.mark.parametrize(
    ("server", "login", "said"),
    [
        (MjpegServer(kind="video/mp4"), "", "sends video/mp4, not Motion JPEG"),
        (MjpegServer(login=("kim", "hunter2")), "", "asks for a user name and a password"),
        (MjpegServer(login=("kim", "hunter2")), "kim:nothunter2@", "refuses the user name"),
        (MjpegServer(frames=3), "", "has ended the stream"),
    ],
)
def test_what_a_camera_refuses_is_said(server: MjpegServer, login: str, said: str) -> None:
    with server:
        camera = MjpegCamera(f"http://{login}{server.address}/?token=hunter2", OPTIONS)
        with pytest.raises(CameraError, match=said) as caught:
            open_and_read(camera)
        camera.close()
    assert "hunter2" not in str(caught.value)
    assert not isinstance(caught.value, CameraStalled)


def test_a_password_may_have_any_character_if_it_is_escaped() -> None:
    with MjpegServer(login=("kim", "hun/ter@2?")) as server:
        camera = MjpegCamera(f"http://kim:hun%2Fter%402%3F@{server.address}/", OPTIONS)
        assert camera.open() == (clockface.HEIGHT, clockface.WIDTH)
        camera.close()


def open_and_read(camera: MjpegCamera) -> None:
    camera.open()
    for _ in range(5):
        camera.read(blank())


def test_a_machine_without_a_server_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://kim:hunter2@127.0.0.1:{free.getsockname()[1]}/"
        with pytest.raises(CameraError, match="cannot be reached: connection refused"):
            MjpegCamera(address, OPTIONS).open()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "does not answer in time"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n", "sent"),
    ],
    ids=["header", "picture"],
)
def test_an_answer_that_only_trickles_is_left_when_the_time_is_up(answer: bytes, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        trickling = threading.Thread(target=_trickle, args=(server, answer), daemon=True)
        trickling.start()
        camera = MjpegCamera(f"http://127.0.0.1:{server.getsockname()[1]}/", OPTIONS)
        began_s = time.monotonic()
        with pytest.raises(CameraStalled, match=said):
            camera.open()
        assert (time.monotonic() - began_s) / OPTIONS.timeout_s < 1.5
        camera.close()
        trickling.join()


def _trickle(server: socket.socket, answer: bytes) -> None:
    connection, _ = server.accept()
    with connection, contextlib.suppress(OSError):
        connection.recv(4096)
        connection.sendall(answer)
        for _ in range(100):
            time.sleep(0.1)
            connection.sendall(b"H")


def test_a_server_of_something_else_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=_answer_mail, args=(server,), daemon=True)
        answering.start()
        camera = MjpegCamera(f"http://127.0.0.1:{server.getsockname()[1]}/", OPTIONS)
        with pytest.raises(CameraError, match="is no HTTP server"):
            camera.open()
        answering.join()


def _answer_mail(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"220 mail server ready\r\n")


class DigestOnly(BaseHTTPRequestHandler):
    """Sends a few pictures to whoever answers its challenge; never hears a plain password."""

    heard: list[str]

    def do_GET(self) -> None:
        login = self.headers.get("Authorization", "")
        self.heard.append(login)
        if not self._right(login):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Digest realm="cam", nonce="n1", qop="auth"')
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=b")
        self.end_headers()
        for _ in range(3):
            self.wfile.write(b"--b\r\n\r\n" + clock_jpeg() + b"\r\n")
        self.wfile.write(b"--b--")

    def _right(self, login: str) -> bool:
        field = dict(re.findall(r'(\w+)="?([^",]+)"?', login))
        if not login.startswith("Digest"):
            return False
        one = hashlib.md5(b"kim:cam:hunter2").hexdigest()
        two = hashlib.md5(f"GET:{field['uri']}".encode()).hexdigest()
        proof = f"{one}:n1:{field['nc']}:{field['cnonce']}:auth:{two}"
        return bool(field["response"] == hashlib.md5(proof.encode()).hexdigest())

    def log_message(self, *_: object) -> None: ...


def test_digest_authentication_sends_no_password() -> None:
    heard: list[str] = []
    handler = type("Handler", (DigestOnly,), {"heard": heard})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        serving.start()
        camera = MjpegCamera(f"http://kim:hunter2@127.0.0.1:{server.server_port}/v", OPTIONS)
        try:
            camera.open()
            assert clockface.age(camera.read(blank()).image) < 5
        finally:
            camera.close()
            server.shutdown()
            serving.join()
    plain = base64.b64encode(b"kim:hunter2").decode()
    assert not any("hunter2" in login or plain in login for login in heard)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_stream_that_ends_with_its_last_picture_is_a_camera_error(chunked: bool) -> None:
    # Fast enough for the last picture and the end to arrive in one piece.
    with MjpegServer(fps=2000, frames=5, chunked=chunked) as server:
        camera = MjpegCamera(f"http://{server.address}/", CameraOptions(timeout_s=5))
        camera.open()

        def read_all() -> None:
            for _ in range(10):
                camera.read(blank())

        with pytest.raises(CameraError, match=r"ended the stream|broken the connection"):
            read_all()
        camera.close()


@pytest.mark.parametrize("path", ["/ü", "/a b", "/%20?x=ü"])
def test_an_address_may_hold_any_character(path: str) -> None:
    with MjpegServer() as server:
        camera = MjpegCamera(f"http://{server.address}{path}", CameraOptions(timeout_s=5))
        assert camera.open() == (clockface.HEIGHT, clockface.WIDTH)
        camera.close()
