"""A camera that fails, hangs, ends or breaks, as the thread sees it that has the turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from models.errors import CameraError, CameraStalled, EndOfStream
from models.image import Image
from pipelines.live import capture as module
from pipelines.live.capture import Capture
from pipelines.live.meter import Meter
from pipelines.live.pair import Pair
from pipelines.live.ring import Ring
from pipelines.live.status import CameraState
from pipelines.live.worker import Worker
from pipelines.shot import Shot


class Device:
    """A driver that does in its n-th read what the script says, then delivers for ever."""

    def __init__(self, *script: BaseException | threading.Event) -> None:
        self._script = list(script)
        self.opened = 0
        self.closed = 0

    fps = None

    def open(self) -> tuple[int, int]:
        self.opened += 1
        return 4, 6

    def read(self, buffer: Image) -> Shot:
        if self._script:
            step = self._script.pop(0)
            if isinstance(step, BaseException):
                raise step
            step.wait()
        time.sleep(0.002)
        return Shot(buffer, time.monotonic())

    def close(self) -> None:
        self.closed += 1


@contextmanager
def capturing(open_camera: Callable[[], Device], timeout_s: float = 5) -> Iterator[Capture]:
    """A camera without a network, looked after all the time."""
    ring, over = Ring(), threading.Event()
    capture = Capture("gate", open_camera, ring, Meter(), timeout_s)
    pair = Pair("gate", capture, Worker("gate", ring, ()))
    reporter = threading.Thread(target=lambda: look_after(pair, over))
    reporter.start()
    pair.start(lambda: None)
    try:
        yield capture
    finally:
        over.set()
        reporter.join()
        pair.request_stop()
        pair.join(time.monotonic() + 5)


def look_after(pair: Pair, over: threading.Event) -> None:
    while not over.wait(0.005):
        pair.supervise()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def quick_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACKOFF_S", (0.01, 0.02))
    monkeypatch.setattr(module, "GRACE_S", 0.1)


def test_a_camera_that_fails_is_closed_and_opened_again() -> None:
    go = threading.Event()
    go.set()
    device = Device(go, CameraError("unplugged"))
    with capturing(lambda: device) as capture:
        until(lambda: capture.reconnects == 1)
        assert capture.state is CameraState.LIVE
        assert device.opened == 2
        assert device.closed == 1
    assert device.closed == 2


def test_before_the_first_frame_it_is_no_camera_afterwards_reconnecting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BACKOFF_S", (0.3,))
    seen = []

    def build() -> Device:
        if not seen:
            seen.append(CameraState.STARTING)
            raise CameraError("no such device")
        return Device(CameraError("gone")) if len(seen) > 1 else Device()

    with capturing(build) as capture:
        until(lambda: capture.state is CameraState.NO_CAMERA)
        assert "no such device; trying again in 0.3 s" in capture.message
        until(lambda: capture.state is CameraState.LIVE)
        assert capture.message == ""


def test_a_camera_lost_in_mid_stream_is_reconnecting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACKOFF_S", (30.0,))
    go = threading.Event()
    go.set()
    device = Device(go, go, CameraError("unplugged"))
    with capturing(lambda: device) as capture:
        until(lambda: capture.state is CameraState.RECONNECTING)
        assert capture.delivered


def test_a_camera_that_never_answers_is_replaced_and_harms_nothing() -> None:
    wake = threading.Event()
    go = threading.Event()
    go.set()
    hanging = Device(go, wake)
    devices = [hanging, Device()]
    with capturing(lambda: devices.pop(0) if devices else Device(), timeout_s=0.1) as capture:
        until(lambda: capture.state is CameraState.LIVE)

        until(lambda: capture.stalls == 1 and capture.state is CameraState.LIVE)
        assert hanging.closed == 0
        wake.set()
        until(lambda: hanging.closed == 1)
        assert capture.state is CameraState.LIVE


def test_a_hopeless_driver_does_not_collect_threads() -> None:
    wake = threading.Event()
    before = threading.active_count()
    with capturing(lambda: Device(wake), timeout_s=0.02) as capture:
        time.sleep(3)
        # The reporter and the thread that has the network's turn are there, too.
        assert threading.active_count() - before <= module.MAX_HUNG + 2
        assert capture.state is CameraState.NO_CAMERA
        wake.set()
        until(lambda: capture.state is CameraState.LIVE)


def test_a_camera_that_stalls_is_stale_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACKOFF_S", (30.0,))
    go = threading.Event()
    go.set()
    device = Device(go, CameraStalled("silent for 5 s"))
    with capturing(lambda: device) as capture:
        until(lambda: capture.state is CameraState.STALE)
        assert capture.stalls == 1


def test_the_end_of_a_file_ends_the_ring() -> None:
    device = Device(EndOfStream("over"))
    with capturing(lambda: device) as capture:
        until(lambda: capture.state is CameraState.ENDED)
        assert device.closed == 1
        assert capture.failure is None


class Panic(BaseException):
    """What libraries in other languages raise that have failed for good."""


@pytest.mark.parametrize("error", [ZeroDivisionError("bug"), Panic("in the driver")])
def test_a_broken_camera_class_is_a_failure_not_a_reconnection(error: BaseException) -> None:
    with capturing(lambda: Device(error)) as capture:
        until(lambda: capture.failure is error)


def test_a_camera_that_cannot_even_be_closed_is_not_opened_again() -> None:
    opened = []

    class Broken(Device):
        def close(self) -> None:
            raise ZeroDivisionError("bug")

    def build() -> Device:
        opened.append(Broken(CameraError("unplugged")))
        return opened[-1]

    with capturing(build, timeout_s=0.02) as capture:
        until(lambda: isinstance(capture.failure, ZeroDivisionError))
        time.sleep(0.5)
        assert len(opened) == 1
        assert capture.stalls == 0
