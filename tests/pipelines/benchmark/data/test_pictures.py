"""The pictures that are timed."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from models.errors import InputError, SaccadeError
from pipelines.benchmark.data.pictures import MOST, rendered, some_of
from tests.pipelines.benchmark.parts import picture


def test_of_many_some_are_taken_evenly(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", "red")
    paths = [str(path)] * 250
    paths[::5] = [str(picture(tmp_path / "b.png", "blue"))] * 50
    chosen = some_of(paths)
    assert len(chosen) == MOST
    assert 15 <= sum(each.endswith("b.png") for each in chosen) <= 50


def test_what_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    good = str(picture(tmp_path / "a.png", "red"))
    assert some_of([str(tmp_path / "bad.png"), good]) == (good,)


def test_nothing_readable_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"bad\.png: cannot be read as a picture"):
        some_of([str(tmp_path / "bad.png")])


def test_rendered_pictures_are_the_same_every_time(tmp_path: Path) -> None:
    both = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        both.append([Path(path).read_bytes() for path in rendered(tmp_path / name, 2)])
    assert both[0] == both[1]
    assert both[0][0] != both[0][1]
    image = cv2.imread(str(tmp_path / "one" / "0.bmp"))
    assert image is not None
    assert image.std() > 10


def test_where_they_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SaccadeError, match="nowhere: a picture cannot be written there"):
        rendered(tmp_path / "nowhere", 1)
