"""From samples to a row: which of them count, and what is unknown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from models.manifest import Accuracy, Network
from pipelines.benchmark.conditions.watch import Conditions
from pipelines.benchmark.record import make_record
from pipelines.benchmark.sampling.job import Checked, Timed
from pipelines.benchmark.sampling.sample import Sample
from pipelines.power import PowerReading
from tests.pipelines.benchmark.parts import candidate, colours

RAILS = PowerReading(4.0, "measured", "rails", "pi-pmic")
CROWDED = "other programs took 50% of the processor"


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return colours(tmp_path)


def sample(
    ms: float = 10.0, power: PowerReading | None = RAILS, disturbance: str = "", **timed: object
) -> Sample:
    figures = {
        "times_ms": (ms,) * 40,
        "early_fps": 120.0,
        "load_s": 0.5,
        "first_ms": 30.0,
        "cpu_s_per_frame": 0.01,
        "memory_mb": 20.0,
        "hardware": {"ipc": 1.0},
        "hardware_tier": "perf",
    }
    return Sample(
        candidate(),
        0,
        Timed(**(figures | timed)),  # type: ignore[arg-type]
        Conditions(power, disturbance, 50.0),
        1.0,
    )


def test_figures_are_means_over_rounds(network: Network) -> None:
    times = tuple(np.arange(1, 101, dtype=float))
    samples = [
        sample(times_ms=times, power=replace(RAILS, watts=3.0), cpu_s_per_frame=0.02),
        sample(times_ms=times, power=replace(RAILS, watts=5.0), memory_mb=30.0),
        sample(times_ms=times, hardware={"ipc": 4.0, "faults": 1.0}),
    ]
    record = make_record(samples, network, "here", idle=replace(RAILS, watts=2.0))
    row = record.measurement
    assert row.candidate == candidate()
    assert row.task == "classify"
    assert row.fps == pytest.approx(1000 / 50.5)
    assert row.p50_ms == pytest.approx(50.5)
    assert row.p95_ms == pytest.approx(95, abs=0.5)
    assert row.p99_ms == pytest.approx(99, abs=0.5)
    assert row.power == replace(RAILS, watts=pytest.approx(4.0))
    assert row.idle_w == 2.0
    assert row.memory_mb == 30.0
    assert row.cpu_s_per_frame == pytest.approx(0.04 / 3)
    assert row.hardware == {"ipc": pytest.approx(2.0)}
    assert row.platform == "here"
    assert record.early_fps == 120.0
    assert not record.notes


def test_disturbed_samples_give_way(network: Network) -> None:
    record = make_record(
        [sample(10.0), sample(50.0, disturbance=CROWDED), sample(10.0)], network, "here"
    )
    assert record.measurement.fps == pytest.approx(100.0)
    assert not record.notes


def test_where_there_are_too_few_others_they_count_and_it_is_told(network: Network) -> None:
    samples = [sample(10.0), sample(30.0, disturbance=CROWDED), sample(20.0, disturbance=CROWDED)]
    record = make_record(samples, network, "here")
    assert record.measurement.fps == pytest.approx(50.0)
    assert record.notes == (f"2 of 3 samples were disturbed: {CROWDED}",)


def test_power_of_another_origin_is_not_mixed_in(network: Network) -> None:
    battery = PowerReading(9.0, "measured", "board", "battery")
    record = make_record([sample(power=battery), sample(), sample()], network, "here", idle=battery)
    assert record.measurement.power == RAILS
    assert record.measurement.idle_w is None


def test_what_is_unknown_is_none(network: Network) -> None:
    samples = [sample(power=None, memory_mb=-0.1, cpu_s_per_frame=0.0, early_fps=None)]
    record = make_record(samples, network, "here", idle=RAILS)
    row = record.measurement
    assert (row.power, row.idle_w, row.memory_mb, row.cpu_s_per_frame) == (None,) * 4
    assert (row.metric, row.accuracy, row.accuracy_source, row.images) == (None,) * 4
    assert row.fps_ci95 is None
    assert record.early_fps is None


def test_accuracy_is_measured_or_declared(network: Network) -> None:
    declared = Accuracy("top1", 0.7, "somebody's pictures", "measured", 50)
    manifest = msgspec.structs.replace(network.manifest, accuracy=(declared,))
    network = msgspec.structs.replace(network, manifest=manifest)
    row = make_record([sample()], network, "here", Checked()).measurement
    # Whoever measured it: not on this device, not in this benchmark.
    assert (row.metric, row.accuracy, row.accuracy_source, row.images) == (
        *("top1", 0.7, "declared", 50),
    )
    row = make_record([sample()], network, "here", Checked("top1", 0.0, 8)).measurement
    assert (row.accuracy, row.accuracy_source, row.images) == (0.0, "measured", 8)
