from __future__ import annotations

import logging
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.errors import EndOfStream, InputError
from pipelines.cameras import CameraOptions
from pipelines.cameras.images import ImagesCamera
from tests.pipelines.cameras.media import number_of, numbered, write_pictures

ONCE = CameraOptions(paced=False)


def test_pictures_come_in_the_order_of_their_names_each_with_its_size(tmp_path: Path) -> None:
    for name, size in (("b.png", (1, 1)), ("c.bmp", (20, 30)), ("A.JPG", (40, 10))):
        cv2.imwrite(str(tmp_path / name), np.full((*size, 3), 99, np.uint8))
    (tmp_path / "notes.txt").write_text("no picture")
    camera = ImagesCamera(str(tmp_path), ONCE)
    assert camera.open() == (40, 10)
    buffer = np.zeros((20, 30, 3), np.uint8)
    shots = [camera.read(buffer) for _ in range(3)]
    assert [shot.image.shape for shot in shots] == [(40, 10, 3), (1, 1, 3), (20, 30, 3)]
    assert [shot.image is buffer for shot in shots] == [False, False, True]
    with pytest.raises(EndOfStream):
        camera.read(buffer)
    camera.close()


def test_a_huge_picture_is_one_too(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "huge.png"), np.zeros((10_000, 10_000), np.uint8))
    camera = ImagesCamera(str(tmp_path), ONCE)
    assert camera.open() == (10_000, 10_000)
    assert camera.read(np.zeros((9, 9, 3), np.uint8)).image.shape == (10_000, 10_000, 3)
    camera.close()


def test_grey_and_transparent_pictures_become_bgr(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((8, 8), 77, np.uint16) * 256)
    cv2.imwrite(str(tmp_path / "see-through.png"), np.full((8, 8, 4), 77, np.uint8))
    camera = ImagesCamera(str(tmp_path), ONCE)
    camera.open()
    for _ in range(2):
        image = camera.read(np.zeros((8, 8, 3), np.uint8)).image
        assert image.shape == (8, 8, 3)
        assert image[0, 0].tolist() == [77, 77, 77]
    camera.close()


def test_a_corrupt_picture_is_named_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write_pictures(tmp_path / "pictures")
    (folder / "000a.jpg").write_bytes(b"\xff\xd8 and then nothing")
    camera = ImagesCamera(str(folder), CameraOptions(fps=200))
    buffer = np.zeros((*camera.open(), 3), np.uint8)
    with caplog.at_level(logging.WARNING):
        numbers = [number_of(camera.read(buffer).image) for _ in range(7)]
    assert numbers == [0, 1, 2, 0, 1, 2, 0]
    assert [record.message for record in caplog.records] == [
        f"{folder / '000a.jpg'} cannot be decoded and is left out"
    ]
    camera.close()


def test_a_single_picture_is_a_source(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), numbered(5))
    camera = ImagesCamera(str(tmp_path / "one.png"), CameraOptions(fps=100))
    buffer = np.zeros((*camera.open(), 3), np.uint8)
    assert [number_of(camera.read(buffer).image) for _ in range(3)] == [5, 5, 5]
    camera.close()


def test_a_slide_show_has_one_picture_a_second(tmp_path: Path) -> None:
    assert ImagesCamera(str(write_pictures(tmp_path / "any")), CameraOptions()).fps == 1


@pytest.mark.parametrize(
    ("files", "said"),
    [({}, "holds no pictures"), ({"a.jpg": b"none"}, "none of the pictures"), (None, "no folder")],
)
def test_a_folder_without_pictures_is_refused(
    tmp_path: Path, files: dict[str, bytes] | None, said: str
) -> None:
    folder = tmp_path / "pictures"
    if files is not None:
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
    with pytest.raises(InputError, match=said):
        ImagesCamera(str(folder), CameraOptions())


def test_real_photographs(real: Path) -> None:
    camera = ImagesCamera(str(real / "coco" / "images"), ONCE)
    camera.open()
    for _ in range(10):
        assert camera.read(np.zeros((480, 640, 3), np.uint8)).image.std() > 5
    camera.close()
