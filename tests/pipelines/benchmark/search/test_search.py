"""The search finds the best, in a fraction of the time, and says why it left the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from benchmarks.budget import Recording, compete, random_weights
from models.candidate import Candidate
from models.manifest import Network
from pipelines.benchmark.conditions.watch import Conditions
from pipelines.benchmark.ledger import Ledger
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.record import make_record
from pipelines.benchmark.sampling.job import Checked, Refused, Timed
from pipelines.benchmark.sampling.sample import Sample
from pipelines.benchmark.search.search import Search
from pipelines.power import PowerReading
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import NAMED, Scenario
from tests.pipelines.benchmark.parts import colours

IDLE = PowerReading(2.0, "measured", "board", "a sensor")
ENGINES = ("onnxruntime", "openvino", "ncnn", "opencv-dnn")
ROUNDS = 3
# A broken engine: the fastest of all, but wrong about this network.
WRONG = ("net-0", "fp32", "ncnn")


class World:
    """Candidates with true figures, and a complete benchmark of them with its noise."""

    def __init__(self, folder: Path, networks: int = 10, noise: float = 0.02, seed: int = 0):
        self._random = np.random.default_rng(seed)
        template = colours(folder)
        self.networks: dict[str, Network] = {}
        self.samples: list[Sample] = []
        self.checks: dict[tuple[str, str, str], Checked | Refused] = {}
        for number in range(networks):
            name = f"net-{number}"
            manifest = msgspec.structs.replace(template.manifest, name=name)
            self.networks[name] = msgspec.structs.replace(template, manifest=manifest)
            accuracy = 0.4 + 0.5 * number / networks
            work_ms = 2.0 * 1.35**number
            for engine in ENGINES:
                key = (name, "fp32", engine)
                self.checks[key] = (
                    Refused("it contradicts the reference")
                    if key == WRONG
                    else Checked("top1", accuracy, 500, took_s=4.0)
                )
                ms = work_ms * self._random.uniform(0.7, 2.5) * (0.1 if key == WRONG else 1.0)
                for threads in (1, 3, 4):
                    self._measure(Candidate(*key, threads=threads), ms, noise)

    def _measure(self, candidate: Candidate, single_ms: float, noise: float) -> None:
        speedup = candidate.threads ** self._random.uniform(0.5, 0.95)
        watts = IDLE.watts + 1.5 * candidate.threads**0.9
        for round_ in range(ROUNDS):
            ms = single_ms / speedup * np.exp(self._random.normal(0, noise))
            count = max(34, int(1500 / ms))
            times = ms * np.exp(self._random.normal(0, 0.05, count))
            timed = Timed(tuple(times), 1.0, 0.3, ms, ms / 1e3, 20.0, {}, "rusage")
            power = replace(IDLE, watts=float(watts * np.exp(self._random.normal(0, noise / 2))))
            took_s = 1.0 + 1.0 + times.sum() / 1e3
            self.samples.append(
                Sample(candidate, round_, timed, Conditions(power, "", None), took_s)
            )

    @property
    def parts(self) -> tuple:
        """What a `Recording` is made from."""
        return self.networks, self.samples, self.checks, IDLE, 1.0

    def recording(self, seed: int = 0) -> Recording:
        return Recording(*self.parts, seed)

    def table(self) -> list[Measurement]:
        rows = []
        for candidate in dict.fromkeys(sample.candidate for sample in self.samples):
            outcome = self.checks[candidate.network, "fp32", candidate.engine]
            if isinstance(outcome, Checked):
                own = [sample for sample in self.samples if sample.candidate == candidate]
                network = self.networks[candidate.network]
                rows.append(make_record(own, network, "here", outcome, IDLE).measurement)
        return rows

    @property
    def candidates(self) -> list[Candidate]:
        return list(dict.fromkeys(sample.candidate for sample in self.samples))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def search(
    world: World, scenario: Scenario, budget_s: float = 200.0, **more: object
) -> tuple[Recording, Ledger, dict[Candidate, str], list[str]]:
    recording = world.recording()
    ledger = Ledger(recording, Platform("here", {}), world.candidates)
    ledger.rest(1.0)
    told: list[str] = []
    left = Search(
        ledger,
        world.candidates,
        scenario,
        clock=lambda: recording.now_s,
        deadline_s=budget_s,
        tell=told.append,
        **more,  # type: ignore[arg-type]
    ).run()
    return recording, ledger, left, told


@pytest.mark.parametrize("seed", range(3))
def test_a_quarter_of_the_time_finds_a_winner_within_two_percent(tmp_path: Path, seed: int) -> None:
    world = World(tmp_path, seed=seed)
    table = world.table()
    outcomes = [
        compete(world.recording(number), table, weights, 0.24)
        for number, weights in enumerate(random_weights(seed, 10))
    ]
    assert [each for each in outcomes if each.ratio < 0.98] == []
    assert max(each.share for each in outcomes) < 0.25


def test_most_candidates_are_spared(world: World) -> None:
    recording, ledger, left, _ = search(world, Scenario("balanced", NAMED["balanced"]))
    once = [each for each in world.candidates if len(ledger.samples(each)) <= 1]
    assert len(once) > 0.7 * len(world.candidates)
    assert recording.now_s < 0.2 * recording.total_s
    assert len(left) + len(ledger.records) + len(ledger.rejected) == len(world.candidates)
    assert any("it cannot win: " in reason for reason in left.values())
    assert any("by what is known without a run" in reason for reason in left.values())


def test_a_wrong_engine_neither_wins_nor_pushes_others_out(world: World) -> None:
    scenario = Scenario("throughput", NAMED["throughput"])
    _, ledger, _, _ = search(world, scenario)
    wrong = [
        each for each in world.candidates if (each.network, each.precision, each.engine) == WRONG
    ]
    assert set(ledger.rejected) <= set(wrong)
    assert ledger.rejected
    assert ledger.records
    assert all(record.measurement.candidate not in wrong for record in ledger.records)


def test_rows_that_are_kept_have_frames_and_rounds_enough(world: World) -> None:
    _, ledger, _, _ = search(world, Scenario("balanced", NAMED["balanced"]))
    for record in ledger.records:
        samples = ledger.samples(record.measurement.candidate)
        assert len(samples) >= 3
        assert sum(len(sample.timed.times_ms) for sample in samples) >= 100
        assert record.measurement.fps_ci95 is not None
        assert record.measurement.accuracy_source == "measured"


@pytest.mark.parametrize("budget_s", [12.0, 40.0, 100.0])
def test_whatever_the_budget_there_is_a_row_and_it_is_kept_to(
    world: World, budget_s: float
) -> None:
    recording, ledger, left, _ = search(world, Scenario("balanced", NAMED["balanced"]), budget_s)
    assert ledger.records
    # It is finished what was begun: a check and some samples more.
    assert recording.now_s < budget_s + 15.0
    if budget_s < 20:
        assert "the time was over before it was measured to the end" in left.values()


@pytest.mark.parametrize(
    ("limits", "holds"),
    [
        ({"min_accuracy": 0.8}, lambda row: row.accuracy >= 0.8),
        ({"min_fps": 150.0}, lambda row: row.fps >= 150 * 0.9),
        ({"max_power_w": 4.0}, lambda row: row.power.watts <= 4 * 1.1),
    ],
)
def test_what_is_beyond_the_limits_is_left(world: World, limits: dict, holds: object) -> None:
    scenario = Scenario("balanced", NAMED["balanced"], **limits)
    _, ledger, left, _ = search(world, scenario)
    assert ledger.records
    assert all(holds(record.measurement) for record in ledger.records)  # type: ignore[operator]
    assert "it is beyond the limits of the scenario" in left.values()


def test_a_prediction_spares_first_looks(world: World) -> None:
    scenario = Scenario("throughput", NAMED["throughput"])
    truth = {row.candidate: row.fps for row in world.table()}

    def predicted(candidate: Candidate) -> tuple[float, float] | None:
        fps = truth.get(candidate)
        return (fps * 0.8, fps * 1.2) if fps else None

    without, *_ = search(world, scenario)
    with_, ledger, left, _ = search(world, scenario, prior=predicted)
    assert looks(ledger, world.candidates) < 0.5 * len(world.candidates)
    assert with_.now_s < 0.8 * without.now_s
    best = max(world.table(), key=lambda row: row.fps * (row.accuracy or 0) ** 0.125)
    assert best.candidate not in left


def looks(ledger: Ledger, candidates: Sequence[Candidate]) -> int:
    return sum(bool(ledger.samples(each)) for each in candidates)


def test_without_power_the_rest_decides(world: World) -> None:
    world.samples = [
        replace(sample, conditions=Conditions(None, "", None)) for sample in world.samples
    ]
    _, ledger, _, _ = search(world, Scenario("balanced", NAMED["balanced"]))
    best = max(world.table(), key=lambda row: row.fps * (row.accuracy or 0))
    assert ledger.records[0].measurement.fps * (
        ledger.records[0].measurement.accuracy or 0
    ) > 0.95 * (best.fps * (best.accuracy or 0))


def test_disturbed_samples_spare_less(tmp_path: Path) -> None:
    world = World(tmp_path)
    scenario = Scenario("balanced", NAMED["balanced"])
    quiet, *_ = search(world, scenario)
    world.samples = [
        replace(each, conditions=replace(each.conditions, disturbance="others"))
        for each in world.samples
    ]
    loud, ledger, _, _ = search(world, scenario)
    assert loud.now_s >= quiet.now_s
    assert ledger.records
    assert "samples were disturbed: others" in ledger.records[0].notes[0]
