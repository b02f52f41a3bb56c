"""`quantize` from the command line to the store."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import msgspec
import pytest

from app.cli import main
from models.manifest import Accuracy, DecoderSection, Network
from models.store import Store
from pipelines.benchmark.grid import Limits, make_grid
from tests.conftest import ROOT
from tests.models.quantising.chains import SPIKE, SUFFERING, chain, colours
from tests.pipelines.benchmark.disks import disk
from tests.real_networks import real_network
from tests.tiny_networks import COLOURS, boxes, network

__all__ = ["disk"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(f'[storage]\nnetworks = "{tmp_path / "networks"}"\n')
    return path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "networks")


def install(store: Store, tmp_path: Path, *spikes: str) -> Network:
    made = chain(tmp_path / "tiny.onnx", spikes)
    figure = Accuracy("top1", 0.8, "pictures of others", "declared", 1000)
    manifest = msgspec.structs.replace(made.manifest, accuracy=(figure,))
    return store.add(Network(manifest, made.path, made.labels), check=lambda _: None)


def folder(path: Path, count: int = 60) -> Path:
    for number, truth in enumerate(colours(count, seed=2)):
        place = path / COLOURS[int(truth.classes[0])]
        place.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(place / f"{number}.png"), truth.image)
    return path


def quantize(config: Path, *words: str) -> int:
    return main(["quantize", *words, "--config", str(config)])


def test_the_8_bit_version_is_installed_and_enters_the_benchmark(config, store, tmp_path, capsys):
    install(store, tmp_path)
    assert quantize(config, "tiny", "--images", str(folder(tmp_path / "light"))) == 0
    told = capsys.readouterr().out
    assert told.startswith("tiny-int8: installed; top1 100.0% → 100.0% on 45 of the 60 pictures")
    assert "5 of 5 layers in 8 bits" in told
    made = store.get("tiny-int8")
    made.verify()
    assert made.manifest.parent == "tiny"
    assert [each.value for each in made.manifest.accuracy] == [0.8, 1.0]
    grid = make_grid([made], Limits(("onnxruntime",), (1,)))
    assert {candidate.precision for candidate in grid} == {"int8"}


def test_what_is_left_in_float_is_named_and_an_earlier_version_gives_way(
    config, store, tmp_path, capsys
):
    install(store, tmp_path, *SPIKE)
    data = str(folder(tmp_path / "light"))
    for _ in range(2):
        assert quantize(config, "tiny", "--images", data, "--out", "small", "--json") == 0
        row = json.loads(capsys.readouterr().out)
        assert row["name"] == "small"
        assert set(row["in_float"]) == SUFFERING
        assert row["before"][0]["value"] == row["after"][0]["value"] == 1.0
        assert len(row["sensitivities"]) == row["layers"] == 5
    assert quantize(config, "tiny", "--images", data, "--out", "tiny") == 2
    assert "a network named 'tiny' is there already" in capsys.readouterr().err


def test_a_loss_above_the_tolerance_installs_nothing(config, store, tmp_path, capsys):
    install(store, tmp_path, "conv1", "conv3")
    data = str(folder(tmp_path / "light"))
    assert quantize(config, "tiny", "--images", data) == 2
    error = capsys.readouterr().err
    assert "network 'tiny' is refused in 8 bits: it loses" in error
    assert error.count("\n") == 1
    assert "tiny-int8" not in {entry.name for entry in store.list()}


def test_a_corrupt_picture_is_left_out_and_named(config, store, tmp_path, caplog):
    install(store, tmp_path)
    data = folder(tmp_path / "light")
    (data / "red" / "broken.png").write_bytes(b"\x89PNG, but no more")
    assert quantize(config, "tiny", "--images", str(data)) == 0
    told = [record.getMessage() for record in caplog.records]
    assert told.count(f"{data / 'red' / 'broken.png'} cannot be read as a picture; left out") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["tinny"], "unknown network 'tinny'; did you mean 'tiny'?"),
        (["tiny"], "no pictures of its kind come with Saccade; give your own with --images DIR"),
        (["tiny", "--images", "nowhere"], "nowhere: there is no such folder"),
        (["tiny", "--images", "empty"], "empty: has no folders"),
        (["tiny", "--images", "hollow"], "hollow: there is not one picture in its folders"),
        (["tiny", "--images", "few"], "few: has 6 pictures that network 'tiny' can be judged by"),
        (["tiny", "--images", "strange"], "shows nothing that network 'tiny' has a label for"),
        (["tiny", "--images", "light", "--out", "../x"], "--out '../x': a name is of"),
        (["finder", "--images", "light"], "loses; give --annotations FILE.json"),
        (["nin-labels-int8"], "network 'nin-labels-int8' is in 8 bits already; take 'nin-labels'"),
    ],
)
def test_bad_input_is_one_sentence(
    config, store, tmp_path, capsys, monkeypatch, words: list[str], message: str
):
    install(store, tmp_path)
    decoder = DecoderSection("ssd", 0.5)
    finder = network(boxes(tmp_path / "finder.onnx", [[0.1, 0.1, 0.5, 0.5]]), decoder)
    manifest = msgspec.structs.replace(finder.manifest, name="finder")
    store.add(Network(manifest, finder.path, finder.labels), check=lambda _: None)
    (tmp_path / "empty").mkdir()
    (tmp_path / "hollow" / "red").mkdir(parents=True)
    folder(tmp_path / "few", 6)
    folder(tmp_path / "light")
    for colour in COLOURS:
        shutil.copytree(tmp_path / "light" / colour, tmp_path / "strange" / f"dark {colour}")
    monkeypatch.chdir(tmp_path)
    assert quantize(config, *words) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("points", ["-1", "101", "much"])
def test_a_tolerance_is_in_points(config, capsys, points: str):
    with pytest.raises(SystemExit):
        quantize(config, "tiny", f"--max-loss={points}")
    assert f"expected points from 0 to 100, not {points!r}" in capsys.readouterr().err


def test_a_full_disk_is_one_sentence(config, store, tmp_path, capsys, monkeypatch, disk):
    install(store, tmp_path)
    data = folder(tmp_path / "light")
    monkeypatch.setattr("tempfile.tempdir", str(disk))
    assert quantize(config, "tiny", "--images", str(data)) == 1
    error = capsys.readouterr().err
    assert "No space left on device" in error
    assert error.count("\n") == 1
    assert "tiny-int8" not in {entry.name for entry in store.list()}


def test_interrupted_it_leaves_nothing_behind(config, store, tmp_path):
    install(store, tmp_path)
    data = folder(tmp_path / "light", 3000)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "main.py", "quantize", "tiny", "--images", str(data)]
    running = subprocess.Popen(
        [*command, "--config", str(config)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(temporary.glob("saccade-quantize-*")) and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, error = running.communicate(timeout=60)
    assert running.returncode == 130
    assert error.endswith("saccade: stopped\n")
    assert not list(temporary.iterdir())
    assert "tiny-int8" not in {entry.name for entry in store.list()}


def test_without_onnx_it_says_how_to_install_it(config, store, tmp_path, capsys, monkeypatch):
    install(store, tmp_path)
    monkeypatch.setattr("models.quantising.find_spec", lambda name: None)
    assert quantize(config, "tiny") == 2
    assert capsys.readouterr().err == (
        "saccade: quantising needs onnx, which not every installation has; install with "
        '`.venv/bin/pip install ".[quantize]"`\n'
    )


def test_a_bundled_network_is_judged_on_pictures_that_are_drawn(config, store, capsys):
    assert quantize(config, "squeezenet-labels", "--json") == 0
    row = json.loads(capsys.readouterr().out)
    before, after = row["before"][0], row["after"][0]
    assert before["images"] == after["images"] == 1024
    assert "drawn otherwise than those trained on" in after["dataset"]
    assert 0.5 < before["value"] - 0.01 <= after["value"]
    store.get("squeezenet-labels-int8").verify()


class TestRealNetworks:
    def install(self, store: Store, real: Path, name: str) -> None:
        store.add(real_network(name, real), check=lambda _: None)

    def test_a_classifier(self, config, store, real, capsys):
        self.install(store, real, "mobilenet-v1-0.25-128")
        words = ["mobilenet-v1-0.25-128", "--images", str(real / "imagenet"), "--json"]
        assert quantize(config, *words) == 0
        row = json.loads(capsys.readouterr().out)
        assert row["before"][0]["value"] == pytest.approx(0.507, abs=0.01)
        assert row["after"][0]["value"] >= row["before"][0]["value"] - 0.01
        assert row["size"] * 3 < store.get("mobilenet-v1-0.25-128").path.stat().st_size

    def test_a_detector(self, config, store, real, tmp_path, capsys):
        self.install(store, real, "fastestdet")
        coco = json.loads((real / "coco" / "instances.json").read_text())
        coco["images"] = coco["images"][:24]
        for image in coco["images"]:
            image["file_name"] = str(real / "coco" / "images" / image["file_name"])
        (tmp_path / "few.json").write_text(json.dumps(coco))
        # On so few pictures the average precision moves by points.
        words = ["fastestdet", "--annotations", str(tmp_path / "few.json"), "--max-loss", "15"]
        assert quantize(config, *words, "--json") == 0
        row = json.loads(capsys.readouterr().out)
        assert [each["metric"] for each in row["after"]] == ["AP50", "AP"]
        assert row["after"][0]["images"] == 18
        assert row["after"][0]["value"] > 0.15
        assert row["in_float"] == []
