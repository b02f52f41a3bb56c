"""COCO's format: what is read, what is left out, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.errors import InputError
from pipelines.benchmark.data.coco import read_coco
from tests.pipelines.benchmark.parts import coco


def boxes(*entries: tuple[int, int, list[float]]) -> list[dict[str, Any]]:
    return [
        {"id": n, "image_id": image, "category_id": category, "bbox": box}
        for n, (image, category, box) in enumerate(entries)
    ]


def test_boxes_become_corners(tmp_path: Path) -> None:
    annotations = boxes((0, 11, [2, 3, 10, 20]), (0, 10, [1.5, 0, 4, 4]))
    data = read_coco(coco(tmp_path / "instances.json", annotations=annotations))
    assert data.task == "detect"
    assert data.classes == (("blue",), ("green",), ("red",))
    assert data.pictures[0].objects == ((1, (2, 3, 12, 23)), (0, (1.5, 0, 5.5, 4)))
    # A picture without an object is there to be found nothing in.
    assert [each.objects for each in data.pictures[1:]] == [(), ()]
    assert not data.notes


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ((0, 99, [0, 0, 9, 9]), "of categories that it does not list"),
        ((9, 10, [0, 0, 9, 9]), "of pictures that it does not list"),
        ((0, 10, [40, 40, 9, 9]), "empty or outside of their picture"),
        ((0, 10, [-20, 0, 10, 9]), "empty or outside of their picture"),
        ((0, 10, [0, 0, -9, 9]), "empty or outside of their picture"),
        ((0, 10, [0, 0, 0, 0]), "empty or outside of their picture"),
    ],
)
def test_a_box_that_cannot_be_is_left_out_and_told(
    tmp_path: Path, entry: tuple[int, int, list[float]], note: str
) -> None:
    annotations = boxes((0, 10, [0, 0, 9, 9]), entry)
    data = read_coco(coco(tmp_path / "instances.json", annotations=annotations))
    assert [len(each.objects) for each in data.pictures] == [1, 0, 0]
    (told,) = data.notes
    assert told == f"{tmp_path}/instances.json: boxes left out: 1 {note}"


def test_a_box_that_sticks_out_is_cut(tmp_path: Path) -> None:
    annotations = boxes((0, 10, [-5, 20, 100, 100]))
    data = read_coco(coco(tmp_path / "instances.json", annotations=annotations))
    assert data.pictures[0].objects == ((0, (0, 20, 32, 32)),)


def test_crowds_are_left_out(tmp_path: Path) -> None:
    annotations = boxes((0, 10, [0, 0, 9, 9]), (0, 10, [0, 0, 30, 30]))
    annotations[1]["iscrowd"] = 1
    data = read_coco(coco(tmp_path / "instances.json", annotations=annotations))
    assert [len(each.objects) for each in data.pictures] == [1, 0, 0]
    assert "of crowds" in data.notes[0]


def test_pictures_that_are_missing_are_told(tmp_path: Path) -> None:
    file = coco(tmp_path / "instances.json")
    (tmp_path / "images" / "green.png").unlink()
    data = read_coco(file)
    assert len(data.pictures) == 2
    assert data.notes == (f"{file}: pictures that are not there: 1, such as green.png",)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"annotations": []}, "has no box that could be used"),
        ({"annotations": boxes((0, 99, [0, 0, 9, 9]))}, "no box that could be used; 1 of cat"),
        ({"images": []}, "no box that could be used; 3 of pictures"),
        ({"images": [{"id": 0, "file_name": "none.png"}]}, "neither beside it nor in"),
        ({"categories": "none"}, "not in COCO's format: Expected `array`"),
        ({"annotations": [{"image_id": 0}]}, "not in COCO's format: Object missing"),
    ],
)
def test_nothing_to_measure_on_is_one_sentence(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    file = coco(tmp_path / "instances.json", **changes)
    with pytest.raises(InputError, match=said) as caught:
        read_coco(file)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff", json.dumps({"images": []})])
def test_what_is_no_such_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "instances.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=r"instances\.json: is not in COCO's format"):
        read_coco(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.json: cannot be read: No such file"):
        read_coco(tmp_path / "nowhere.json")
