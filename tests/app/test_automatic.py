"""What `--model auto` chooses from: what `bench` measured, else what a first start did."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from app.automatic import Automatic
from app.config import Config, EngineConfig, StorageConfig
from models.candidate import Candidate
from models.manifest import Accuracy, Network
from models.store import Store
from pipelines.benchmark.platform import describe
from pipelines.benchmark.progress import Progress
from pipelines.benchmark.record import Record
from pipelines.benchmark.store.measurements import MeasurementStore
from pipelines.power import PowerOptions
from pipelines.power.modelled import Modelled
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import NAMED, Scenario
from tests.pipelines.benchmark.parts import boxes
from tests.pipelines.selection.tables import measured

BALANCED = Scenario("balanced", NAMED["balanced"])
HERE = describe()


def install(folder: Path, name: str, accuracy: float) -> Network:
    """A detector with a declared accuracy, in the store of *folder*."""
    network = boxes(folder / "made", name)
    declared = (Accuracy("AP50", accuracy, "pictures", "declared"),)
    manifest = msgspec.structs.replace(network.manifest, accuracy=declared)
    known = msgspec.structs.replace(network, manifest=manifest)
    return Store(folder / "networks").add(known, check=lambda network: None)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return install(tmp_path, "good", 0.9)


@pytest.fixture
def automatic(tmp_path: Path) -> Callable[..., Automatic]:
    def make(**engine: object) -> Automatic:
        storage = StorageConfig(measurements=str(tmp_path / "data" / "m.sqlite"))
        config = Config(storage=storage, engine=EngineConfig(**engine))  # type: ignore[arg-type]
        store = Store(tmp_path / "networks")
        return Automatic(config, store, lambda: Modelled(PowerOptions()))

    return make


def row(name: str = "good", platform: str = HERE.fingerprint, **more: object) -> Measurement:
    made = measured(name, task="detect", metric="AP50", platform=platform)
    return replace(made, candidate=replace(made.candidate, **more))  # type: ignore[arg-type]


def keep(tmp_path: Path, *rows: Measurement, sha256: str) -> None:
    """Put *rows* into the store, as `bench` does."""
    store = MeasurementStore(tmp_path / "data" / "m.sqlite")
    for each in rows:
        store.add(Record(each), sha256, replace(HERE, fingerprint=each.platform))
    store.close()


def test_rows_are_those_of_this_machine_and_of_the_files_that_are_there(
    tmp_path: Path, network: Network, automatic: Callable[..., Automatic]
) -> None:
    assert automatic().rows(network) == ()
    keep(tmp_path, row(), row(threads=2), row(platform="elsewhere"), sha256=network.manifest.sha256)
    keep(tmp_path, row("other"), sha256="0" * 64)
    assert automatic().rows(network) == (row(), row(threads=2))


@pytest.mark.parametrize(
    ("engine", "threads"),
    [({"threads": 2}, [2]), ({"name": "onnxruntime"}, [1, 2]), ({"name": "openvino"}, [])],
)
def test_the_configured_engine_restricts_them(
    tmp_path: Path,
    network: Network,
    automatic: Callable[..., Automatic],
    engine: dict[str, object],
    threads: list[int],
) -> None:
    keep(tmp_path, row(), row(threads=2), sha256=network.manifest.sha256)
    found = automatic(**engine).rows(network)
    assert [each.candidate.threads for each in found] == threads


def test_a_store_that_cannot_be_read_is_told_and_does_not_keep_from_running(
    tmp_path: Path,
    network: Network,
    automatic: Callable[..., Automatic],
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "m.sqlite").write_text("no store")
    with caplog.at_level(logging.WARNING):
        assert automatic().rows(network) == ()
    assert "what was measured before cannot be used" in caplog.text
    assert "m.sqlite: is some other file" in caplog.text


def test_a_short_benchmark_is_kept_until_there_is_a_better_one(
    tmp_path: Path, network: Network, automatic: Callable[..., Automatic]
) -> None:
    install(tmp_path, "poor", 0.2)
    told: list[Progress] = []
    first = automatic(name="onnxruntime")
    rows = first.measure(network, BALANCED, told.append, lambda: False)
    assert rows
    assert {each.candidate.network for each in rows} <= {"good", "poor"}
    assert {each.candidate.engine for each in rows} == {"onnxruntime"}
    assert all(each.platform == HERE.fingerprint and each.power for each in rows)
    assert told
    # The next start has them, and measures nothing.
    again = automatic(name="onnxruntime")
    assert again.rows(network) == rows
    told.clear()
    assert again.measure(network, BALANCED, told.append, lambda: False) == rows
    assert not told
    # With another network there is something new to be measured.
    added = install(tmp_path, "new", 0.95)
    assert again.rows(added) == ()
    # What `bench` measured goes before.
    keep(tmp_path, row(threads=3), sha256=network.manifest.sha256)
    found = again.rows(network)
    assert [each.candidate for each in found] == [
        Candidate("good", "fp32", "onnxruntime", threads=3)
    ]


def test_skipped_it_keeps_nothing(
    tmp_path: Path, network: Network, automatic: Callable[..., Automatic]
) -> None:
    assert automatic().measure(network, BALANCED, lambda progress: None, lambda: True) == ()
    assert not list(tmp_path.glob("data/*"))
