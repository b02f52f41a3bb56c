from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from models.errors import CameraError, CameraStalled
from pipelines.cameras import CameraOptions
from pipelines.cameras.deadline import Deadline
from pipelines.cameras.mjpeg import MjpegCamera
from pipelines.cameras.network import connect
from pipelines.cameras.rtsp import RtspCamera


@pytest.mark.parametrize(
    "camera",
    [
        RtspCamera("rtsp://garden.test/live", CameraOptions(timeout_s=0.3)),
        MjpegCamera("http://garden.test/live", CameraOptions(timeout_s=0.3)),
    ],
)
def test_a_name_server_that_hangs_is_not_waited_for(
    camera: RtspCamera | MjpegCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    hang = threading.Event()

    def never(*_: Any, **__: Any) -> list[Any]:
        hang.wait(100)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    with pytest.raises(CameraStalled, match="does not answer in time"):
        camera.open()
    hang.set()


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b"])
def test_a_name_that_no_machine_has_is_said(host: str) -> None:
    for camera in (
        RtspCamera(f"rtsp://{host}/live", CameraOptions()),
        MjpegCamera(f"http://{host}/live", CameraOptions()),
    ):
        with pytest.raises(CameraError, match=f"no machine is known as '{host}'"):
            camera.open()


def test_every_address_of_a_host_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        addresses = [
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", bound.getsockname())
            for bound in (free, server)
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)
        connect("host", 80, Deadline(5)).close()
