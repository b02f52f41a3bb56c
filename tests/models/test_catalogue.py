"""The catalogue: every entry is complete, and true of the real file where that is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import catalogue
from models.decoders import DECODERS
from models.errors import UnknownName
from models.manifest import sha256_of


@pytest.mark.parametrize("name", catalogue.names())
def test_an_entry_says_all_that_pull_and_list_need(name: str) -> None:
    manifest = catalogue.manifest(name)
    assert manifest.name == name
    assert manifest.source.startswith("https://")
    assert manifest.size is not None
    assert manifest.licence
    assert manifest.decoder.name in DECODERS.names()
    assert (manifest.decoder.name == "classify") == (manifest.task == "classify")
    assert manifest.parent is None or manifest.parent in catalogue.names()


@pytest.mark.parametrize("name", catalogue.names())
def test_an_entry_is_in_one_pack(name: str) -> None:
    assert sum(name in members for members in catalogue.PACKS.values()) == 1


@pytest.mark.parametrize(
    ("pack", "labels"), [("coco", "coco80"), ("faces", ("face",)), ("imagenet", "imagenet1000")]
)
def test_a_pack_is_all_networks_of_its_classes(pack: str, labels: str | tuple[str, ...]) -> None:
    same = {
        name
        for name in catalogue.names()
        if catalogue.manifest(name).labels == labels and name not in catalogue.members("tflite")
    }
    assert set(catalogue.members(pack)) == same


def test_tflite_files_are_a_pack_of_their_own() -> None:
    files = {name: catalogue.manifest(name).file for name in catalogue.names()}
    tflite = {name for name, file in files.items() if file.endswith(".tflite")}
    assert set(catalogue.members("tflite")) == tflite
    assert all(file.endswith(".onnx") for name, file in files.items() if name not in tflite)


@pytest.mark.parametrize("name", catalogue.names())
def test_an_entry_is_true_of_the_real_file(name: str, real: Path) -> None:
    manifest = catalogue.manifest(name)
    path = real / "original" / manifest.file
    if not path.is_file():
        pytest.skip(f"{manifest.file} is not at hand")
    assert path.stat().st_size == manifest.size
    assert sha256_of(path) == manifest.sha256


def test_the_label_sets_are_resolved() -> None:
    assert len(catalogue.network("fastestdet", Path("x")).labels) == 80
    assert len(catalogue.network("googlenet", Path("x")).labels) == 1000


def test_a_name_stands_for_itself_and_a_pack_for_its_members() -> None:
    assert catalogue.members("yunet") == ("yunet",)
    assert "yolox-nano" in catalogue.members("coco")
    with pytest.raises(UnknownName, match="unknown network or pack 'coc'; did you mean 'coco'"):
        catalogue.members("coc")
    with pytest.raises(UnknownName, match="did you mean 'yolox-nano'"):
        catalogue.manifest("yolox-nan")
