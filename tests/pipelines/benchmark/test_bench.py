"""Whole benchmarks of networks of a few nodes: finished, refused, interrupted and resumed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from models.errors import InputError
from models.manifest import Network
from pipelines.benchmark import bench
from pipelines.benchmark.bench import Plan, Report
from pipelines.benchmark.platform import describe
from pipelines.benchmark.progress import Progress
from pipelines.benchmark.store.measurements import MeasurementStore
from pipelines.power import PowerOptions
from pipelines.power.modelled import Modelled
from pipelines.selection.scenario import NAMED, Scenario
from tests.pipelines.benchmark.parts import boxes, coco, colours, folders, plan
from tests.pipelines.benchmark.sampling import plugins

PLATFORM = describe()


@pytest.fixture
def store(tmp_path: Path) -> MeasurementStore:
    return MeasurementStore(tmp_path / "measurements.sqlite")


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return colours(tmp_path)


@pytest.fixture
def data(tmp_path: Path) -> str:
    return str(folders(tmp_path / "data"))


def start(
    wanted: Plan, store: MeasurementStore, *networks: Network
) -> tuple[Report, list[Progress]]:
    told: list[Progress] = []
    report = bench.start(
        wanted,
        {network.name: network for network in networks},
        PLATFORM,
        store,
        Modelled(PowerOptions()),
        told.append,
    )
    return report, told


def test_every_candidate_gets_its_row(store: MeasurementStore, network: Network, data: str) -> None:
    wanted = plan(
        network,
        engines=("onnxruntime", "opencv-dnn"),
        images=data,
        rounds=3,
    )
    report, told = start(wanted, store, network)
    rows = [record.measurement for record in report.records]
    assert {row.candidate for row in rows} == set(wanted.candidates)
    assert len(wanted.candidates) == 5
    for row in rows:
        assert (row.metric, row.accuracy, row.accuracy_source, row.images) == (
            *("top1", 1.0, "measured", 6),
        )
        # Where other programs disturbed too many samples, there is no interval to be had.
        low, high = row.fps_ci95 or (row.fps, row.fps)
        assert low <= row.fps <= high
        assert row.p50_ms is not None
        assert row.p99_ms is not None
        assert row.p50_ms <= row.p99_ms
        assert row.power is not None
        assert row.power.kind == "modelled"
        assert row.idle_w is not None
        assert row.cpu_s_per_frame
        assert row.hardware
        assert row.platform == PLATFORM.fingerprint
        assert row.measured_at
    assert not report.rejected
    assert not report.left
    assert store.measurements(PLATFORM.fingerprint) == rows
    # Not fewer images than the method asks for.
    run = sqlite3.connect(store.path).execute("SELECT sample FROM samples").fetchall()
    frames = sum(len(msgspec.json.decode(text)["timed"]["times_ms"]) for (text,) in run)
    assert frames >= 100 * len(rows)
    assert all(0 <= each.done <= each.total and each.left_s >= 0 for each in told)
    assert store.unfinished(PLATFORM.fingerprint) is None


def test_rounds_interleave_the_candidates(
    store: MeasurementStore, network: Network, data: str
) -> None:
    wanted = plan(network, images=data, rounds=2)
    start(wanted, store, network)
    rows = sqlite3.connect(store.path).execute("SELECT sample FROM samples ORDER BY id").fetchall()
    samples = [msgspec.json.decode(text) for (text,) in rows]
    rounds = [each["round"] for each in samples]
    assert rounds == sorted(rounds)
    assert set(rounds) == {0, 1}


@pytest.mark.parametrize("changes", [{}, {"annotations": []}])
def test_a_detector_is_measured_by_its_boxes(
    store: MeasurementStore, tmp_path: Path, changes: dict[str, object]
) -> None:
    network = boxes(tmp_path)
    file = coco(tmp_path / "instances.json", **changes)
    wanted = plan(network, annotations=str(file), rounds=1)
    if changes:
        with pytest.raises(InputError, match="has no box that could be used"):
            start(wanted, store, network)
        return
    report, _ = start(wanted, store, network)
    row = report.records[0].measurement
    assert (row.task, row.metric, row.images) == ("detect", "AP50", 3)
    assert row.accuracy == pytest.approx(1.0)


def test_what_the_pictures_cannot_judge_is_declared_or_unknown(
    store: MeasurementStore, network: Network, tmp_path: Path
) -> None:
    wanted = plan(network, annotations=str(coco(tmp_path / "instances.json")), rounds=1)
    report, _ = start(wanted, store, network)
    assert report.records[0].measurement.accuracy is None


def test_without_pictures_rendered_ones_are_timed(
    store: MeasurementStore, network: Network
) -> None:
    report, _ = start(plan(network, rounds=1), store, network)
    assert len(report.records) == 3
    assert report.records[0].measurement.accuracy is None


def test_what_was_left_out_of_the_pictures_is_told(
    store: MeasurementStore, network: Network, tmp_path: Path
) -> None:
    data = folders(tmp_path / "data")
    (data / "violet").mkdir()
    (data / "red" / "0.png").write_bytes(b"no picture")
    report, _ = start(plan(network, images=str(data), rounds=1), store, network)
    assert report.records[0].measurement.images == 5
    assert f"{data}/violet: has no pictures" in report.notes
    assert any("0.png cannot be read as a picture" in note for note in report.notes)


def test_an_engine_that_is_wrong_or_crashes_is_rejected_and_the_others_measured(
    store: MeasurementStore, network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugins.install(tmp_path / "site")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    data = str(folders(tmp_path / "data"))
    engines = ("onnxruntime", "wrong", "aborting")
    report, _ = start(plan(network, engines=engines, images=data, rounds=1), store, network)
    assert {record.measurement.candidate.engine for record in report.records} == {"onnxruntime"}
    reasons = {candidate.engine: reason for candidate, reason in report.rejected.items()}
    assert "contradicts onnxruntime" in reasons["wrong"]
    assert "SIGABRT" in reasons["aborting"]
    assert len(report.rejected) == 4


def test_a_missing_engine_says_how_it_is_installed(
    store: MeasurementStore, network: Network, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "missing_engines", lambda grid: {"opencv-dnn": "install it so"})
    wanted = plan(network, engines=("onnxruntime", "opencv-dnn"), images=data, rounds=1)
    report, _ = start(wanted, store, network)
    assert set(report.rejected.values()) == {"install it so"}
    assert len(report.records) == 3


def test_nothing_interrupted_is_nothing_to_resume(store: MeasurementStore) -> None:
    with pytest.raises(InputError, match="has no interrupted benchmark of this machine"):
        bench.resume({}, PLATFORM, store, None, lambda progress: None)


def test_a_network_that_was_replaced_is_not_resumed(
    store: MeasurementStore, network: Network
) -> None:
    store.begin(PLATFORM, msgspec.json.encode(plan(network)).decode())
    manifest = msgspec.structs.replace(network.manifest, sha256="0" * 64)
    other = msgspec.structs.replace(network, manifest=manifest)
    for networks in ({}, {"colours": other}):
        with pytest.raises(InputError, match="'colours' of the interrupted benchmark was removed"):
            bench.resume(networks, PLATFORM, store, None, lambda progress: None)


def test_a_budget_measures_what_can_win(
    store: MeasurementStore, network: Network, data: str
) -> None:
    scenario = Scenario("balanced", NAMED["balanced"])
    wanted = plan(network, images=data, budget_s=20.0, scenario=scenario)
    report, told = start(wanted, store, network)
    assert report.records
    measured = {record.measurement.candidate for record in report.records}
    assert measured | report.left.keys() == set(wanted.candidates)
    assert not measured & report.left.keys()
    assert all(record.measurement.accuracy == 1.0 for record in report.records)
    assert told[-1].total == 100
    assert store.measurements() == [record.measurement for record in report.records]
