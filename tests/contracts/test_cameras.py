"""What every camera of the table promises, on real sources; absent hardware skips its tests."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from models.errors import CameraError, CameraStalled, EndOfStream, InputError, SaccadeError
from pipelines.cameras import CAMERAS, Camera, CameraOptions
from tests.contracts.camera_rigs import LOGIN, RIGS, TIMEOUT_S, Rig


@pytest.fixture(params=CAMERAS.names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def rig(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    if name not in RIGS:
        pytest.skip(f"no source to try the added camera {name!r} on")
    with ExitStack() as stack:
        yield RIGS[name](stack, tmp_path, monkeypatch)


@pytest.fixture
def build(name: str) -> Iterator[Callable[[str, CameraOptions], Camera]]:
    cameras: list[Camera] = []

    def make(address: str, options: CameraOptions) -> Camera:
        cameras.append(CAMERAS.load(name)(address, options))
        return cameras[-1]

    yield make
    for camera in cameras:
        camera.close()


Make = Callable[[str, CameraOptions], Camera]


def buffer_for(size: tuple[int, int]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.zeros((*size, 3), np.uint8)


def test_it_delivers_frames_of_the_size_it_names_into_the_buffer_itself(
    rig: Rig, build: Make
) -> None:
    camera = build(rig.address, rig.options)
    height, width = camera.open()
    assert height > 0
    assert width > 0
    assert camera.fps is None or camera.fps > 0
    buffer = buffer_for((height, width))
    for _ in range(3):
        shot = camera.read(buffer)
        assert shot.image is buffer
        assert shot.image.dtype == np.uint8
    assert buffer.any()


def test_a_frame_of_another_size_than_the_buffer_is_a_new_array(rig: Rig, build: Make) -> None:
    camera = build(rig.address, rig.options)
    height, width = camera.open()
    buffer = buffer_for((height + 2, width - 2))
    shot = camera.read(buffer)
    assert shot.image.shape == (height, width, 3)
    assert shot.image.dtype == np.uint8
    assert not np.shares_memory(shot.image, buffer)
    assert not buffer.any()


def test_capture_times_are_recent_and_never_go_back(rig: Rig, build: Make) -> None:
    camera = build(rig.address, rig.options)
    buffer = buffer_for(camera.open())
    times = []
    for _ in range(8):
        shot = camera.read(buffer)
        now_s = time.monotonic()
        assert now_s - 2 < shot.captured_s <= now_s
        times.append(shot.captured_s)
    assert times == sorted(times)
    assert times[0] < times[-1]


def test_the_picture_changes(rig: Rig, build: Make) -> None:
    camera = build(rig.address, rig.options)
    buffer = buffer_for(camera.open())
    first = camera.read(buffer).image.copy()
    assert any(not np.array_equal(first, camera.read(buffer).image) for _ in range(8))


def test_threads_take_turns_at_it(rig: Rig, build: Make) -> None:
    camera = build(rig.address, rig.options)
    buffer = buffer_for(camera.open())
    times: list[float] = []
    for _ in range(4):
        reading = Thread(target=lambda: times.append(camera.read(buffer).captured_s))
        reading.start()
        reading.join()
    closing = Thread(target=camera.close)
    closing.start()
    closing.join()
    assert len(times) == 4
    assert times == sorted(times)


def test_it_is_closed_twice_and_opened_again(rig: Rig, build: Make) -> None:
    camera = build(rig.address, rig.options)
    camera.close()
    for _ in range(2):
        size = camera.open()
        camera.read(buffer_for(size))
        camera.close()
        camera.close()
        with pytest.raises(CameraError):
            camera.read(buffer_for(size))


def test_another_camera_opens_the_source_after_it(rig: Rig, build: Make) -> None:
    for _ in range(2):
        camera = build(rig.address, rig.options)
        camera.read(buffer_for(camera.open()))
        camera.close()


def test_a_missing_source_is_one_clear_sentence_without_credentials(rig: Rig, build: Make) -> None:
    with pytest.raises((CameraError, InputError)) as caught:
        build(rig.missing, rig.options).open()
    assert_sentence(caught.value)


def test_a_stall_is_an_error_within_the_timeout(rig: Rig, build: Make) -> None:
    if rig.stall is None:
        pytest.skip("this source cannot be stalled")
    camera = build(rig.address, rig.options)
    buffer = buffer_for(camera.open())
    camera.read(buffer)
    rig.stall()
    began_s = time.monotonic()
    with pytest.raises(CameraStalled) as caught:
        read_for_ever(camera, buffer)
    assert time.monotonic() - began_s < TIMEOUT_S + 3
    assert_sentence(caught.value)
    assert "nothing" in str(caught.value)
    began_s = time.monotonic()
    camera.close()
    assert time.monotonic() - began_s < TIMEOUT_S + 3


def test_a_server_that_takes_connections_and_no_more_is_left_when_the_time_is_up(
    rig: Rig, build: Make
) -> None:
    if rig.silent is None:
        pytest.skip("this source is no server")
    timeout_s = 2.5
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = rig.silent.format(f"127.0.0.1:{server.getsockname()[1]}")
        camera = build(address, CameraOptions(timeout_s=timeout_s))
        began_s = time.monotonic()
        with pytest.raises(CameraStalled) as caught:
            camera.open()
        # Shared by all that opening consists of: two parts with a time-out each would need twice.
        assert (time.monotonic() - began_s) / timeout_s < 1.5
    assert_sentence(caught.value)


def test_what_vanishes_is_an_error_to_be_retried_and_delivers_again_when_it_is_back(
    rig: Rig, build: Make
) -> None:
    if rig.vanish is None:
        pytest.skip("this source cannot be moved away")
    camera = build(rig.address, rig.options)
    away = rig.vanish.rename(rig.vanish.with_name("away"))
    with pytest.raises(CameraError) as caught:
        camera.open()
    assert_sentence(caught.value)
    camera.close()
    away.rename(rig.vanish)
    camera.read(buffer_for(camera.open()))


def test_a_finite_source_ends_after_each_of_its_frames(rig: Rig, build: Make) -> None:
    if rig.frames is None:
        pytest.skip("this source has no end")
    camera = build(rig.address, replace(rig.options, paced=False))
    buffer = buffer_for(camera.open())
    seen = {camera.read(buffer).image.tobytes() for _ in range(rig.frames)}
    assert len(seen) == rig.frames
    for _ in range(2):
        with pytest.raises(EndOfStream):
            camera.read(buffer)
    camera.close()
    with pytest.raises(CameraError):
        camera.read(buffer)


def test_a_finite_source_goes_round_when_paced(rig: Rig, build: Make) -> None:
    if rig.frames is None:
        pytest.skip("this source has no end")
    camera = build(rig.address, rig.options)
    buffer = buffer_for(camera.open())
    seen = [camera.read(buffer).image.tobytes() for _ in range(2 * rig.frames)]
    assert seen[rig.frames :] == seen[: rig.frames]


def read_for_ever(camera: Camera, buffer: np.ndarray[Any, np.dtype[np.uint8]]) -> None:
    while True:
        camera.read(buffer)


def assert_sentence(error: SaccadeError) -> None:
    """For a user: not empty, one line, no credentials, no words of Python's."""
    text = str(error)
    assert len(text) > 20
    assert "\n" not in text
    assert LOGIN[1] not in text
    assert "Traceback" not in text
    assert "Error" not in text
