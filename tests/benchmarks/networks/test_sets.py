from __future__ import annotations

import cv2
import numpy as np
import pytest

from benchmarks.networks.sets import Composites, Sets, find_photos, read_photo
from models.errors import InputError
from models.rendering.dataset import CLASSES


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(2):
        noise = np.random.default_rng(number).integers(0, 255, (20, 30, 3), np.uint8)
        cv2.imwrite(str(folder / f"{number}.png"), cv2.resize(noise, (450, 300)))
    return find_photos(folder)


def test_composites_are_the_same_every_time(photos):
    source = Composites(photos, 4, 128)
    one, again, other = source(1), source(1), source(2)
    assert one.image.shape == (128, 128, 3)
    assert np.array_equal(one.image, again.image)
    assert not np.array_equal(one.image, other.image)
    assert len(one.boxes) == len(one.classes)


def test_a_crop_of_a_composite_shows_its_label(photos):
    source = Composites(photos, 24, 64, crops=True)
    crops = [source(index) for index in range(24)]
    assert {crop.image.shape for crop in crops} == {(64, 64, 3)}
    assert {len(crop.classes) for crop in crops} == {1}
    assert len({int(crop.classes[0]) for crop in crops}) > len(CLASSES) / 2


def test_composites_of_other_photographs_have_another_name(photos):
    name = Composites(photos, 4, 128).name
    assert name == Composites(photos, 9, 128).name
    assert name != Composites(photos[:1], 4, 128).name
    assert name != Composites(photos, 4, 128, crops=True).name


def test_a_larger_set_begins_with_the_smaller_one(tmp_path):
    def samples(pictures):
        sets = Sets(pictures, (), tmp_path / "cache", workers=1)
        return sets.samples("held-out", 64, True, lambda done, total: None)

    few, more = samples(20), samples(200)
    assert (len(few), len(more)) == (20, 200)
    assert np.array_equal(few[19].image, more[19].image)


def test_without_photographs_there_are_no_composites(tmp_path, photos):
    assert Sets(20, (), tmp_path, 1).names == ("seeds", "held-out")
    assert Sets(20, photos, tmp_path, 1).names == ("seeds", "held-out", "composites")


def test_a_folder_without_photographs_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"has no \.jpg or \.png pictures"):
        find_photos(tmp_path)


def test_a_file_that_is_no_photograph_is_refused(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"a\.jpg cannot be read as a picture"):
        read_photo(*find_photos(tmp_path))
