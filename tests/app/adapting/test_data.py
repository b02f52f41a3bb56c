from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from app.adapting.data import choose_networks, choose_teacher, frames, pictures
from app.adapting.frames import STRETCH
from models.errors import InputError, UnknownName
from models.manifest import Accuracy, Network
from models.store import Store
from tests.pipelines.selection.premodel.networks import (
    install,
    mean_colour,
    small,
    write_pictures,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    install(tmp_path / "made", tmp_path / "networks")
    return Store(tmp_path / "networks", bundled=tmp_path / "bundled")


def names(networks: tuple[Network, ...]) -> list[str]:
    return [network.name for network in networks]


def test_a_folder_is_known_by_its_content(tmp_path: Path):
    folder = write_pictures(tmp_path / "colours", 1, 1)
    data = pictures(folder, None)
    assert (data.title, data.word, data.task) == ("6 pictures of colours", "colours", "classify")
    assert pictures(folder, None).digest == data.digest
    (folder / "red" / "220-0.png").write_bytes((folder / "blue" / "220-0.png").read_bytes())
    assert pictures(folder, None).digest != data.digest


def test_all_that_know_the_pictures_are_chosen(tmp_path: Path, store: Store):
    store.add(mean_colour(tmp_path / "made", "other", ("a", "b", "c"), 8), check=lambda _: None)
    data = pictures(write_pictures(tmp_path / "colours"), None)
    assert names(choose_networks((), data, store)) == ["large", "small"]
    assert names(choose_networks(("small", "large", "small"), data, store)) == ["small", "large"]
    with pytest.raises(InputError, match="network 'other' knows nothing of them"):
        choose_networks(("small", "other"), data, store)


def test_what_was_installed_goes_before_what_is_bundled(tmp_path: Path, store: Store):
    data = pictures(write_pictures(tmp_path / "colours"), None)
    both = Store(tmp_path / "empty", bundled=tmp_path / "networks")
    assert names(choose_networks((), data, both)) == ["large", "small"]
    both = Store(tmp_path / "own", bundled=tmp_path / "networks")
    for name in ("mine", "yours"):
        labels = ("red", "green", "blue")
        both.add(mean_colour(tmp_path / "made", name, labels, 8), check=lambda _: None)
    assert names(choose_networks((), data, both)) == ["mine", "yours"]
    assert names(choose_networks((), replace(data, rendered=True), both)) == ["large", "small"]


def test_one_network_is_nothing_to_choose_from(tmp_path: Path, store: Store):
    data = pictures(write_pictures(tmp_path / "colours"), None)
    with pytest.raises(InputError, match="two networks or more to choose from"):
        choose_networks(("small",), data, store)
    with pytest.raises(UnknownName, match="unknown network 'smal'; did you mean 'small'"):
        choose_networks(("smal",), data, store)


def test_a_video_judges_no_classifier(store: Store):
    data = frames("synthetic:64x48@10", 200)
    with pytest.raises(InputError, match="not 0"):
        choose_networks((), data, store)


def test_the_frames_of_a_source_stay_in_stretches(tmp_path: Path):
    data = frames("synthetic:64x48@10?seed=1", STRETCH + 10)
    network = small(tmp_path)
    examples = data.examples([network, network])
    found = [(example.group, example.truth) for example in examples]
    assert [group for group, _ in found] == [0] * STRETCH + [1] * 10
    truth = found[-1][1]
    assert truth is not None  # the rendered scene knows what it shows
    assert truth[0] == truth[1]
    assert examples.notes() == ()
    assert data.digest == "synthetic:64x48@10?seed=1 60"
    assert data.rendered


def test_a_video_that_ends_early_is_told(real: Path, tmp_path: Path):
    path = real / "video" / "bottle-detection.mp4"
    data = frames(str(path), 100_000)
    assert data.title == "100000 frames of bottle-detection.mp4"
    examples = data.examples([small(tmp_path)])
    count = 0
    for example in examples:
        assert example.truth is None
        count += 1
    assert examples.notes() == (f"there were only {count} frames",)


def test_credentials_of_a_source_are_not_shown():
    data = frames("rtsp://user:secret@host/one", 200)
    assert "secret" not in data.title
    assert data.digest is None  # what it shows is another thing every time


def test_the_teacher_is_the_most_accurate(tmp_path: Path):
    network = small(tmp_path)
    networks = []
    for value in (0.4, 0.9, 0.6):
        figure = Accuracy(metric="AP50", value=value, dataset="any", origin="declared")
        manifest = msgspec.structs.replace(network.manifest, accuracy=(figure,))
        networks.append(msgspec.structs.replace(network, manifest=manifest))
    assert choose_teacher(networks) == 1
    assert choose_teacher([network, networks[0]]) == 1
