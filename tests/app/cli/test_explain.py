from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest

from app.cli import main
from models.manifest import describe_network
from models.store import Store
from pipelines.selection.measurement import Measurement
from pipelines.selection.table import format_table
from tests.models.tiny import write_manifest, write_network
from tests.pipelines.selection.tables import measured, watts
from tests.pipelines.selection.test_causes import table as measurements

ROWS = [
    replace(row, power=watts(2 + 20 / row.fps, kind="modelled", source="modelled"))
    for row in measurements()
]


def save(folder: Path, rows: list[Measurement]) -> str:
    path = folder / "table.json"
    path.write_text(format_table(rows, path), encoding="utf-8")
    return str(path)


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "config.toml"
    path.write_text(
        f"[storage]\nnetworks = '{tmp_path}/networks'\nmeasurements = '{tmp_path}/m.sqlite'\n"
    )
    return str(path)


@pytest.fixture
def explain(tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs the command on some rows; what it printed."""

    def run(*more: str, rows: list[Measurement] = ROWS) -> str:
        assert main(["explain", "--config", config, "--table", save(tmp_path, rows), *more]) == 0
        return capsys.readouterr().out

    return run


def test_the_account_shows_use_correlations_and_causes(explain: Any) -> None:
    lines = explain().splitlines()
    assert lines[0] == "Processor use, read by perf"
    first = next(line for line in lines if line.startswith("net-0 · onnxruntime"))
    assert len(first.split()) == 4 + 1 + 6  # caption, fps and the metrics that there are
    (found,) = (
        line for line in lines if line.startswith("instructions_per_frame") and "throughput" in line
    )
    assert "-1.00 (-1.00 … " in found
    assert "*" in found
    (constant,) = (line for line in lines if "cores_busy" in line and "power" in line)
    assert constant.count("undefined") == 2
    (sentence,) = (line for line in lines if "net-3" in line and "because" in line)
    assert "times slower than net-3 · onnxruntime fp32 because it executes" in sentence
    assert any("the watts are modelled" in line.lower() for line in lines)


def test_the_document(explain: Any) -> None:
    found = json.loads(explain("--json"))
    assert found["tier"] == "perf"
    assert len(found["rows"]) == 20
    assert found["comparisons"][0]["causes"][0]["metric"] == "instructions_per_frame"
    constant = [each for each in found["correlations"] if each["metric"] == "cores_busy"]
    assert constant[0]["pearson"] is None
    for each in found["correlations"]:
        for kind in ("pearson", "spearman"):
            if each[kind]:
                assert each[kind]["ci95"][0] <= each[kind]["value"] <= each[kind]["ci95"][1]


def test_rates_of_networks_that_are_installed(tmp_path: Path, config: str, explain: Any) -> None:
    network = describe_network(
        write_manifest(tmp_path / "net-0.toml"), write_network(tmp_path / "net-0.onnx")
    )
    Store(tmp_path / "networks").add(network, check=lambda _: None)
    notes = json.loads(explain("--json"))["notes"]
    (unknown,) = (note for note in notes if note.startswith("rates per multiply-accumulate"))
    # It is read, but has not one multiplication to divide by.
    assert "net-0" not in unknown
    assert "net-1" in unknown


def test_other_tiers_and_platforms_are_left_out(explain: Any) -> None:
    rows = [*ROWS, replace(ROWS[0], hardware_tier="rusage"), replace(ROWS[1], platform="pi-4")]
    rows.append(measured("bare"))
    found = json.loads(explain("--json", rows=rows))
    assert len(found["rows"]) == 20
    assert any("3 of 23 rows are left out" in note for note in found["notes"])


def test_too_few_rows(explain: Any) -> None:
    out = explain(rows=ROWS[:4])
    assert "too few rows to correlate anything" in out


def test_no_metrics_at_all(tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = save(tmp_path, [measured("bare")])
    assert main(["explain", "--config", config, "--table", path]) == 1
    assert "no row of the table has hardware metrics" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["chart.svg", "chart.png"])
def test_a_chart(tmp_path: Path, explain: Any, name: str) -> None:
    out = tmp_path / name
    explain("--out", str(out))
    if name.endswith(".png"):
        image = cv2.imread(str(out))
        assert image is not None
        assert image.std() > 10
    else:
        text = out.read_text(encoding="utf-8")
        assert "instructions_per_frame" in text
        assert "net-9 · heavy fp32" in text


@pytest.mark.parametrize("name", ["chart.gif", "missing/chart.svg"])
def test_where_no_chart_can_be_written(
    tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    table, out = save(tmp_path, ROWS), str(tmp_path / name)
    assert main(["explain", "--config", config, "--table", table, "--out", out]) == 2
    assert name in capsys.readouterr().err
