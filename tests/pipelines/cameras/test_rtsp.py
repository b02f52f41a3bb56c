from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from models.errors import CameraError, CameraStalled
from pipelines.cameras import CameraOptions
from pipelines.cameras.rtsp import RtspCamera
from tests.servers import clockface
from tests.servers.rtsp import RtspServer

OPTIONS = CameraOptions(timeout_s=1.5)
PAUSE_S = 1.5


@pytest.fixture
def opened(request: pytest.FixtureRequest) -> Iterator[tuple[RtspServer, RtspCamera]]:
    with RtspServer(codec=request.param) as server:
        camera = RtspCamera(f"rtsp://{server.address}/clock", CameraOptions(timeout_s=5))
        camera.open()
        yield server, camera
        camera.close()


@pytest.mark.parametrize(
    ("opened", "least_s"),
    # A decoder with two threads would hold back a frame, 33 ms. FFmpeg's H.264 does so anyway.
    [("jpeg", 0.025), ("vp8", 0.025), ("h264", 0.06)],
    indirect=["opened"],
)
def test_no_frame_is_old_whatever_the_reader_did_before(
    opened: tuple[RtspServer, RtspCamera], least_s: float
) -> None:
    """The picture tells when it was made, so its true age is known."""
    _, camera = opened
    buffer = np.zeros((clockface.HEIGHT, clockface.WIDTH, 3), np.uint8)
    ages, errors = [], []
    for frame in range(24):
        if frame == 12:
            time.sleep(PAUSE_S)  # the network keeps all frames meanwhile
        shot = camera.read(buffer)
        assert shot.image is buffer
        ages.append(clockface.age(shot.image))
        errors.append(shot.captured_s - clockface.read(shot.image))
    assert min(ages) < least_s
    assert max(ages) < 0.8 * PAUSE_S
    assert max(np.abs(errors)) < 0.8 * PAUSE_S


@pytest.mark.parametrize("opened", ["jpeg"], indirect=True)
def test_a_server_that_vanishes_is_an_error(opened: tuple[RtspServer, RtspCamera]) -> None:
    server, camera = opened
    server.kill()
    buffer = np.zeros((clockface.HEIGHT, clockface.WIDTH, 3), np.uint8)
    with pytest.raises(CameraError, match="has ended the stream") as caught:
        read_for_ever(camera, buffer)
    assert not isinstance(caught.value, CameraStalled)


@pytest.mark.parametrize(
    ("login", "path", "said"),
    [
        ("", "/clock", "asks for a user name and a password"),
        ("kim:wrong-hunter2@", "/clock", "refuses the user name or the password"),
        ("kim:hun%74er2@", "/clock", None),  # an escaped character
        ("kim:hunter2@", "/garden", "delivers no video|has no stream of that path|refuses"),
    ],
)
def test_what_a_camera_refuses_is_said(login: str, path: str, said: str | None) -> None:
    with RtspServer(login=("kim", "hunter2")) as server:
        camera = RtspCamera(f"rtsp://{login}{server.address}{path}", OPTIONS)
        if said is None:
            camera.open()
        else:
            with pytest.raises(CameraError, match=said) as caught:
                camera.open()
            assert "hunter2" not in str(caught.value)
        camera.close()


def test_a_path_without_a_stream_is_said() -> None:
    with RtspServer() as server:
        camera = RtspCamera(f"rtsp://{server.address}/garden", OPTIONS)
        with pytest.raises(CameraError, match="has no stream of that path"):
            camera.open()


def test_a_machine_without_a_server_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(CameraError, match="cannot be reached: connection refused"):
            RtspCamera(f"rtsp://kim:hunter2@127.0.0.1:{port}/live", OPTIONS).open()


def test_another_server_is_no_rtsp_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=_answer_twice, args=(server,), daemon=True)
        answering.start()
        camera = RtspCamera(f"rtsp://127.0.0.1:{server.getsockname()[1]}/live", OPTIONS)
        with pytest.raises(CameraError, match="is no RTSP server"):
            camera.open()
        answering.join()


def _answer_twice(server: socket.socket) -> None:
    for _ in range(2):
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"220 mail server ready\r\n")


def read_for_ever(
    camera: RtspCamera, buffer: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> None:
    while True:
        camera.read(buffer)
