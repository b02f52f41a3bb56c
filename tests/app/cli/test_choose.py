from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from models.candidate import Candidate
from models.manifest import Network
from models.store import Store
from pipelines.benchmark.platform import describe
from pipelines.benchmark.record import Record
from pipelines.benchmark.store.measurements import MeasurementStore
from pipelines.selection.measurement import Measurement
from pipelines.selection.table import format_table
from tests.pipelines.benchmark.parts import colours
from tests.pipelines.selection.tables import measured

ROWS = [
    measured("fast", 0.5, 40.0, 4.0, fps_ci95=(39.0, 41.0), images=500),
    measured("good", 0.8, 10.0, 4.0, fps_ci95=(9.9, 10.1), images=500),
    measured("slow", 0.9, 1.0, 6.0, fps_ci95=(0.9, 1.1), images=500),
    measured("odd", 0.9, 99.0, 6.0, platform="pi-4"),
]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return save(tmp_path / "table.json", ROWS)


def save(path: Path, rows: list[Measurement]) -> Path:
    path.write_text(format_table(rows, path), encoding="utf-8")
    return path


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def choose(table: Path, *more: str) -> int:
    return main(["choose", "--table", str(table), *more])


def test_the_account_says_who_by_how_much_and_why_not(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert choose(table, "--min-fps", "2") == 0
    out = capsys.readouterr().out
    head, _, columns, first, second, *rest = out.splitlines()
    assert head == (
        "balanced (accuracy 1, throughput 1, power 1, ≥ 2 fps): fast · onnxruntime fp32"
    )
    assert columns.split() == ["network", "·", "engine", "top1", "fps", "W", "merit"]
    assert " ".join(first.split()) == "1 fast · onnxruntime fp32 50.0% 40.0 4.00 5"
    assert " ".join(second.split()) == "2 good · onnxruntime fp32 80.0% 10.0 4.00 2"
    assert "Watts: measured, board, pi-pmic." in rest
    assert "Platform: pi-5." in rest
    assert any("150.0% ahead of good" in line and "more than" in line for line in rest)
    assert rest[-3:] == [
        "not ranked:",
        "  slow · onnxruntime fp32: 1 fps is under the 2 fps asked for",
        "  odd · onnxruntime fp32: measured on another platform: pi-4",
    ]


def test_json_has_the_promised_keys(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert choose(table, "--json") == 0
    found = document(capsys)
    assert {"candidate", "score", "ranking", "rejected", "tie"} <= set(found)
    assert found["candidate"]["network"] == "fast"
    assert found["score"] == pytest.approx(5.0)
    assert [place["candidate"]["network"] for place in found["ranking"]] == ["fast", "good", "slow"]
    assert found["ranking"][0]["score"] == found["score"]
    assert found["ranking"][1]["power_w"] == 4.0
    (rejected,) = found["rejected"]
    assert rejected["candidate"]["network"] == "odd"
    assert rejected["reason"] == "measured on another platform: pi-4"
    assert found["tie"] == []


@pytest.mark.parametrize(
    ("options", "winner"),
    [
        (["--scenario", "accuracy"], "good"),
        (["--scenario", "throughput"], "fast"),
        (["--weights", "1,0,0"], "slow"),
        (["--weights", "0.5,0.5,0"], "fast"),
        (["--min-accuracy", "0.6"], "good"),
        (["--scenario", "accuracy", "--min-accuracy", "0.85"], "slow"),
        (["--max-power", "5", "--weights", "1,0,0"], "good"),
    ],
)
def test_the_scenario_decides(
    table: Path, options: list[str], winner: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert choose(table, "--json", *options) == 0
    assert document(capsys)["candidate"]["network"] == winner


@pytest.mark.parametrize(("words", "chosen"), [([], "fast"), (["--task", "detect"], "finder")])
def test_of_two_tasks_the_one_that_is_asked_for_is_ranked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], chosen: str
) -> None:
    finder = measured("finder", 0.4, 5.0, 4.0, task="detect", metric="AP50")
    assert choose(save(tmp_path / "both.json", [*ROWS, finder]), *words, "--json") == 0
    assert document(capsys)["candidate"]["network"] == chosen


def test_the_scenario_in_force_is_the_configuration_s(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        '[scenario]\nname = "exact"\n[scenarios]\nexact = { accuracy = 1, min_fps = 5 }\n',
        encoding="utf-8",
    )
    assert choose(table, "--json", "--config", str(config)) == 0
    found = document(capsys)
    assert (found["scenario"], found["candidate"]["network"]) == ("exact", "good")


def test_a_tie_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [measured("net", 0.5, 10.0, engine="ncnn"), measured("net", 0.5, 20.0)]
    path = save(tmp_path / "table.csv", rows)
    assert choose(path, "--weights", "1,0,0") == 0
    assert "It ties with net · ncnn fp32; equal weights decide." in capsys.readouterr().out
    assert choose(path, "--weights", "1,0,0", "--json") == 0
    assert [c["engine"] for c in document(capsys)["tie"]] == ["onnxruntime", "ncnn"]


def test_without_watts_the_missing_term_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tmp_path / "table.csv", [measured(power=None)])
    assert choose(path) == 0
    out = capsys.readouterr().out
    assert "Power is unknown: ranked by accuracy and throughput alone." in out
    assert "–" in out


def test_rows_that_cannot_be_used_are_told_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "table.csv"
    good = "a,fp32,ncnn,classify,top1,0.5,10\n"
    bad = "b,fp32,ncnn,classify,top1,0.5,nan\n,,,classify,top1,0.5,10\n"
    path.write_text(f"network,precision,engine,task,metric,accuracy,fps\n{good}{bad}")
    assert choose(path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  b · ncnn fp32: row 2: fps = nan: expected a number > 0.0" in lines
    assert "  row 3: the key network is missing" in lines


def test_nothing_left_is_a_failure_with_its_account(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert choose(table, "--min-fps", "1000", "--json") == 1
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert found["candidate"] is None
    assert found["score"] is None
    assert len(found["rejected"]) == 4
    assert captured.err == "saccade: no candidate is left for the scenario 'balanced'\n"


@pytest.mark.parametrize(
    "options",
    [
        ["--weights", "0,0,0"],
        ["--weights=-1,1,1"],
        ["--weights", "nan,1,1"],
        ["--weights", "1,1"],
        ["--weights", "a,b,c"],
        ["--min-accuracy", "60"],
        ["--min-fps", "0"],
        ["--min-fps", "nan"],
        ["--max-power", "-1"],
        ["--max-power", "inf"],
        ["--scenario", "accuracy", "--weights", "1,1,1"],
    ],
)
def test_bad_usage_ends_with_2(
    table: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        choose(table, *options)
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.json", '{"schema": 1, "rows": []}', "has no rows"),
        ("t.json", "nonsense", "not valid JSON"),
        ("t.csv", "a,b\n1,2\n", "has no column 'network'"),
        ("t.txt", "", "is a .json or .csv file"),
    ],
)
def test_a_table_that_is_none_ends_with_2(
    tmp_path: Path, name: str, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert choose(path) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1


def test_an_unknown_scenario_ends_with_2(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert choose(table, "--scenario", "balancd") == 2
    assert "did you mean 'balanced'?" in capsys.readouterr().err


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """One that is installed where `config` says."""
    networks = Store(tmp_path / "networks")
    networks.add(colours(tmp_path / "made"), check=lambda network: None)
    return networks.get("colours")


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "config.toml"
    path.write_text(
        f'[storage]\nnetworks = "{tmp_path}/networks"\nmeasurements = "{tmp_path}/m.sqlite"\n'
    )
    return str(path)


def test_without_a_table_this_device_s_measurements_count(
    tmp_path: Path, network: Network, config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "m.sqlite"
    words = ["choose", "--json", "--config", config]
    assert main(words) == 1
    error = capsys.readouterr().err
    assert (
        "nothing is measured yet on this device as it is now: run `python main.py bench`" in error
    )
    assert not file.exists()  # asking changes nothing
    here = describe()
    elsewhere = replace(here, fingerprint="elsewhere")
    store = MeasurementStore(file)
    for platform, fps in ((elsewhere, 99.0), (here, 10.0)):
        row = measured(network.name, fps=fps, platform=platform.fingerprint)
        store.add(Record(row), network.manifest.sha256, platform)
    store.close()
    assert main(words) == 0
    found = document(capsys)
    assert found["candidate"]["network"] == "colours"
    assert [place["fps"] for place in found["ranking"]] == [10.0]


def test_what_the_benchmark_rejected_and_what_was_replaced_is_told(
    tmp_path: Path, network: Network, config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here = describe()
    sha256 = network.manifest.sha256
    store = MeasurementStore(tmp_path / "m.sqlite")
    run = store.begin(here, "")
    for name, file in (("colours", sha256), ("gone", sha256)):
        store.add(Record(measured(name, platform=here.fingerprint)), file, here, run)
    for threads in (1, 2):
        wrong = Candidate("colours", "fp32", "opencv-dnn", threads=threads)
        store.reject(run, wrong, "opencv-dnn contradicts onnxruntime")
    store.close()
    assert main(["choose", "--config", config]) == 0
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "not ranked:",
        "  gone · onnxruntime fp32: its network was removed, or its file replaced, since it was "
        "measured",
        "  colours · opencv-dnn fp32 · 1 thread, colours · opencv-dnn fp32 · 2 threads: "
        "opencv-dnn contradicts onnxruntime",
    ]
    assert main(["choose", "--config", config, "--json"]) == 0
    reasons = [each["reason"] for each in document(capsys)["rejected"]]
    assert reasons.count("opencv-dnn contradicts onnxruntime") == 2


def test_of_a_table_of_several_platforms_this_one_s_rows_are_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = describe().fingerprint
    rows = [measured("a"), measured("b"), measured("here", platform=here)]
    path = save(tmp_path / "table.json", rows)
    assert choose(path, "--json") == 0
    assert document(capsys)["candidate"]["network"] == "here"
