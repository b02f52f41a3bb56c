from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from models.image import Image
from pipelines.selection.premodel.outcomes.features import NAMES, Describer


def described(image: Image) -> dict[str, float]:
    return dict(zip(NAMES, Describer()(image).tolist(), strict=True))


def plain(blue: int, green: int, red: int, side: int = 64) -> Image:
    return np.full((side, side, 3), (blue, green, red), np.uint8)


@pytest.mark.parametrize(
    ("colour", "brightness"),
    [
        ((0, 0, 0), 0.0),
        ((255, 255, 255), 255.0),
        ((0, 0, 200), math.sqrt(0.241) * 200),  # red
        ((0, 200, 0), math.sqrt(0.691) * 200),  # green looks brightest
        ((200, 0, 0), math.sqrt(0.068) * 200),  # blue darkest
    ],
)
def test_brightness_is_as_people_perceive_it(colour, brightness):
    found = described(plain(*colour))
    assert found["brightness"] == pytest.approx(brightness, abs=0.01)
    assert found["contrast"] == pytest.approx(0, abs=0.01)


def test_contrast_is_the_spread_of_brightness():
    image = plain(0, 0, 0)
    image[:, 32:] = 255
    assert described(image)["contrast"] == pytest.approx(127.5)


def test_a_plain_picture_has_neither_corners_nor_edges():
    found = described(plain(90, 90, 90))
    assert found["keypoints"] == 0
    assert not any(found[name] for name in NAMES if name.startswith(("edge_length", "hue")))


@pytest.mark.parametrize("step", [16, 32])
def test_keypoints_are_counted(step):
    image = plain(0, 0, 0, 128)
    spots = range(12, 110, step)
    for row in spots:
        image[row, list(spots)] = 200
    assert described(image)["keypoints"] == pytest.approx(math.log1p(len(spots) ** 2))


def test_edges_are_counted_by_their_length():
    # Long enough for the last bin but one (64 … 127 pixels): lines across most of the picture.
    image = plain(0, 0, 0, 128)
    for row in (30, 60, 90):
        cv2.line(image, (10, row), (110, row), (255, 255, 255), 1)
    found = described(image)
    assert sum(found[f"edge_length_{n}"] for n in (6, 7)) == pytest.approx(1)
    assert sum(found[name] for name in NAMES if name.startswith("edge_length")) == pytest.approx(1)


@pytest.mark.parametrize(
    ("colour", "bin_"),
    [
        ((0, 0, 255), 1),  # red begins the circle
        ((0, 255, 0), 3),  # green is at a third of it: 60 of 180
        ((255, 0, 0), 5),  # blue at two thirds
    ],
)
def test_hue_falls_into_its_seventh_of_the_circle(colour, bin_):
    found = described(plain(*colour))
    assert found[f"hue_{bin_}"] == 1


def test_grey_pixels_have_no_hue():
    image = plain(128, 128, 128)
    image[:8] = (0, 0, 255)
    assert described(image)["hue_1"] == 1


def test_size_hardly_matters():
    random = np.random.default_rng(0)
    small = cv2.GaussianBlur(random.integers(0, 256, (96, 128, 3), np.uint8), (0, 0), 4)
    small = cv2.normalize(small, None, 0, 255, cv2.NORM_MINMAX)
    large = cv2.resize(small, (1280, 960), interpolation=cv2.INTER_CUBIC)
    one, other = described(small), described(large)
    assert one["brightness"] == pytest.approx(other["brightness"], rel=0.02)
    assert one["contrast"] == pytest.approx(other["contrast"], rel=0.05)
    assert one["hue_3"] == pytest.approx(other["hue_3"], abs=0.03)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 4000, 3), (4000, 1, 3), (2160, 3840, 3)])
def test_any_picture_can_be_described(shape):
    found = Describer()(np.zeros(shape, np.uint8))
    assert found.shape == (len(NAMES),)
    assert np.isfinite(found).all()
