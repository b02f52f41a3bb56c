"""What systemd hears of a run, over a real datagram socket."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.telemetry.snapshot import TelemetrySnapshot
from app.watchdog import Watchdog, find_watchdog
from pipelines.live.status import Accounting, CameraState, CameraStatus
from tests.app.running import Home
from tests.app.service_manager import Manager
from tests.servers.mjpeg_server import MjpegServer


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(tmp_path / "notify")
    yield manager
    manager.close()


def snapshot(*processed: int, state: CameraState = CameraState.LIVE) -> TelemetrySnapshot:
    """One moment of cameras that have given so many results."""
    cameras = tuple(
        CameraStatus(f"camera-{number}", "synthetic:", state, frames=Accounting(processed=count))
        for number, count in enumerate(processed)
    )
    return TelemetrySnapshot("2026-01-01T00:00:00+00:00", 1.0, cameras)


def test_it_is_ready_with_the_first_result_and_fed_by_results_only(manager: Manager) -> None:
    watchdog = Watchdog(manager.address, feeding=True)
    told = []
    for count in (0, 0, 5, 9, 9, 9, 10):
        watchdog(snapshot(count))
        told.append(manager.receive()[1:])
    alive, silent = ["WATCHDOG=1"], []
    assert told == [silent, silent, ["READY=1", *alive], alive, silent, silent, alive]


def test_one_of_several_cameras_is_enough(manager: Manager) -> None:
    watchdog = Watchdog(manager.address, feeding=True)
    for counts in ((3, 0), (6, 0)):
        watchdog(snapshot(*counts))
        assert "WATCHDOG=1" in manager.receive()


def test_a_pause_is_no_silence(manager: Manager) -> None:
    watchdog = Watchdog(manager.address, feeding=True)
    for _ in range(3):
        watchdog(snapshot(7, state=CameraState.PAUSED))
        assert "WATCHDOG=1" in manager.receive()


def test_a_complaint_of_several_lines_cannot_feed_it(manager: Manager) -> None:
    camera = CameraStatus("gate", "rtsp:", CameraState.ERROR, message="refused\nWATCHDOG=1")
    Watchdog(manager.address, feeding=True)(TelemetrySnapshot("", 1.0, (camera,)))
    assert manager.receive() == ["STATUS=gate: error: refused WATCHDOG=1"]


def test_a_manager_that_has_gone_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watchdog = Watchdog(str(tmp_path / "nobody"), feeding=True)
    for count in range(3):
        watchdog(snapshot(count))
    watchdog.close()
    assert len(caplog.records) == 1


def test_an_abstract_socket(tmp_path: Path) -> None:
    name = f"saccade-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{name}")
        Watchdog(f"@{name}", feeding=False).close()
        assert manager.recv(100) == b"STOPPING=1"


ASKED = {
    # What the service manager sets → whether there is a watchdog, and whether it is fed.
    "no service": ({}, None),
    "ready only": ({}, False),
    "a watchdog": ({"WATCHDOG_USEC": "20000000"}, True),
    "for us": ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": str(os.getpid())}, True),
    "for another process": ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "1"}, False),
    "nonsense": ({"WATCHDOG_USEC": "soon"}, False),
}


@pytest.mark.parametrize("case", ASKED)
def test_what_the_service_manager_asks_for(case: str, manager: Manager) -> None:
    asked, feeding = ASKED[case]
    environ = dict(asked) if feeding is None else {"NOTIFY_SOCKET": manager.address, **asked}
    watchdog = find_watchdog(environ)
    assert environ == {}
    if feeding is None:
        assert watchdog is None
        return
    assert watchdog is not None
    watchdog(snapshot(1))
    assert ("WATCHDOG=1" in manager.receive()) is feeding


def test_of_a_run_whose_camera_stalls_it_hears_no_more_until_the_camera_is_back(
    tmp_path: Path, manager: Manager
) -> None:
    with MjpegServer() as server:
        process = Home(tmp_path).start(
            *("run", "--headless", "--model", "none", "--source", f"http://{server.address}/"),
            NOTIFY_SOCKET=manager.address,
            WATCHDOG_USEC="20000000",
        )
        try:
            manager.until("READY=1")
            assert "WATCHDOG=1" in manager.receive()
            server.stalled.set()
            manager.until("WATCHDOG=1", there=False)
            # For longer than the camera's time-out of five seconds: its reopening is no result.
            assert not any("WATCHDOG=1" in manager.receive() for _ in range(8))
            server.stalled.clear()
            manager.until("WATCHDOG=1")
            process.send_signal(signal.SIGTERM)
            manager.until("STOPPING=1")
        finally:
            process.kill()
            process.communicate(timeout=10)
