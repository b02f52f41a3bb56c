from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from models.detection import Box
from models.manifest import Network
from pipelines.benchmark.data.folders import read_folders
from pipelines.benchmark.data.labelled import Labelled, Object, Picture
from pipelines.selection.premodel.outcomes.examples import Pictures
from tests.pipelines.selection.premodel.networks import COLOURS, mean_colour, write_pictures


def networks(folder: Path, *labels: tuple[str, ...]) -> list[Network]:
    return [mean_colour(folder, f"n{n}", each, 8) for n, each in enumerate(labels)]


def test_the_truth_is_what_each_network_calls_it(tmp_path: Path):
    data = read_folders(write_pictures(tmp_path / "pictures", 1, 0))
    one, other = COLOURS, ("Blue", "RED", "green")
    examples = Pictures(data, networks(tmp_path, one, other))
    assert len(examples) == 3
    found = list(examples)
    assert [each.group for each in found] == [0, 1, 2]
    for example in found:
        assert example.truth is not None
        mine, theirs = example.truth
        assert mine[0].label.casefold() == theirs[0].label.casefold()
        assert theirs[0].label in other
    assert examples.notes() == ()


def test_what_no_network_knows_is_left_out_and_told(tmp_path: Path):
    folder = write_pictures(tmp_path / "pictures", 1, 0)
    (folder / "purple").mkdir()
    cv2.imwrite(str(folder / "purple" / "1.png"), np.zeros((8, 8, 3), np.uint8))
    (folder / "red" / "broken.png").write_bytes(b"no picture")
    examples = Pictures(read_folders(folder), networks(tmp_path, COLOURS, COLOURS))
    assert len(list(examples)) == 3
    unknown, unreadable = examples.notes()
    assert unknown == "1 pictures show what no network has a label for; left out"
    assert unreadable.endswith("broken.png cannot be read as a picture; left out")


def test_what_one_network_has_no_name_for_it_can_only_miss(tmp_path: Path):
    path = tmp_path / "picture.png"
    cv2.imwrite(str(path), np.zeros((20, 20, 3), np.uint8))
    things = (Object(0, (1, 2, 3, 4)), Object(1, (5, 6, 7, 8)), Object(2, (9, 9, 10, 10)))
    data = Labelled("one", "detect", (("red",), ("car",), ("owl",)), (Picture(str(path), things),))
    pair = networks(tmp_path, COLOURS, ("car", "red", "blue"))
    (example,) = examples = list(pictures := Pictures(data, pair))
    assert len(examples) == 1
    assert example.truth is not None
    mine, theirs = example.truth
    assert [thing.box for thing in mine] == [Box(1, 2, 3, 4), Box(5, 6, 7, 8)]
    assert [thing.label for thing in theirs] == ["red", "car"]
    assert mine[0].label == "red"
    assert mine[1].label not in COLOURS
    assert pictures.notes() == ("1 boxes show what no network has a label for; left out",)
