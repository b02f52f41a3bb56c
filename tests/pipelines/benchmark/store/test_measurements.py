"""What is written is there afterwards, and comes back as it was."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import InputError, SaccadeError
from pipelines.benchmark.conditions.watch import Conditions
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.record import Record
from pipelines.benchmark.sampling.job import Checked, Refused, Timed
from pipelines.benchmark.sampling.sample import Sample
from pipelines.benchmark.store.database import VERSION
from pipelines.benchmark.store.measurements import MeasurementStore
from pipelines.power import PowerReading
from pipelines.selection.measurement import Measurement
from tests.pipelines.benchmark.parts import candidate

HERE = Platform("here-01234567", {"board": "here"})
THERE = Platform("there-01234567", {"board": "there"})
POWER = PowerReading(4.5, "measured", "rails", "pi-pmic")


def record(platform: Platform = HERE, fps: float = 10.0, **who: object) -> Record:
    row = Measurement(
        candidate=candidate(**who),
        task="classify",
        fps=fps,
        fps_ci95=(9.0, 11.0),
        platform=platform.fingerprint,
        power=POWER,
        hardware={"ipc": 1.5},
    )
    return Record(row, early_fps=12.0, load_s=0.3, first_ms=30.0, notes=("disturbed",))


def sample(round_: int = 0) -> Sample:
    timed = Timed((1.0, 2.0), None, 0.1, 5.0, 0.001, 12.0, {"ipc": 1.5}, "rusage")
    return Sample(candidate(), round_, timed, Conditions(POWER, "", 50.0), 1.0)


@pytest.fixture
def store(tmp_path: Path) -> MeasurementStore:
    return MeasurementStore(tmp_path / "new" / "measurements.sqlite")


def test_what_is_not_there_is_empty_and_not_created(store: MeasurementStore) -> None:
    assert store.measurements() == []
    assert store.unfinished("here") is None
    assert not store.path.parent.exists()


def test_a_record_comes_back_as_it_was(store: MeasurementStore) -> None:
    store.add(record(), "aa", HERE)
    assert MeasurementStore(store.path).records() == [record()]
    assert store.measurements() == [record().measurement]


def test_the_newest_row_of_a_candidate_counts_on_each_platform(store: MeasurementStore) -> None:
    for each in (record(fps=1), record(fps=2, threads=2), record(THERE, fps=3), record(fps=4)):
        platform = HERE if each.measurement.platform == HERE.fingerprint else THERE
        store.add(each, "aa", platform)
    assert [row.fps for row in store.measurements()] == [2, 3, 4]
    assert [row.fps for row in store.measurements(HERE.fingerprint)] == [2, 4]
    assert [row.fps for row in store.measurements(THERE.fingerprint)] == [3]
    assert store.measurements("elsewhere") == []


def test_rows_of_a_file_that_was_replaced_are_left_out(store: MeasurementStore) -> None:
    store.add(record(network="kept"), "aa", HERE)
    store.add(record(network="replaced"), "bb", HERE)
    store.add(record(network="removed"), "cc", HERE)
    found = store.measurements(networks={"kept": "aa", "replaced": "other"})
    assert [row.candidate.network for row in found] == ["kept"]


def test_the_newest_verdict_on_a_candidate_counts(store: MeasurementStore) -> None:
    first = store.begin(HERE, "")
    store.reject(first, candidate(), "at first")
    store.reject(first, candidate(threads=2), "hung")
    second = store.begin(HERE, "")
    store.add(record(fps=1), "aa", HERE, second)
    store.reject(second, candidate(threads=2), "hung again")
    assert store.rejections_on(HERE.fingerprint) == {candidate(threads=2): "hung again"}
    assert store.rejections_on(THERE.fingerprint) == {}
    assert [row.fps for row in store.measurements()] == [1]

    third = store.begin(HERE, "")
    store.reject(third, candidate(), "wrong now")
    assert store.rejections_on(HERE.fingerprint)[candidate()] == "wrong now"
    assert store.measurements() == []
    # Elsewhere it is as good as before.
    store.add(record(THERE, fps=2), "aa", THERE, store.begin(THERE, ""))
    assert [row.fps for row in store.measurements()] == [2]


def test_without_a_file_nothing_is_rejected(store: MeasurementStore) -> None:
    assert store.rejections_on(HERE.fingerprint) == {}


def test_a_run_can_be_taken_up_again(store: MeasurementStore) -> None:
    run = store.begin(HERE, "the plan")
    store.set_idle(run, POWER)
    store.add_check(run, "a", Checked("top1", 0.9, 100, ("note",)))
    store.add_check(run, "b", Refused("wrong"))
    store.reject(run, candidate(threads=2), "hung")
    for number in range(3):
        store.add_sample(run, sample(number))
    store.add(record(), "aa", HERE, run)
    again = MeasurementStore(store.path)
    found = again.unfinished(HERE.fingerprint)
    assert found == run
    assert found.plan == "the plan"
    assert again.idle(run) == POWER
    assert again.checks(run) == {
        "a": Checked("top1", 0.9, 100, ("note",)),
        "b": Refused("wrong"),
    }
    assert again.rejections(run) == {candidate(threads=2): "hung"}
    assert again.samples(run) == [sample(0), sample(1), sample(2)]
    assert again.results(run) == [record()]
    assert again.unfinished(THERE.fingerprint) is None


def test_a_finished_run_is_not_taken_up(store: MeasurementStore) -> None:
    store.begin(HERE, "interrupted, and given up for another")
    run = store.begin(HERE, "the plan")
    assert store.finished() == []
    store.finish(run)
    assert store.unfinished(HERE.fingerprint) is None
    assert store.finished() == [run]


def test_what_is_unknown_stays_unknown(store: MeasurementStore) -> None:
    run = store.begin(HERE, "")
    assert store.idle(run) is None
    store.set_idle(run, None)
    assert store.idle(run) is None
    bare = replace(record(), early_fps=None)
    bare = replace(bare, measurement=replace(bare.measurement, power=None, fps_ci95=None))
    store.add(bare, "aa", HERE)
    assert store.records() == [bare]


def test_two_benchmarks_at_once_are_refused(store: MeasurementStore) -> None:
    with (
        store.locked(),
        pytest.raises(SaccadeError, match="another benchmark"),
        MeasurementStore(store.path).locked(),
    ):
        pass
    with store.locked():
        pass


def test_readers_do_not_wait_for_a_writer(store: MeasurementStore) -> None:
    store.add(record(), "aa", HERE)
    writer = sqlite3.connect(store.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM measurements")
    assert len(MeasurementStore(store.path).measurements()) == 1
    writer.close()


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_newer_store_is_told_and_not_touched(store: MeasurementStore) -> None:
    store.add(record(), "aa", HERE)
    store.close()
    change(store.path, f"PRAGMA user_version = {VERSION + 6}")
    before = store.path.read_bytes()
    for act in (
        store.measurements,
        lambda: store.add(record(), "aa", HERE),
        lambda: store.begin(HERE, ""),
    ):
        with pytest.raises(InputError, match=r"newer version of Saccade \(its format is 7") as said:
            act()
        assert str(store.path) in str(said.value)
    assert store.path.read_bytes() == before
    assert [each.name for each in store.path.parent.iterdir()] == [store.path.name]


@pytest.mark.parametrize("content", [b"not a database at all, " * 100, b"SQLite format 3\0 torn"])
def test_another_file_is_told_and_not_touched(store: MeasurementStore, content: bytes) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(content)
    for act in (store.measurements, lambda: store.begin(HERE, "")):
        with pytest.raises(SaccadeError, match=r"measurements\.sqlite: "):
            act()
    assert store.path.read_bytes() == content


def test_another_programs_database_is_told_and_not_touched(store: MeasurementStore) -> None:
    store.path.parent.mkdir()
    change(store.path, "CREATE TABLE bookmarks (address TEXT)")
    before = store.path.read_bytes()
    with pytest.raises(InputError, match="another program's file"):
        store.begin(HERE, "")
    assert store.path.read_bytes() == before


def test_an_empty_file_becomes_a_store(store: MeasurementStore) -> None:
    store.path.parent.mkdir()
    store.path.touch()
    assert store.measurements() == []
    store.add(record(), "aa", HERE)
    assert len(store.measurements()) == 1


def test_a_row_that_cannot_be_read_is_one_sentence(store: MeasurementStore) -> None:
    store.add(record(), "aa", HERE)
    store.close()
    change(store.path, "UPDATE measurements SET record = '{}'")
    with pytest.raises(SaccadeError, match="a measurement that cannot be read"):
        store.measurements()
