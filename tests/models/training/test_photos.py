from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.errors import InputError
from models.training.photos import read


def picture(path: Path, width: int = 100, height: int = 50, grey: int = 200) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((height, width, 3), grey, np.uint8))


def coco(folder: Path, count: int = 20, **changes: object) -> Path:
    """A COCO file of pictures with one box each, beside the folder of its pictures."""
    for number in range(count):
        picture(folder / "images" / f"{number}.png")
    data: dict[str, object] = {
        "images": [{"id": n, "file_name": f"{n}.png", "width": 100} for n in range(count)],
        "annotations": [
            {"id": n, "image_id": n, "category_id": 7 + n % 2, "bbox": [10, 20, 30, 10]}
            for n in range(count)
        ],
        "categories": [
            {"id": 7, "name": "nut"},
            {"id": 8, "name": "bolt"},
            {"id": 9, "name": "never seen"},
        ],
    }
    path = folder / "instances.json"
    path.write_text(json.dumps(data | changes))
    return path


def parts(data):
    return {"train": data.train, "validation": data.validation, "test": data.test}


def test_a_coco_file_is_split_and_fitted_as_the_application_fits(tmp_path):
    data = read(coco(tmp_path), "detect", 64)
    assert data.labels == ("nut", "bolt")
    assert {name: len(part) for name, part in parts(data).items()} == {
        "train": 14,
        "validation": 2,
        "test": 4,
    }
    paths = [photo.path for part in parts(data).values() for photo in part.photos]
    assert len(set(paths)) == 20
    sample = data.train(0)
    # 100×50 becomes 64×32 with bars of 16 pixels above and below.
    assert sample.image[15, 30, 0] == 114
    assert sample.image[16, 30, 0] == 200
    assert np.allclose(sample.boxes, [[6.4, 16 + 12.8, 25.6, 16 + 19.2]])


def test_the_same_data_is_split_the_same_way(tmp_path):
    path = coco(tmp_path)
    one, two = read(path, "detect", 64), read(path, "detect", 64)
    assert one == two
    assert read(path, "detect", 96).train.name != one.train.name


def test_a_changed_picture_changes_the_caches_name(tmp_path):
    import os

    path = coco(tmp_path)
    before = read(path, "detect", 64).train.name
    os.utime(tmp_path / "images" / "3.png", (1, 1))
    assert read(path, "detect", 64).train.name != before


def test_a_classifier_learns_from_the_boxes_crops(tmp_path):
    data = read(coco(tmp_path), "classify", 32)
    sample = data.train(0)
    assert sample.boxes.shape == (0, 4)
    assert sample.classes.tolist() in ([0], [1])
    # The crop is 30×10.
    assert (sample.image[:, 16, 0] == 200).sum() == 11


def test_folders_are_classes(tmp_path):
    for label in ("good", "bad"):
        for number in range(6):
            picture(tmp_path / label / f"{number}.jpg")
    (tmp_path / "bad" / "notes.txt").write_text("not a picture")
    data = read(tmp_path, "classify", 32)
    assert data.labels == ("bad", "good")
    assert sum(map(len, parts(data).values())) == 12


def test_pictures_without_boxes_are_kept_and_unusable_boxes_left_out(tmp_path, caplog):
    good = [{"image_id": n, "category_id": 7, "bbox": [1, 1, 5, 5]} for n in range(10)]
    bad = [
        {"image_id": 1, "category_id": 7, "bbox": [1, 1, 0, 5]},
        {"image_id": 2, "category_id": 7, "bbox": [1, 1, -3, 5]},
        {"image_id": 99, "category_id": 7, "bbox": [1, 1, 5, 5]},
        {"image_id": 3, "category_id": 7, "bbox": [1, 1, 50, 50], "iscrowd": 1},
    ]
    data = read(coco(tmp_path, annotations=good + bad), "detect", 64)
    photos = [photo for part in parts(data).values() for photo in part.photos]
    assert sorted(len(photo.boxes) for photo in photos) == [0] * 10 + [1] * 10
    assert "2 boxes without an area are left out" in caplog.text
    assert "1 boxes around crowds" in caplog.text
    assert "1 boxes of pictures that are not listed" in caplog.text
    empty = next(n for n, photo in enumerate(data.train.photos) if not photo.boxes)
    assert data.train(empty).boxes.shape == (0, 4)


def without_pictures(folder):
    path = coco(folder)
    (folder / "images" / "4.png").unlink()
    return path


def one_class(folder):
    picture(folder / "all" / "only" / "1.png")
    return folder / "all"


def empty_class(folder):
    picture(folder / "all" / "some" / "1.png")
    (folder / "all" / "none").mkdir()
    return folder / "all"


def two_files(folder):
    (folder / "a.json").write_text("{}")
    (folder / "b.json").write_text("{}")
    return folder


def text(content):
    def make(folder):
        (folder / "x.json").write_text(content)
        return folder / "x.json"

    return make


@pytest.mark.parametrize(
    ("make", "task", "message"),
    [
        (lambda f: f / "nowhere", "detect", "there is no such file or folder"),
        (text("{"), "detect", "is no COCO file of boxes"),
        (text('{"images": []}'), "detect", "missing required field `annotations`"),
        (without_pictures, "detect", "1 of its 20 pictures are missing, the first is '4.png'"),
        (lambda f: coco(f, categories=[{"id": 7, "name": "nut"}]), "detect", "category 8"),
        (lambda f: coco(f, annotations=[]), "detect", "not one usable box"),
        (lambda f: coco(f, count=5), "detect", "has 5 usable pictures, and 10 are the least"),
        (one_class, "classify", "has 1 folders"),
        (empty_class, "classify", "none: has no pictures"),
        (one_class, "detect", "a detector learns from boxes"),
        (two_files, "detect", "has 2 JSON files"),
    ],
)
def test_what_cannot_be_learned_from_is_said_in_a_sentence(tmp_path, make, task, message):
    with pytest.raises(InputError) as caught:
        read(make(tmp_path), task, 64)
    assert message in str(caught.value)


def test_a_damaged_picture_is_named(tmp_path):
    path = coco(tmp_path)
    (tmp_path / "images" / "4.png").write_bytes(b"no picture")
    data = read(path, "detect", 64)
    (part, index) = next(
        (part, index)
        for part in parts(data).values()
        for index, photo in enumerate(part.photos)
        if photo.path.name == "4.png"
    )
    with pytest.raises(InputError, match=r"4\.png: is no picture"):
        part(index)


def test_real_coco(real):
    data = read(real / "coco" / "instances.json", "detect", 128)
    assert sum(map(len, parts(data).values())) == 128
    sample = data.test(0)
    assert sample.image.shape == (128, 128, 3)
    assert (sample.boxes[:, 2:] > sample.boxes[:, :2]).all()
