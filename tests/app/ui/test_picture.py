from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QSize

from app.ui.picture import Picture, Scaler
from tests.app.ui.feeds import picture

NO_LIMIT = QSize(10_000, 10_000)


def test_colours_and_places_are_kept() -> None:
    image = np.zeros((4, 6, 3), np.uint8)
    image[0, 0] = (255, 0, 0)  # blue
    image[3, 5] = (0, 0, 255)  # red
    shown = Picture()
    shown.set(image, NO_LIMIT)
    out = shown.fitted(QSize(6, 4))
    assert shown.size == QSize(6, 4)
    assert out.pixelColor(0, 0).name() == "#0000ff"
    assert out.pixelColor(5, 3).name() == "#ff0000"
    assert out.pixelColor(3, 2).name() == "#000000"


def test_a_read_only_image_is_copied() -> None:
    image = picture(64, 48)
    shown = Picture()
    shown.set(image, NO_LIMIT)
    image.setflags(write=True)
    image[:] = 0  # the slot is written again by the camera
    assert shown.fitted(QSize(64, 48)).pixelColor(10, 10).name() == "#ff0000"


@pytest.mark.parametrize(
    "size", [(64, 48), (320, 240), (100, 7), (1000, 750), (1, 1), (321, 239), (640, 480)]
)
@pytest.mark.parametrize("source", [(640, 480), (1, 1), (333, 17), (1920, 1080)])
def test_any_picture_fits_any_size(source: tuple[int, int], size: tuple[int, int]) -> None:
    shown = Picture()
    shown.set(picture(*source), NO_LIMIT)
    out = shown.fitted(QSize(*size))
    assert (out.width(), out.height()) == size
    assert {out.pixelColor(x, y).name() for x in (0, size[0] - 1) for y in (0, size[1] - 1)} == {
        "#ff0000"
    }


def test_a_picture_is_scaled_again_for_a_new_frame_and_a_new_size() -> None:
    shown = Picture()
    shown.set(picture(64, 48), NO_LIMIT)
    assert shown.fitted(QSize(32, 24)).pixelColor(5, 5).name() == "#ff0000"
    shown.set(picture(64, 48, colour=(0, 255, 0)), NO_LIMIT)
    assert shown.fitted(QSize(32, 24)).pixelColor(5, 5).name() == "#00ff00"
    assert shown.fitted(QSize(16, 12)).pixelColor(5, 5).name() == "#00ff00"
    shown.set(picture(80, 80, colour=(255, 0, 0)), NO_LIMIT)  # another frame size in mid-stream
    assert shown.size == QSize(80, 80)
    assert shown.fitted(QSize(16, 12)).pixelColor(5, 5).name() == "#0000ff"


def test_a_huge_picture_is_kept_no_larger_than_any_display() -> None:
    shown = Picture()
    shown.set(picture(6000, 3000), QSize(1920, 1080))
    assert shown.size == QSize(6000, 3000)  # detections are in these pixels
    assert shown._pixels.shape == (960, 1920, 4)
    shown.set(picture(4000, 1), QSize(1920, 1080))
    assert shown._pixels.shape == (1, 1920, 4)


def test_the_same_buffers_serve_every_frame() -> None:
    scale = Scaler((480, 640, 3), 200, 150)
    assert scale(picture(640, 480)) is scale(picture(640, 480))


def test_fine_detail_is_averaged_and_not_skipped() -> None:
    stripes = np.zeros((480, 640, 3), np.uint8)
    stripes[:, ::2] = 200
    small = Scaler(stripes.shape, 80, 60)(stripes)
    assert abs(float(small.mean()) - 100) < 2
    assert float(small.std()) < 2
