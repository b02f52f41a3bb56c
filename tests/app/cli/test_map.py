from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from app.cli import main
from pipelines.selection.table import format_table
from tests.pipelines.selection.tables import measured

ROOT = Path(__file__).resolve().parents[3]
ROWS = [
    measured("fast", 0.5, 40.0, 4.0),
    measured("good", 0.8, 10.0, 4.0),
    measured("frugal", 0.6, 10.0, 2.0),
    measured("beaten", 0.5, 10.0, 4.0),
    measured("odd", 0.9, 99.0, 6.0, platform="pi-4"),
]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.json"
    path.write_text(format_table(ROWS, path), encoding="utf-8")
    return path


def draw(table: Path, out: Path, *more: str) -> int:
    return main(["map", "--table", str(table), "--out", str(out), *more])


def test_json_has_the_promised_keys(table: Path, tmp_path: Path) -> None:
    assert draw(table, tmp_path / "map.json") == 0
    found = json.loads((tmp_path / "map.json").read_text())
    assert found["axes"] == ["accuracy", "throughput", "power"]
    assert sum(region["share"] for region in found["regions"]) == pytest.approx(1)
    networks = [region["candidate"]["network"] for region in found["regions"]]
    assert sorted(networks) == ["fast", "frugal", "good"]
    assert [candidate["network"] for candidate in found["reduced"]] == networks
    assert {candidate["network"] for candidate in found["pareto"]} == {*networks}
    for region in found["regions"]:
        assert len(region["polygon"]) >= 3
        assert all(sum(corner) == pytest.approx(1) for corner in region["polygon"])
    assert found["rejected"][0]["candidate"]["network"] == "odd"


def test_the_document_can_go_to_standard_output(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["map", "--table", str(table), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["regions"]) == 3


def test_pictures_are_drawn_without_a_display(table: Path, tmp_path: Path) -> None:
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    for name in ("map.png", "map.SVG"):
        options = ["--table", str(table), "--out", str(tmp_path / name), "--scenario", "energy"]
        done = subprocess.run(
            [sys.executable, "main.py", "map", *options],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert done.stdout == f"wrote {tmp_path / name}: 3 of 4 candidates win somewhere\n"
        assert done.stderr == ""
    image = cv2.imread(str(tmp_path / "map.png"))
    assert image is not None
    assert min(image.shape[:2]) > 800
    drawing = (tmp_path / "map.SVG").read_text(encoding="utf-8")
    for words in ("Accuracy", "Throughput", "Low power", "energy: frugal", "fast", "good"):
        assert words in drawing


def test_limits_hold_and_nothing_left_is_a_failure(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "map.json"
    assert draw(table, out, "--min-accuracy", "0.7") == 0
    (region,) = json.loads(out.read_text())["regions"]
    assert region["candidate"]["network"] == "good"
    out.unlink()
    capsys.readouterr()
    assert draw(table, out, "--min-accuracy", "0.99") == 1
    assert "no candidate is left" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("map.gif", "a map is written as .svg, .png or .json"),
        ("map", "a map is written as .svg, .png or .json"),
        ("no/such/folder/map.svg", "there is no folder"),
        (None, "give a file with --out"),
    ],
)
def test_a_file_that_cannot_be_is_told(
    table: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    out: str | None,
    said: str,
) -> None:
    words = ["map", "--table", str(table)]
    assert main([*words, "--out", str(tmp_path / out)] if out else words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1


def test_a_scenario_beside_the_map_is_refused(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[scenarios]\nlean = { memory = 1 }\n", encoding="utf-8")
    more = ["--scenario", "lean", "--config", str(config)]
    assert draw(table, tmp_path / "map.png", *more) == 2
    assert "the map is drawn over accuracy, throughput and power" in capsys.readouterr().err


@pytest.mark.parametrize(("missing", "file"), [("PyQt5", "m.png"), ("PyQt5.QtSvg", "m.svg")])
def test_a_picture_without_qt_is_refused_in_one_sentence(
    table: Path, tmp_path: Path, missing: str, file: str
) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from app.cli import main\n"
        f"sys.exit(main(['map', '--table', {str(table)!r}, '--out', {str(tmp_path / file)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "a picture of the map needs PyQt5" in done.stderr
    assert len(done.stderr.splitlines()) == 1
