"""`main.py bench` as a user types it."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from app.cli import main
from models.engines import ENGINES
from models.store import Store
from pipelines.selection.table import read_table
from tests.app.running import Home
from tests.pipelines.benchmark.parts import coco, colours, folders

ONE = ("--engines", "onnxruntime", "--threads", "1", "--rounds", "1")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with a store of one small network."""
    Store(tmp_path / "networks").add(colours(tmp_path / "made"), check=lambda network: None)
    path = tmp_path / "config.toml"
    path.write_text(
        f'[storage]\nnetworks = "{tmp_path}/networks"\nmeasurements = "{tmp_path}/m.sqlite"\n'
    )
    return path


@pytest.fixture
def images(tmp_path: Path) -> str:
    return str(folders(tmp_path / "images"))


def bench(config: Path, *words: str) -> int:
    return main(["bench", *words, "--config", str(config)])


def test_a_table_for_people_and_one_for_programs(
    config: Path, images: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(config, *ONE, "--images", images, "--export", str(tmp_path / "out.csv")) == 0
    captured = capsys.readouterr()
    head, row, *rest = captured.out.splitlines()
    assert head.split() == [
        *("network", "·", "engine", "top1", "fps", "95", "%", "p95", "ms", "W", "MB", "CPU", "ms"),
    ]
    assert row.startswith("colours · onnxruntime fp32")
    assert "100.0%" in row
    assert any(line.startswith("Platform: ") for line in rest)
    assert any(line.startswith("Watts: ") for line in rest)
    assert "the machine at rest" in captured.err
    (exported,) = read_table(tmp_path / "out.csv").rows
    assert (exported.accuracy, exported.accuracy_source, exported.images) == (1.0, "measured", 6)

    export = tmp_path / "out.json"
    assert bench(config, *ONE, "--images", images, "--export", str(export), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == 1
    (row,) = document["rows"]
    assert (row["network"], row["engine"], row["threads"]) == ("colours", "onnxruntime", 1)
    assert json.loads(export.read_text())["rows"] == document["rows"]
    assert document["rejected"] == document["left"] == []
    assert document["starts"][0]["load_s"] > 0
    assert document["machine"]["numpy"]

    # What was measured is what is chosen from.
    assert main(["choose", "--config", str(config), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["candidate"]["network"] == "colours"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--models", "colour"], "unknown network 'colour'; did you mean 'colours'?"),
        (["--models", "yolox-nano"], "network 'yolox-nano' is not installed"),
        (["--engines", "onxruntime"], "unknown engine 'onxruntime'; did you mean 'onnxruntime'?"),
        (["--engines", "litert"], "engine 'litert' reads none of the networks' files"),
        (["--images", "nowhere"], "nowhere: there is no such folder"),
        (["--annotations", "nowhere.json"], "nowhere.json: cannot be read: No such file"),
        (["--budget", "60s", "--scenario", "balance"], "unknown scenario 'balance'"),
        (["--export", "table.txt"], "table.txt: a measurement table is written as .json or .csv"),
        (["--export", "nowhere/table.csv"], "there is no folder nowhere"),
        (["--resume", "--rounds", "3"], "leave out --rounds"),
        (["--resume"], "has no interrupted benchmark of this machine as it is now"),
    ],
)
def test_bad_input_is_one_sentence(
    config: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(config, *words) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["--budget", "5"],
        ["--budget", "5s"],
        ["--budget", "-5m"],
        ["--budget", "soon"],
        ["--threads", "0"],
        ["--threads", "two"],
        ["--rounds", "0"],
        ["--images", "a", "--annotations", "b"],
    ],
)
def test_bad_usage_is_told(
    config: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        bench(config, *words)
    assert ended.value.code == 2
    assert words[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "not_for_it"), [("run", ()), ("bench", ()), ("predict", ("litert",))]
)
def test_the_help_names_every_engine(
    command: str, not_for_it: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    shown = capsys.readouterr().out
    assert all((name in shown) == (name not in not_for_it) for name in ENGINES.names())


def test_a_power_source_that_does_not_read_is_told(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with config.open("a") as file:
        file.write('[power]\nsource = "hwmon-ina2xx"\n')
    assert bench(config, *ONE) == 2
    assert "power source 'hwmon-ina2xx' gives no reading: " in capsys.readouterr().err


def test_only_networks_that_the_pictures_can_judge_are_taken_by_default(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = coco(tmp_path / "instances.json")
    assert bench(config, *ONE, "--annotations", str(file)) == 2
    assert "no network is installed that these pictures could judge" in capsys.readouterr().err


def test_interrupted_it_goes_on_from_there(config: Path, images: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    process = home.start("bench", "--images", images, "--config", str(config), "--engines",
                         "onnxruntime", "--threads", "1")  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if "round 1" in line:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert "what was measured is kept; `bench --resume` goes on from there" in err
    done = home.run("bench", "--resume", "--json", "--config", str(config), timeout=110)
    assert done.returncode == 0, done.stderr
    assert "checking" not in done.stderr
    (row,) = json.loads(done.stdout)["rows"]
    assert row["fps_ci95"] is not None
    assert row["accuracy_source"] == "measured"
