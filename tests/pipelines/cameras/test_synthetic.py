from __future__ import annotations

import time

import numpy as np
import pytest

from models.errors import InputError
from pipelines.cameras import CameraOptions
from pipelines.cameras.synthetic import SyntheticCamera


@pytest.mark.parametrize(
    ("address", "size", "fps"),
    [
        ("", (720, 1280), 30),
        ("320x200", (200, 320), 30),
        ("@12.5", (720, 1280), 12.5),
        ("320x200@60?seed=7", (200, 320), 60),
        ("?seed=7", (720, 1280), 30),
    ],
)
def test_the_address_says_size_rate_and_seed(
    address: str, size: tuple[int, int], fps: float
) -> None:
    camera = SyntheticCamera(address, CameraOptions())
    assert camera.open() == size
    assert camera.fps == fps
    camera.close()


def test_options_fill_in_what_the_address_leaves_open() -> None:
    camera = SyntheticCamera("@10", CameraOptions(width=64, height=48, fps=99))
    assert camera.open() == (48, 64)
    assert camera.fps == 10
    camera.close()


@pytest.mark.parametrize(
    "address",
    ["640", "640x", "@", "@0", "1x1", "99999x720", "?speed=2", "?seed=x", "@1e9", "?seed"],
)
def test_a_wrong_address_is_refused(address: str) -> None:
    with pytest.raises(InputError):
        SyntheticCamera(address, CameraOptions())


def test_a_slow_reader_misses_frames_but_the_scene_keeps_its_speed() -> None:
    camera = SyntheticCamera("64x48@100", CameraOptions())
    buffer = np.zeros((*camera.open(), 3), np.uint8)
    first = camera.read(buffer)
    before = {found.box.left for found in first.truth or () if found.box}
    time.sleep(0.3)
    before_s = time.monotonic()
    shot = camera.read(buffer)
    assert shot.captured_s > before_s - 1.01 / 100  # the frame of the moment, not the second one
    assert shot.captured_s - first.captured_s >= 28 / 100
    assert {found.box.left for found in shot.truth or () if found.box} != before
    camera.close()


def test_unpaced_every_frame_comes_as_fast_as_it_is_drawn() -> None:
    def take(count: int) -> list[bytes]:
        camera = SyntheticCamera("64x48@2?seed=1", CameraOptions(paced=False))
        buffer = np.zeros((*camera.open(), 3), np.uint8)
        frames = [camera.read(buffer).image.tobytes() for _ in range(count)]
        camera.close()
        return frames

    began_s = time.monotonic()
    frames = take(60)  # half a minute of the scene
    assert time.monotonic() - began_s < 20
    assert len(set(frames)) == 60
    assert take(60) == frames
