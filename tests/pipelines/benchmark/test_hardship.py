"""Whole benchmarks that are killed, or run out of disk, and go on from there."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil
import pytest

from models.errors import SaccadeError
from pipelines.benchmark import bench
from pipelines.benchmark.platform import describe
from pipelines.benchmark.progress import Progress
from pipelines.benchmark.store.measurements import MeasurementStore
from tests.conftest import ROOT
from tests.pipelines.benchmark.disks import disk, mount
from tests.pipelines.benchmark.parts import colours, folders, plan

__all__ = ["disk"]

PLATFORM = describe()

_BENCH = """
import sys
from pathlib import Path
from pipelines.benchmark import bench
from pipelines.benchmark.store.measurements import MeasurementStore
from tests.pipelines.benchmark.parts import colours, folders, plan
from tests.pipelines.benchmark.test_hardship import PLATFORM
folder = Path(sys.argv[1])
network = colours(folder)
store = MeasurementStore(folder / "measurements.sqlite")
say = lambda progress: print(progress.what, flush=True)
if store.unfinished(PLATFORM.fingerprint):
    bench.resume({"colours": network}, PLATFORM, store, None, say)
else:
    wanted = plan(network, images=str(folders(folder / "data")), rounds=6)
    bench.start(wanted, {"colours": network}, PLATFORM, store, None, say)
"""


def samples_in(path: Path) -> list[str]:
    if not path.exists():
        return []
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    found = connection.execute("SELECT sample FROM samples ORDER BY id").fetchall()
    connection.close()
    return [text for (text,) in found]


@pytest.mark.timeout(600)
def test_killed_ten_times_at_random_it_loses_the_row_under_way_at_most(tmp_path: Path) -> None:
    dice = random.Random(11)
    path = tmp_path / "measurements.sqlite"
    kept: list[str] = []
    for kill in range(11):
        process = subprocess.Popen(
            [sys.executable, "-c", _BENCH, str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        started = []
        # It is killed in the midst of a step, a random one of the first few after its start.
        for line in process.stdout:
            started.append(line)
            if kill < 10 and len(started) > dice.randint(1, 3):
                time.sleep(dice.uniform(0, 0.5))
                process.send_signal(signal.SIGKILL)
                break
        process.communicate()
        found = samples_in(path)
        assert found[: len(kept)] == kept
        # Every step that had ended was kept.
        done = [line for line in started if line.startswith("round")]
        assert len(found) >= len(kept) + len(done) - 1
        kept = found
    rounds = [
        (each["candidate"]["threads"], each["round"]) for each in map(msgspec.json.decode, kept)
    ]
    assert {round_ for _, round_ in rounds} == set(range(6))
    rows = MeasurementStore(path).measurements()
    assert len(rows) == 3
    assert MeasurementStore(path).unfinished(PLATFORM.fingerprint) is None
    assert not orphans()


def orphans() -> list[psutil.Process]:
    """Measuring processes whose benchmark is dead, some seconds after."""
    for _ in range(100):
        found = [
            process
            for process in psutil.process_iter(["cmdline", "ppid"])
            if "pipelines.benchmark.sampling.child" in (process.info["cmdline"] or ())
            and process.info["ppid"] in (1, os.getpid())
        ]
        if not found:
            return []
        time.sleep(0.1)
    return found


def test_a_disk_that_gets_full_ends_it_and_with_room_it_goes_on(disk: Path, tmp_path: Path) -> None:
    network = colours(tmp_path)
    store = MeasurementStore(disk / "measurements.sqlite")
    ballast = disk / "ballast"

    def fill(progress: Progress) -> None:
        if progress.what.startswith("round 2") and not ballast.exists():
            with suppress(OSError), ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(1024))

    wanted = plan(network, images=str(folders(tmp_path / "data")), rounds=3)
    with pytest.raises(SaccadeError, match="cannot be written: the disk is full"):
        bench.start(wanted, {"colours": network}, PLATFORM, store, None, fill)
    store.close()
    kept = samples_in(store.path)
    assert len(kept) >= len(wanted.candidates)

    ballast.unlink()
    assert mount("-o", "remount,size=10m", str(disk))
    again = MeasurementStore(store.path)
    report = bench.resume({"colours": network}, PLATFORM, again, None, lambda progress: None)
    again.close()
    assert len(report.records) == len(wanted.candidates)
    assert samples_in(store.path)[: len(kept)] == kept
