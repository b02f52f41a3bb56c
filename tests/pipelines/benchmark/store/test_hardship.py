"""A full disk, a disk that may not be written, and sudden death."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from models.errors import SaccadeError
from pipelines.benchmark.store.measurements import MeasurementStore, Run
from tests.conftest import ROOT
from tests.pipelines.benchmark.disks import disk, mount
from tests.pipelines.benchmark.store.test_measurements import HERE, record, sample

__all__ = ["disk"]


def test_a_full_disk_is_told_and_what_was_written_is_kept(disk: Path) -> None:
    store = MeasurementStore(disk / "measurements.sqlite")
    run = store.begin(HERE, "the plan")
    written = fill(store, run)
    with pytest.raises(SaccadeError, match=r"cannot be written: the disk is full") as caught:
        store.add_sample(run, sample(written))
    assert str(store.path) in str(caught.value)
    assert written > 10
    store.close()
    assert [each.round for each in MeasurementStore(store.path).samples(run)] == [*range(written)]


def fill(store: MeasurementStore, run: Run) -> int:
    """Write samples for as long as it goes; their number."""
    for number in range(10_000):
        try:
            store.add_sample(run, sample(number))
        except SaccadeError:
            return number
    raise AssertionError("the disk never gets full")


def test_no_room_even_to_begin(disk: Path) -> None:
    (disk / "ballast").write_bytes(bytes(290_000))
    with pytest.raises(SaccadeError, match=r"measurements\.sqlite: the measurements cannot be"):
        MeasurementStore(disk / "measurements.sqlite").begin(HERE, "x" * 100_000)


def test_a_disk_that_may_only_be_read_can_be_read(disk: Path) -> None:
    store = MeasurementStore(disk / "measurements.sqlite")
    store.add(record(), "aa", HERE)
    store.close()
    assert mount("-o", "remount,ro", str(disk))
    assert store.records() == [record()]
    with pytest.raises(SaccadeError, match="cannot be written: "):
        store.begin(HERE, "")
    with pytest.raises(SaccadeError, match="cannot be written: Read-only"), store.locked():
        pass


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SaccadeError, match="cannot be written: "):
        MeasurementStore(tmp_path / "file" / "measurements.sqlite").begin(HERE, "")


_WRITER = """
import sys
from pathlib import Path
from pipelines.benchmark.store.measurements import MeasurementStore
from tests.pipelines.benchmark.store.test_measurements import HERE, record, sample
store = MeasurementStore(Path(sys.argv[1]))
run = store.unfinished(HERE.fingerprint) or store.begin(HERE, "")
count = len(store.samples(run))
while True:
    store.add_sample(run, sample(count))
    count += 1
    print(count, flush=True)
"""


def test_killed_at_any_moment_it_loses_nothing_it_has_written(tmp_path: Path) -> None:
    path = tmp_path / "measurements.sqlite"
    dice = random.Random(5)
    kept = 0
    for _ in range(10):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline()
        time.sleep(dice.uniform(0, 0.15))
        writer.send_signal(signal.SIGKILL)
        said = writer.communicate()[0].split()
        written = int(said[-1]) if said else kept + 1
        store = MeasurementStore(path)
        run = store.unfinished(HERE.fingerprint)
        assert run is not None
        rounds = [each.round for each in store.samples(run)]
        # One more may have been written than was said.
        assert rounds == [*range(len(rounds))]
        assert written <= len(rounds) <= written + 1
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
        kept = len(rounds)
    assert kept > 10
