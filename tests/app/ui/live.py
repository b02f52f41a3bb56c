"""A session as a user has it, with measured networks to choose from, and its window."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.config import CameraConfig, Config, EngineConfig, ScenarioConfig, StorageConfig
from app.options import RunOptions
from app.session import Session
from models.candidate import Candidate
from models.store import Store
from pipelines.benchmark.platform import describe
from pipelines.benchmark.record import Record
from pipelines.benchmark.store.measurements import MeasurementStore
from pipelines.power import PowerReading
from pipelines.selection.measurement import Measurement

# network → accuracy, fps, watts: what decides here is where each of them wins.
Figures = Mapping[str, tuple[float, float, float]]
SMALL, LARGE = "tiny-yolo-labels-int8", "squeezenet-ssd-labels-int8"
# Behind a camera frames beyond its rate count for nothing: the watts have to tell them apart too.
TWO: Figures = {SMALL: (0.55, 120.0, 2.0), LARGE: (0.80, 60.0, 6.0)}


def make_session(
    folder: Path, figures: Figures = TWO, source: str = "synthetic:320x180@20"
) -> Session:
    """Not yet started; what *figures* say was measured is in *folder*'s store."""
    storage = StorageConfig(
        networks=str(folder / "networks"),
        measurements=str(folder / "measured.sqlite"),
        snapshots=str(folder / "snapshots"),
    )
    write_rows(folder / "measured.sqlite", Store(storage.networks_folder), figures)
    config = Config(
        camera=(CameraConfig(name="Gate cam", source=source),),
        engine=EngineConfig(threads=1),
        scenario=ScenarioConfig(name="accuracy"),
        storage=storage,
    )
    return Session(config, RunOptions(benchmark=False))


def write_rows(path: Path, store: Store, figures: Figures) -> None:
    """Enter *figures* as if `bench` had measured them."""
    measurements = MeasurementStore(path)
    for name, (accuracy, fps, watts) in figures.items():
        network = store.get(name)
        row = Measurement(
            candidate=Candidate(name, network.manifest.precision, "onnxruntime"),
            task="detect",
            metric="AP50",
            accuracy=accuracy,
            accuracy_source="declared",
            fps=fps,
            power=PowerReading(watts, "modelled", "board", "modelled"),
            platform=describe().fingerprint,
        )
        measurements.add(Record(row), network.manifest.sha256, describe())
    measurements.close()
