"""`adapt` as a user types it, on real engines and tiny networks."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from app.adapting import routers
from app.cli import main
from app.config import load_config
from models.errors import InputError
from models.store import Store
from tests.pipelines.selection.premodel.networks import (
    DULL,
    VIVID,
    install,
    plain,
    write_pictures,
)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of its own, with both networks installed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    install(tmp_path / "made", tmp_path / "networks")
    path = tmp_path / "config.toml"
    path.write_text(
        f'[storage]\nnetworks = "{tmp_path / "networks"}"\n'
        '[engine]\nname = "onnxruntime"\nthreads = 1\n'
        '[scenario]\nname = "accuracy"\n'
    )
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return write_pictures(tmp_path / "colours")


def run(config: Path, *words: object) -> int:
    return main(["adapt", *map(str, words), "--config", str(config)])


def test_a_router_that_pays_is_trained_deployed_reported_and_run(
    config, pictures, capsys, tmp_path
):
    assert run(config, "train", "--images", pictures) == 0
    text = capsys.readouterr().out
    assert "66 pictures of colours; onnxruntime, threads: 1" in text
    assert "Refused: " in text or "Deployed: " in text
    assert "`python main.py run --model adapt:colours` runs it." in text

    chart = tmp_path / "chart.svg"
    assert run(config, "report", "--json", "--out", chart) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["name"] == "colours"
    assert {"small", "large"} == {each["network"] for each in document["networks"]}
    assert document["deployed"] in {each["name"] for each in document["routers"]}
    chosen = next(each for each in document["routers"] if each["name"] == document["deployed"])
    assert chosen["lift"]["low"] > 0
    assert chosen["accuracy"]["value"] > 0.95  # each network alone is right on a half
    for each in document["routers"]:
        assert document["oracle"][0] >= each["accuracy"]["value"]
    power = document["facts"]["power"]
    for each in (*document["networks"], *document["routers"]):
        expected = None if power is None else pytest.approx(each["seconds"] * power["watts"])
        assert each["joules"] == expected
    assert ET.parse(chart).getroot().tag.endswith("svg")

    settings = load_config(config)
    router = routers.load(routers.find(settings), settings, Store(tmp_path / "networks"), 1)
    assert router.candidate.network == "adapt:colours"
    assert router.predict(plain("red", VIVID)).detections[0].label == "red"
    assert router.predict(plain("red", DULL)).detections[0].label == "green"
    router.close()

    document = run_live(config, pictures / "red", "adapt:colours", capsys)
    camera = document["cameras"][0]
    assert camera["candidate"]["network"] == "adapt:colours"
    frames = camera["frames"]
    assert frames["processed"] == frames["captured"] == len(list((pictures / "red").iterdir()))
    assert max(camera["objects"], key=camera["objects"].get) == "red"


def run_live(config, source, model, capsys):
    """The report of `main.py run`, every picture of *source* once."""
    words = ["run", "--headless", "--every-frame", "--source", str(source), "--model", model]
    assert main([*words, "--json", "--config", str(config)]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_run_with_a_router_that_is_not_there_says_so(config, pictures, capsys):
    words = ["run", "--headless", "--source", str(pictures / "red"), "--config", str(config)]
    assert main([*words, "--model", "adapt:colours"]) == 2
    error = capsys.readouterr().err
    assert "no router was trained yet" in error
    assert error.count("\n") == 1


def test_the_networks_run_only_once_on_the_same_pictures(config, pictures, monkeypatch, capsys):
    assert run(config, "train", "--images", pictures) == 0

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a network was loaded again")

    with monkeypatch.context() as patch:
        patch.setattr("app.adapting.gathered.load_runners", fail)
        assert run(config, "train", "--images", pictures, "--scenario", "energy") == 0
        assert run(config, "report") == 0
    capsys.readouterr()
    # Another picture is other data.
    (pictures / "red" / f"{VIVID}-0.png").unlink()
    monkeypatch.setattr("app.adapting.gathered.load_runners", fail)
    assert run(config, "train", "--images", pictures) == 1
    assert "a network was loaded again" in capsys.readouterr().err


def test_without_a_lift_none_is_deployed_and_the_reason_is_given(config, tmp_path, capsys):
    pictures = write_pictures(tmp_path / "vivid", vivid=12, dull=0)  # the small one is always right
    assert run(config, "train", "--images", pictures, "--out", "none") == 0
    text = capsys.readouterr().out
    assert "Refused: premodel: it always takes small, which can run without it." in text
    assert "No router is deployed: none has a lift that is certain." in text
    assert run(config, "report", "none", "--json") == 0
    assert json.loads(capsys.readouterr().out)["deployed"] is None
    settings = load_config(config)
    with pytest.raises(InputError, match="adapt:none must not be used: premodel: it always takes"):
        routers.load(routers.find(settings, "none"), settings, Store(tmp_path / "networks"), 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--images", "nowhere"], "nowhere: there is no such folder"),
        (["--annotations", "nowhere.json"], "nowhere.json: cannot be read"),
        (["--source", "nowhere.mp4"], "there is no file or folder 'nowhere.mp4'"),
        (["--images", "{}", "--models", "smal"], "unknown network 'smal'; did you mean 'small'?"),
        (["--images", "{}", "--models", "small"], "two networks or more to choose from"),
        (["--images", "{}", "--scenario", "enrgy"], "unknown scenario 'enrgy'"),
        (["--images", "{}", "--out", "../x"], "--out '../x': a name is of"),
        (["--source", "synthetic:64x48", "--models", "small", "large"], "knows nothing of them"),
    ],
)
def test_bad_input_is_one_sentence(config, pictures, capsys, words, message):
    assert run(config, "train", *(word.format(pictures) for word in words)) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["train"],
        ["train", "--images", "a", "--source", "b"],
        ["train", "--images", "a", "--top", "0"],
        ["train", "--images", "a", "--frames", "many"],
    ],
)
def test_bad_usage_is_refused(config, words):
    with pytest.raises(SystemExit) as caught:
        run(config, *words)
    assert caught.value.code == 2


def test_three_pictures_are_too_few(config, tmp_path, capsys):
    pictures = write_pictures(tmp_path / "three", vivid=1, dull=0)
    assert run(config, "train", "--images", pictures) == 2
    assert (
        "3 pictures of three: 3 of them can be used, which are too few" in capsys.readouterr().err
    )


def test_pictures_of_one_class_are_no_error(config, tmp_path, capsys):
    pictures = write_pictures(tmp_path / "one", vivid=24, dull=0)
    for label in ("green", "blue"):
        for path in (pictures / label).iterdir():
            path.unlink()
        (pictures / label).rmdir()
    assert run(config, "train", "--images", pictures) == 0
    assert "No router is deployed" in capsys.readouterr().out


def test_labels_that_no_network_knows_are_one_sentence(config, tmp_path, capsys):
    pictures = write_pictures(tmp_path / "own")
    for number, path in enumerate(list(pictures.iterdir())):
        path.rename(pictures / f"class {number}")
    assert run(config, "train", "--images", pictures) == 2
    assert "that know what they show, not 0" in capsys.readouterr().err


def test_a_report_without_a_training_says_what_to_do(config, capsys):
    assert run(config, "report") == 2
    assert "no router was trained yet" in capsys.readouterr().err


def test_a_report_of_another_name_is_refused(config, pictures, capsys, tmp_path):
    assert run(config, "train", "--images", pictures, "--out", "mine") == 0
    assert run(config, "report", "mnie") == 2
    assert "unknown router 'mnie'; did you mean 'mine'?" in capsys.readouterr().err
    assert run(config, "report", "--out", tmp_path / "chart.png") == 2
    assert "the chart is written as .svg" in capsys.readouterr().err
    (tmp_path / "routers" / "mine.json").write_text("{")
    assert run(config, "report") == 2
    assert "is no trained router" in capsys.readouterr().err


def test_a_router_that_runs_otherwise_than_it_was_trained_says_so(
    config, pictures, tmp_path, caplog
):
    assert run(config, "train", "--images", pictures) == 0
    config.write_text(config.read_text().replace("threads = 1", "threads = 2"))
    settings = load_config(config)
    router = routers.load(routers.find(settings), settings, Store(tmp_path / "networks"), 1)
    router.close()
    assert router.candidate.threads == 2
    assert "adapt:colours was trained with onnxruntime and 1 threads" in caplog.text


def test_a_cache_that_cannot_be_written_costs_only_time(config, pictures, tmp_path, caplog):
    (tmp_path / "cache").write_text("in the way")
    assert run(config, "train", "--images", pictures) == 0
    assert "cannot be kept" in caplog.text
