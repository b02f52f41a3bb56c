"""Which of the data's classes a network knows, and which pictures it is judged by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.benchmark.data.coco import read_coco
from pipelines.benchmark.data.folders import read_folders
from pipelines.benchmark.data.labelled import Labelled, Truths
from tests.pipelines.benchmark.parts import coco, folders


@pytest.mark.parametrize(
    ("ordered", "labels", "indexes"),
    [
        (False, ("dog", "cat"), {0: 1, 1: 0}),
        (False, ("a dog", "cat"), {0: 1}),
        (False, ("Sea-Lion", "CAT", "x"), {0: 1, 2: 0}),
        (False, ("walrus",), {1: 0}),  # a second name of the class
        (False, ("cat", "cat"), {0: 0}),
        (True, ("a", "b", "c"), {0: 0, 1: 1, 2: 2}),  # by position: as many labels as classes
        (True, ("dog", "cat"), {0: 1, 1: 0}),  # not as many: by name
        (False, (), {}),
    ],
)
def test_classes_are_found_among_the_labels(
    ordered: bool, labels: tuple[str, ...], indexes: dict[int, int]
) -> None:
    classes = (("cat",), ("dog", "walrus"), ("sea_lion",))
    data = Labelled("", "classify", classes, (), ordered=ordered)
    assert data.indexes_for(labels) == indexes


def test_a_classifier_is_judged_by_what_it_has_labels_for(tmp_path: Path) -> None:
    truths = Truths(read_folders(folders(tmp_path)), ("red", "blue"))
    assert [int(truth.classes[0]) for truth in truths] == [1, 1, 0, 0]
    assert truths.count == 4
    assert truths.notes() == ("pictures left out that the network has no label for: 2",)


def test_a_detector_is_judged_by_every_picture(tmp_path: Path) -> None:
    truths = Truths(read_coco(coco(tmp_path / "instances.json")), ("green",))
    assert [truth.boxes.shape for truth in truths] == [(0, 4), (1, 4), (0, 4)]
    assert truths.notes() == ("boxes left out that the network has no label for: 2",)


def test_pictures_and_boxes_arrive(tmp_path: Path) -> None:
    truth = next(iter(Truths(read_coco(coco(tmp_path / "instances.json")), ("blue",))))
    assert truth.image.shape == (32, 32, 3)
    assert truth.image.dtype == np.uint8
    assert truth.boxes.tolist() == [[0, 0, 16, 16]]


def test_a_corrupt_picture_is_left_out_and_told(tmp_path: Path) -> None:
    folders(tmp_path)
    for name in ("0.png", "1.png"):
        (tmp_path / "green" / name).write_bytes(b"no picture")
    truths = Truths(read_folders(tmp_path), ("blue", "green", "red"))
    assert [int(truth.classes[0]) for truth in truths] == [0, 0, 2, 2]
    assert truths.count == 4
    path = (tmp_path / "green" / "0.png").resolve()
    assert truths.notes() == (f"{path} and 1 more cannot be read as a picture; left out",)
