from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.candidate import Candidate
from models.errors import InputError
from pipelines.power import PowerReading
from pipelines.selection.measurement import Measurement
from pipelines.selection.rows import KEYS
from pipelines.selection.table import Table, format_table, read_table
from tests.pipelines.selection.tables import measured

ROW = {
    "network": "mobilenet-v2",
    "precision": "int8",
    "engine": "onnxruntime",
    "task": "classify",
    "metric": "top1",
    "accuracy": 0.844,
    "fps": 121.0,
    "power_w": 6.1,
    "power_kind": "measured",
    "power_scope": "board",
    "platform": "pi-5",
}


def write(folder: Path, rows: Any, name: str = "table.json") -> Path:
    path = folder / name
    path.write_text(json.dumps({"schema": 1, "rows": rows}), encoding="utf-8")
    return path


# -- there and back

POSITIVE = st.floats(1e-6, 1e9)
MAYBE = st.none() | POSITIVE
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12)
INTERVAL = st.tuples(POSITIVE, POSITIVE).map(lambda two: (min(two), max(two)))


@st.composite
def measurements(draw: st.DrawFn) -> Measurement:
    metric = draw(st.sampled_from(["top1", "top5", "AP50", "AP"]))
    known = draw(st.booleans())
    return Measurement(
        candidate=Candidate(
            draw(WORDS),
            draw(WORDS),
            draw(WORDS),
            draw(WORDS),
            draw(st.integers(1, 64)),
            draw(st.booleans()),
        ),
        task="classify" if metric.startswith("top") else "detect",
        metric=metric if known or draw(st.booleans()) else None,
        accuracy=draw(st.floats(1e-6, 1.0)) if known else None,
        accuracy_ci95=draw(st.none() | st.just((0.25, 0.5))) if known else None,
        accuracy_source=draw(st.sampled_from(["measured", "declared", None])),
        images=draw(st.none() | st.integers(1, 10**6)),
        fps=draw(POSITIVE),
        fps_ci95=draw(st.none() | INTERVAL),
        p50_ms=draw(MAYBE),
        p95_ms=draw(MAYBE),
        p99_ms=draw(MAYBE),
        power=draw(
            st.none()
            | st.builds(
                PowerReading,
                POSITIVE,
                st.sampled_from(["measured", "modelled"]),
                st.sampled_from(["board", "package", "rails"]),
                st.just("") | WORDS,
            )
        ),
        idle_w=draw(MAYBE),
        memory_mb=draw(MAYBE),
        cpu_s_per_frame=draw(MAYBE),
        hardware=draw(st.dictionaries(WORDS, st.floats(-1e9, 1e9), max_size=3)),
        hardware_tier=draw(st.none() | WORDS),
        platform=draw(st.just("") | WORDS),
        measured_at=draw(st.none() | st.just("2026-10-01T12:00:00Z")),
    )


@pytest.mark.parametrize("name", ["table.json", "table.csv"])
def test_rows_go_out_and_in_without_loss(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("tables") / name

    @settings(max_examples=50)
    @given(st.lists(measurements(), min_size=1, max_size=2))
    def there_and_back(rows: list[Measurement]) -> None:
        path.write_text(format_table(rows, path), encoding="utf-8")
        assert read_table(path) == Table(tuple(rows))

    there_and_back()


def test_json_has_every_key_and_unknown_is_null() -> None:
    (row,) = json.loads(format_table([measured(power=None)], Path("t.json")))["rows"]
    assert tuple(row) == KEYS
    assert row["power_w"] is None
    assert row["memory_mb"] is None
    assert row["fps"] == 10.0


def test_csv_has_the_same_columns_and_unknown_is_empty() -> None:
    row = measured(power=None, hardware={"ipc": 1.25}, fps_ci95=(9.5, 10.5))
    text = format_table([row, measured("other")], Path("t.csv"))
    first, second = csv.DictReader(io.StringIO(text))
    assert set(first) == {*KEYS, "hardware.ipc"} - {"hardware"}
    assert first["power_w"] == ""
    assert first["hardware.ipc"] == "1.25"
    assert second["hardware.ipc"] == ""
    assert first["fps_ci95"] == "[9.5, 10.5]"


def test_keys_that_nobody_knows_are_left_out(tmp_path: Path) -> None:
    (row,) = read_table(write(tmp_path, [{**ROW, "colour": "blue", "notes": [1]}])).rows
    assert row.candidate == Candidate("mobilenet-v2", "int8", "onnxruntime")
    assert row.power == PowerReading(6.1, "measured", "board", "")


def test_a_spreadsheet_s_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "\ufeffnetwork,precision,engine,threads,spinning,task,metric,accuracy,fps,notes\r\n"
        "007,fp32,ncnn,2.0,FALSE,classify,top1,0.5,1e2,good\r\n"
        '"a, b",fp32,ncnn,,,classify,,,12,\r\n',
        encoding="utf-8",
    )
    first, second = read_table(path).rows
    assert first.candidate == Candidate("007", "fp32", "ncnn", threads=2)
    assert (first.accuracy, first.fps) == (0.5, 100.0)
    assert second.candidate.network == "a, b"
    assert second.accuracy is None


def test_the_task_follows_from_the_metric(tmp_path: Path) -> None:
    rows = [{**ROW, "task": None, "metric": "AP50"}]
    assert read_table(write(tmp_path, rows)).rows[0].task == "detect"


# -- rows that cannot be used

BAD = [
    ({"fps": 0}, "fps = 0: expected a number > 0"),
    ({"fps": -3}, "fps = -3: expected a number > 0"),
    ({"fps": float("nan")}, "fps = nan: expected a number > 0"),
    ({"fps": float("inf")}, "fps = inf: expected a number <= 1"),
    ({"fps": "fast"}, "fps = 'fast': expected a number"),
    ({"fps": True}, "fps = True: expected a number"),
    ({"fps": None}, "the key fps is missing"),
    ({"accuracy": 0}, "accuracy = 0: expected a number > 0"),
    ({"accuracy": 84.4}, "accuracy = 84.4: expected a number <= 1"),
    ({"metric": None}, "accuracy without metric: expected one of top1, top5, AP50, AP"),
    ({"metric": "mAP"}, "metric = 'mAP': expected one of AP, AP50, top1, top5"),
    ({"metric": "AP"}, "metric = 'AP': does not measure the task 'classify'"),
    ({"task": None, "metric": None, "accuracy": None}, "the key task is missing"),
    ({"power_w": 0}, "power_w = 0: expected a number > 0"),
    ({"power_kind": None}, "power_w without power_kind"),
    ({"power_scope": None}, "power_w without power_scope"),
    ({"power_kind": "guessed"}, "power_kind = 'guessed': expected one of measured, modelled"),
    ({"memory_mb": -1}, "memory_mb = -1: expected a number > 0"),
    ({"fps_ci95": [130, 120]}, "fps_ci95 = [130.0, 120.0]: expected the lower end first"),
    ({"fps_ci95": [120]}, "fps_ci95 = [120]: expected"),
    ({"threads": 0}, "threads = 0: expected a whole number >= 1"),
    ({"network": ""}, "the key network is missing"),
    ({"network": "a\x1b[31m"}, "expected 1 to 1000 printable characters"),
    ({"hardware": {"ipc": float("nan")}}, "hardware = {'ipc': nan}: expected a number"),
]


@pytest.mark.parametrize(("change", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_a_row_that_cannot_be_used_is_told(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    table = read_table(write(tmp_path, [ROW, {**ROW, **change}]))
    assert len(table.rows) == 1
    (rejection,) = table.rejected
    assert rejection.row == 2
    assert rejection.reason.startswith("row 2: ")
    assert reason in rejection.reason
    assert "\n" not in rejection.reason
    # Where the row says what was measured, so does the rejection.
    known = not change.keys() & {"network", "threads"}
    assert (rejection.candidate is not None) == known


@pytest.mark.parametrize("row", [None, 5, "text", [1, 2], []])
def test_a_row_that_is_none(tmp_path: Path, row: Any) -> None:
    (rejection,) = read_table(write(tmp_path, [row, ROW])).rejected
    assert rejection.reason == "row 1: expected keys with one value each"
    assert rejection.as_dict() == {"candidate": None, "row": 1, "reason": rejection.reason}


@pytest.mark.parametrize("cell", ["nan", "NaN", "inf", "-inf", "Infinity", "1e999", "0", "-1"])
def test_csv_cells_are_no_better(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"network,precision,engine,task,fps\na,b,c,classify,{cell}\na,b,c,classify,1\n")
    assert [rejection.row for rejection in read_table(path).rejected] == [1]


def test_a_csv_row_longer_than_its_head_is_told(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("network,precision,engine,task,fps\na,b,c,classify,1,9\na,b,c,classify,1\n")
    assert [rejection.row for rejection in read_table(path).rejected] == [1]


# -- files that are no tables


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.json", b"", "not valid JSON"),
        ("t.json", b"{", "not valid JSON"),
        ("t.json", b"[" * 100_000, "not valid JSON"),
        ("t.json", b"[]", "no measurement table"),
        ("t.json", b"{}", "no measurement table"),
        ("t.json", b'{"rows": {}}', "no measurement table"),
        ("t.json", b'{"schema": 1, "rows": []}', "has no rows"),
        ("t.json", b'{"schema": 2, "rows": []}', "schema = 2: this version reads schema 1"),
        ("t.json", b'{"rows": [{"network": "a"}]}', "no row can be used: row 1: the key precision"),
        ("t.json", b'{"rows": [1, 2, 3]}', "row 1: expected keys with one value each (and 2 more)"),
        ("t.json", b"\xff\xfe", "not UTF-8 text"),
        ("t.csv", b"", "has no rows"),
        ("t.csv", b"network,precision,engine,task,fps\n", "has no rows"),
        ("t.csv", b"name,fps\na,1\n", "has no column 'network'"),
        ("t.csv", b"network;fps\na;1\n", "has no column 'network'"),
        ("t.csv", b"network,fps\na\0,1\n", "t.csv: "),
        ("t.txt", b"", "a measurement table is a .json or .csv file"),
    ],
)
def test_a_file_that_is_no_table_is_told(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_table(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert said in message
    assert "\n" not in message


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv: cannot be read: No such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"written as \.json or \.csv"):
        format_table([measured()], Path("t.xlsx"))
