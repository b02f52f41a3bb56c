from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from models.errors import CameraError, EndOfStream, InputError
from pipelines.cameras import CameraOptions
from pipelines.cameras.file import FileCamera
from tests.pipelines.cameras.media import number_of, write_video

UNPACED = CameraOptions(paced=False)


def take(camera: FileCamera, count: int) -> list[int]:
    buffer = np.zeros((*camera.open(), 3), np.uint8)
    return [number_of(camera.read(buffer).image) for _ in range(count)]


@pytest.mark.parametrize(("name", "codec"), [("clip.mp4", "mp4v"), ("clip.avi", "MJPG")])
def test_every_frame_once_in_order(tmp_path: Path, name: str, codec: str) -> None:
    camera = FileCamera(str(write_video(tmp_path / name, codec=codec)), UNPACED)
    assert take(camera, 12) == list(range(12))
    with pytest.raises(EndOfStream, match=r"clip\.\w+ is at its end"):
        camera.read(np.zeros((96, 128, 3), np.uint8))
    camera.close()


def test_paced_it_plays_at_its_own_rate_and_begins_again(tmp_path: Path) -> None:
    camera = FileCamera(str(write_video(tmp_path / "clip.mp4", fps=50)), CameraOptions())
    began_s = time.monotonic()
    assert take(camera, 24) == [*range(12), *range(12)]
    assert camera.fps == 50
    assert time.monotonic() - began_s >= 23 / 50
    camera.close()


def test_its_rate_is_known_before_it_is_opened(tmp_path: Path) -> None:
    assert FileCamera(str(write_video(tmp_path / "clip.mp4", fps=12)), CameraOptions()).fps == 12


def test_another_rate_can_be_asked_for(tmp_path: Path) -> None:
    camera = FileCamera(str(write_video(tmp_path / "clip.mp4", fps=2)), CameraOptions(fps=100))
    assert take(camera, 12) == list(range(12))
    assert camera.fps == 100
    camera.close()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"not a video at all\n" * 100, "is not a video that can be decoded"),
        (None, "there is no video file"),
    ],
)
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "clip.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        FileCamera(str(path), CameraOptions())


def test_a_video_cut_before_its_index_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="is not a video that can be decoded"):
        FileCamera(str(path), CameraOptions())


def test_a_video_broken_halfway_goes_round_from_there(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.avi", frames=20, codec="MJPG")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    camera = FileCamera(str(path), CameraOptions(fps=200))
    numbers = take(camera, 40)
    assert max(numbers) < 18
    assert numbers.count(0) >= 2
    camera.close()


def test_a_file_that_vanishes_is_a_camera_that_fails(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", frames=2)
    camera = FileCamera(str(path), CameraOptions(fps=200))
    buffer = np.zeros((*camera.open(), 3), np.uint8)
    path.unlink()
    camera.read(buffer)
    camera.read(buffer)
    with pytest.raises(CameraError, match="there is no video file"):
        camera.read(buffer)
    camera.close()


def test_a_real_video_has_each_of_its_frames(real: Path) -> None:
    camera = FileCamera(str(real / "video" / "bottle-detection.mp4"), UNPACED)
    buffer = np.zeros((*camera.open(), 3), np.uint8)
    for _ in range(60):
        assert camera.read(buffer).image is buffer
    assert buffer.std() > 5
    camera.close()
