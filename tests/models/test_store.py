"""The store: networks appear whole or not at all, and one bad network spoils no other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from models.errors import InputError, ManifestError, ModelFileError, SaccadeError, UnknownName
from models.manifest import MANIFEST, Network, encode_manifest
from models.store import NotInstalled, Store
from tests.conftest import ROOT
from tests.models.tiny import MANIFEST as MINIMAL
from tests.models.tiny import tiny


def accept(network: Network) -> None:
    """A check that finds nothing: these tests are about the store."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "networks", bundled=tmp_path / "bundled")


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("[!.]*"))


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob(".*") if path.is_dir())


def test_a_store_that_does_not_exist_is_empty(store: Store) -> None:
    assert store.list() == ()
    assert store.verify() == ()
    assert not store.folder.exists()


def test_an_added_network_is_a_copy_with_its_manifest(store: Store, tmp_path: Path) -> None:
    network = tiny(tmp_path / "mine")
    store.add(network, check=accept)
    shutil.rmtree(tmp_path / "mine")
    found = store.get("tiny")
    assert found.path == store.folder / "tiny" / "tiny.onnx"
    assert (found.manifest, found.labels) == (network.manifest, network.labels)
    assert [entry.state for entry in store.list()] == ["installed"]
    assert store.networks() == (found,)
    assert hidden(store.folder) == []


def test_a_label_file_is_copied_and_a_bundled_set_is_not(store: Store, tmp_path: Path) -> None:
    labels = '["red", "green", "blue"]'
    (tmp_path / "own.txt").write_text("rouge\nvert\nbleu\n")
    store.add(tiny(tmp_path, "own", MINIMAL.replace(labels, '"own.txt"')), check=accept)
    store.add(tiny(tmp_path, "coco", MINIMAL.replace(labels, '"coco80"')), check=accept)
    assert store.get("own").labels == ("rouge", "vert", "bleu")
    assert visible(store.folder / "own") == ["labels.txt", "manifest.toml", "own.onnx"]
    assert visible(store.folder / "coco") == ["coco.onnx", "manifest.toml"]


def test_the_check_sees_the_copy_and_the_message_names_the_original(
    store: Store, tmp_path: Path
) -> None:
    network = tiny(tmp_path / "mine")

    def refuse(copy: Network) -> None:
        assert store.folder in copy.path.parents
        raise ModelFileError(f"{copy.path}: is no network")

    with pytest.raises(ModelFileError) as caught:
        store.add(network, check=refuse)
    assert str(caught.value) == f"{network.path}: is no network"
    assert visible(store.folder) == []
    assert hidden(store.folder) == []


def test_a_file_that_changes_while_it_is_added_is_refused(store: Store, tmp_path: Path) -> None:
    network = tiny(tmp_path / "mine")
    network.path.write_bytes(network.path.read_bytes() + b"x")
    with pytest.raises(ManifestError, match="SHA-256 begins with"):
        store.add(network, check=accept)
    assert visible(store.folder) == []


def test_a_name_is_taken_once_unless_it_is_to_be_replaced(store: Store, tmp_path: Path) -> None:
    store.add(tiny(tmp_path / "one"), check=accept)
    other = tiny(tmp_path / "two", text='licence = "MIT"\n' + MINIMAL)
    with pytest.raises(InputError, match="a network named 'tiny' is there already"):
        store.add(other, check=accept)
    assert store.get("tiny").manifest.licence == "unknown"
    store.add(other, check=accept, replace=True)
    assert store.get("tiny").manifest.licence == "MIT"
    assert hidden(store.folder) == []


def test_unknown_names_are_helped(store: Store, tmp_path: Path) -> None:
    store.add(tiny(tmp_path, "gate-camera"), check=accept)
    with pytest.raises(UnknownName, match="did you mean 'gate-camera'"):
        store.get("gate-camra")
    with pytest.raises(NotInstalled, match=r"`python main\.py models pull yunet` installs it"):
        store.get("yunet")
    with pytest.raises(UnknownName, match="did you mean 'fastestdet'"):
        store.get("fastesdet")


@pytest.mark.parametrize("name", ["..", ".", "../outside", "/etc", ".lock", "", "a/b"])
def test_no_name_leads_out_of_the_store(store: Store, tmp_path: Path, name: str) -> None:
    store.add(tiny(tmp_path), check=accept)
    (tmp_path / "outside").mkdir()
    for action in (store.get, store.remove, store.verify):
        with pytest.raises(UnknownName):
            action(name)
    assert (tmp_path / "outside").is_dir()
    assert visible(store.folder) == ["tiny"]


def test_removing_the_only_network_leaves_an_empty_store(store: Store, tmp_path: Path) -> None:
    store.add(tiny(tmp_path), check=accept)
    store.remove("tiny")
    assert store.list() == ()
    assert hidden(store.folder) == []


def test_removing_a_link_leaves_what_it_points_to(store: Store, tmp_path: Path) -> None:
    store.add(tiny(tmp_path), check=accept)
    (store.folder / "tiny").rename(tmp_path / "elsewhere")
    (store.folder / "tiny").symlink_to(tmp_path / "elsewhere")
    store.remove("tiny")
    assert store.list() == ()
    assert hidden(store.folder) == []
    assert visible(tmp_path / "elsewhere") == ["manifest.toml", "tiny.onnx"]


def damage_cut(folder: Path) -> None:
    data = (folder / "tiny.onnx").read_bytes()
    (folder / "tiny.onnx").write_bytes(data[:-1])


def damage_missing(folder: Path) -> None:
    (folder / "tiny.onnx").unlink()


def damage_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text("name = ")


def damage_no_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def damage_renamed(folder: Path) -> None:
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text.replace('name = "tiny"', 'name = "other"', 1))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (damage_cut, "bytes, the manifest says"),
        (damage_missing, "there is no such file"),
        (damage_manifest, "not valid TOML"),
        (damage_no_manifest, "cannot be read: No such file"),
        (damage_renamed, "name = 'other', but the folder is 'tiny'"),
    ],
)
def test_a_damaged_network_is_reported_and_spoils_no_other(
    store: Store, tmp_path: Path, damage: Callable[[Path], None], reason: str
) -> None:
    store.add(tiny(tmp_path), check=accept)
    store.add(tiny(tmp_path, "whole"), check=accept)
    damage(store.folder / "tiny")
    damaged, whole = store.list()
    assert (damaged.name, damaged.state, damaged.network) == ("tiny", "damaged", None)
    assert reason in damaged.problem
    assert whole.state == "installed"
    assert [network.name for network in store.networks()] == ["whole"]
    with pytest.raises(ManifestError, match="network 'tiny' is damaged"):
        store.get("tiny")
    store.add(tiny(tmp_path), check=accept, replace=True)
    assert store.get("tiny").name == "tiny"


def test_verify_finds_what_the_size_does_not_show(store: Store, tmp_path: Path) -> None:
    store.add(tiny(tmp_path), check=accept)
    assert [entry.state for entry in store.verify()] == ["installed"]
    file = store.get("tiny").path
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    assert [entry.state for entry in store.list()] == ["installed"]
    (entry,) = store.verify("tiny")
    assert entry.state == "damaged"
    assert "SHA-256" in entry.problem


def test_what_comes_with_saccade_is_listed_and_stays(store: Store, tmp_path: Path) -> None:
    network = tiny(tmp_path / "bundled" / "tiny")
    (tmp_path / "bundled" / "tiny" / MANIFEST).write_text(encode_manifest(network.manifest))
    assert [entry.state for entry in store.list()] == ["bundled"]
    assert store.get("tiny").path == network.path
    with pytest.raises(InputError, match="comes with Saccade and cannot be removed"):
        store.remove("tiny")
    with pytest.raises(InputError, match="is there already"):
        store.add(tiny(tmp_path / "mine"), check=accept, replace=True)
    assert network.path.is_file()


@pytest.mark.parametrize("name", ["manifest.toml", "labels.txt"])
def test_a_file_cannot_take_the_place_of_the_manifest(
    store: Store, tmp_path: Path, name: str
) -> None:
    network = tiny(tmp_path)
    manifest = msgspec.structs.replace(network.manifest, file=name)
    with pytest.raises(ManifestError, match="cannot be named"):
        store.add(msgspec.structs.replace(network, manifest=manifest), check=accept)


@pytest.mark.parametrize("change", [{"file": "../escaped.onnx"}, {"name": "../escaped"}])
def test_nothing_is_written_outside_the_store(
    store: Store, tmp_path: Path, change: dict[str, str]
) -> None:
    network = tiny(tmp_path / "mine")
    manifest = msgspec.structs.replace(network.manifest, **change)
    with pytest.raises(ManifestError, match="expected"):
        store.add(msgspec.structs.replace(network, manifest=manifest), check=accept)
    assert visible(tmp_path) == ["mine", "networks"]
    assert visible(store.folder) == []


KILLED = """
    import os, signal
    from pathlib import Path
    from models.store import Store
    from tests.models.tiny import tiny
    kill = lambda network: os.kill(os.getpid(), signal.SIGKILL)
    Store(Path("networks")).add(tiny(Path("mine")), check=kill)
"""


def test_a_killed_add_leaves_nothing_and_is_cleared_by_the_next(
    store: Store, tmp_path: Path
) -> None:
    process = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert process.returncode == -9
    assert hidden(store.folder) == [".adding"]
    assert store.list() == ()
    store.add(tiny(tmp_path / "mine"), check=accept)
    assert [entry.state for entry in store.verify()] == ["installed"]
    assert hidden(store.folder) == []


def test_many_adds_at_once_do_not_disturb_each_other(store: Store, tmp_path: Path) -> None:
    networks = [tiny(tmp_path / str(i), name=f"net{i % 4}") for i in range(12)]

    def add(network: Network) -> bool:
        try:
            Store(store.folder).add(network, check=accept)
        except InputError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        added = list(pool.map(add, networks))
    assert sum(added) == 4
    assert [(e.name, e.state) for e in store.verify()] == [
        (f"net{i}", "installed") for i in range(4)
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_one_sentence(store: Store, tmp_path: Path) -> None:
    network = tiny(tmp_path / "mine")
    tmp_path.chmod(0o500)
    with pytest.raises(SaccadeError, match="cannot be written: Permission denied"):
        store.add(network, check=accept)


def test_a_file_in_the_way_is_one_sentence(store: Store, tmp_path: Path) -> None:
    store.folder.write_text("not a folder")
    with pytest.raises(SaccadeError, match="cannot be written: File exists") as caught:
        store.add(tiny(tmp_path / "mine"), check=accept)
    assert caught.value.exit_status == 1
    assert store.list() == ()
