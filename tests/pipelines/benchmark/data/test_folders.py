"""Pictures in folders: what is read, and what is said of what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import InputError
from pipelines.benchmark.data.folders import read_folders
from tests.pipelines.benchmark.parts import folders, picture


def test_every_folder_is_a_class(tmp_path: Path) -> None:
    data = read_folders(folders(tmp_path / "colours", each=2))
    assert data.task == "classify"
    assert data.classes == (("blue",), ("green",), ("red",))
    assert [Path(each.path).parent.name for each in data.pictures] == [
        *("blue", "blue", "green", "green", "red", "red"),
    ]
    assert [each.objects[0].number for each in data.pictures] == [0, 0, 1, 1, 2, 2]
    assert data.name == "6 pictures of colours"
    assert not data.notes


def test_one_picture_is_enough(tmp_path: Path) -> None:
    picture(tmp_path / "red" / "one.png", "red")
    assert len(read_folders(tmp_path).pictures) == 1


def test_an_empty_class_is_told(tmp_path: Path) -> None:
    folders(tmp_path)
    (tmp_path / "violet").mkdir()
    data = read_folders(tmp_path)
    assert len(data.pictures) == 6
    assert data.notes == (f"{tmp_path}/violet: has no pictures",)


def test_a_list_of_classes_gives_order_and_names(tmp_path: Path) -> None:
    picture(tmp_path / "n02" / "a.png", "red")
    picture(tmp_path / "n99" / "a.png", "red")
    (tmp_path / "classes.txt").write_text("n01 tench, Tinca tinca\nn02 goldfish\n\n")
    data = read_folders(tmp_path)
    assert data.ordered
    assert data.classes == (("tench", "Tinca tinca", "n01"), ("goldfish", "n02"))
    assert [each.objects[0].number for each in data.pictures] == [1]
    assert data.notes == (f"{tmp_path}/n99: the class is not in classes.txt; left out",)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "has no folders"),
        (["a.png"], "has no folders"),
        (["red/notes.txt"], "not one picture"),
    ],
)
def test_nothing_to_measure_on_is_one_sentence(tmp_path: Path, files: list[str], said: str) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    with pytest.raises(InputError, match=said) as caught:
        read_folders(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: there is no such folder"):
        read_folders(tmp_path / "nowhere")


def test_a_class_listed_twice_is_an_error(tmp_path: Path) -> None:
    picture(tmp_path / "n01" / "a.png", "red")
    (tmp_path / "classes.txt").write_text("n01 tench\nn01 goldfish\n")
    with pytest.raises(InputError, match="line 2: class 'n01' is there twice"):
        read_folders(tmp_path)
