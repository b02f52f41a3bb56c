"""Which tables are kept, and which rows they give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.sharing.kept import MAX_TABLES, KeptTables
from app.sharing.table import seal
from models.candidate import Candidate
from models.errors import InputError
from tests.app.sharing.examples import EARLY, KEY, LATE, NETWORKS, PI, row, table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "measurements-shared"


def kept(folder: Path, key: bytes = KEY, platform: str = PI) -> KeptTables:
    return KeptTables(folder, key, platform)


def message(*rows: Any, **changes: Any) -> bytes:
    return seal(table(*rows, **changes), KEY)


def test_a_table_is_kept_and_its_rows_say_whose_they_are(folder: Path) -> None:
    assert not kept(folder).records(NETWORKS)
    assert kept(folder).take("gate", message()) == table()
    again = kept(folder)
    (record,) = again.records(NETWORKS)
    assert record.measurement == row()
    assert record.notes == ("shared by gate",)
    assert again.take("gate", message()) is None  # the broker repeats it at every connection


def test_rows_of_networks_that_are_others_here_are_left_out(folder: Path) -> None:
    tables = kept(folder)
    tables.take("gate", message(row(), row("tiny")))
    assert not tables.records({})
    assert not tables.records({"tiny": "c" * 64})
    (record,) = tables.records({"tiny": NETWORKS["tiny"]})
    assert record.measurement.candidate.network == "tiny"


def test_of_two_devices_the_newer_row_counts(folder: Path) -> None:
    tables = kept(folder)
    tables.take("yard", message(row(fps=40.0, measured_at=LATE), node="yard"))
    tables.take("gate", message(row(fps=30.0), row("tiny")))
    found = {each.measurement.candidate.network: each for each in tables.records(NETWORKS)}
    assert found["fastestdet"].measurement.fps == 40.0
    assert found["fastestdet"].notes == ("shared by yard",)
    assert found["tiny"].notes == ("shared by gate",)


def test_a_newer_table_takes_the_place_of_an_older_one_and_not_the_other_way(folder: Path) -> None:
    tables = kept(folder)
    tables.take("gate", message(row(fps=40.0, measured_at=LATE)))
    for each in (tables, kept(folder)):  # now, and after a restart
        with pytest.raises(InputError, match=f"it is of {EARLY[:10]}.*, older than {LATE[:10]}"):
            each.take("gate", message(row(fps=30.0)))
        assert each.records(NETWORKS)[0].measurement.fps == 40.0
    newer = message(row(fps=50.0, measured_at="2026-03-03T13:00:00+01:00"))
    assert tables.take("gate", newer) is not None
    assert [record.measurement.fps for record in kept(folder).records(NETWORKS)] == [50.0]


@pytest.mark.parametrize(
    ("node", "sent", "reason"),
    [
        ("yard", message(), "it was signed by 'gate'"),
        ("gate", message(platform="jetson-orin-00000000"), "measured on jetson-orin-00000000, and"),
        ("..", message(node=".."), "no name of a device"),
        ("", message(), "no name of a device"),
        ("gate", b"x", "not signed"),
    ],
)
def test_what_is_refused_changes_nothing(folder: Path, node: str, sent: bytes, reason: str) -> None:
    tables = kept(folder)
    tables.take("gate", message())
    with pytest.raises(InputError, match=reason):
        tables.take(node, sent)
    assert [path.name for path in folder.iterdir()] == ["gate.table"]
    assert len(kept(folder).records(NETWORKS)) == len(tables.records(NETWORKS)) == 1


def test_what_was_changed_on_the_disk_is_not_read(folder: Path) -> None:
    kept(folder).take("gate", message())
    file = folder / "gate.table"
    file.write_bytes(file.read_bytes().replace(b"41.5", b"99.5"))
    tables = kept(folder)
    assert not tables.records(NETWORKS)
    assert tables.take("gate", message()) is not None  # the next one takes its place
    assert not kept(folder, key=b"another key that is long enough!").records(NETWORKS)
    assert not kept(folder, platform="jetson-orin-00000000").records(NETWORKS)


def test_a_few_tables_are_enough(folder: Path) -> None:
    tables = kept(folder)
    for number in range(MAX_TABLES):
        tables.take(f"n{number}", message(node=f"n{number}"))
    with pytest.raises(InputError, match=f"the tables of {MAX_TABLES} devices are kept"):
        tables.take("late", message(node="late"))
    tables.take("n3", message(row(measured_at=LATE), node="n3"))  # those may still be renewed
    assert len(list(folder.iterdir())) == MAX_TABLES
    # After an update none of them is of this platform any more, and each makes room for a new one.
    after = kept(folder, platform="raspberry-pi-5-00000000")
    sent = message(node="late", platform="raspberry-pi-5-00000000")
    assert after.take("late", sent) is not None
    assert len(list(folder.iterdir())) == MAX_TABLES
    assert [each.measurement.candidate for each in after.records(NETWORKS)] == [
        Candidate("fastestdet", "fp32", "onnxruntime", threads=3)
    ]
