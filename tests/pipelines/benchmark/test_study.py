"""The rounds of a study: interleaved, with disturbed samples taken once more, but not for ever."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.budget import Recording
from models.candidate import Candidate
from pipelines.benchmark.ledger import Ledger
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.progress import Pace, Progress
from pipelines.benchmark.sampling.process import Rejected
from pipelines.benchmark.sampling.sample import Extent, Sample
from pipelines.benchmark.study import Study
from tests.pipelines.benchmark.search.test_search import WRONG, World

ROUNDS = 3
SHORT = Extent(1, 0.1, 0.0)


class Disturbed(Recording):
    """A recording of a machine on which something else runs now and then.

    *spells*: of the samples in the order in which they are taken, which are disturbed.
    """

    spells = range(0)
    failing: Candidate | None = None
    taken = 0

    def time(self, candidate: Candidate, round_: int, extent: Extent) -> Sample:
        if candidate == self.failing:
            raise Rejected("it hung")
        sample = super().time(candidate, round_, extent)
        said = "others" if self.taken in self.spells else ""
        self.taken += 1
        return replace(sample, conditions=replace(sample.conditions, disturbance=said))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, networks=2)


def study(
    world: World, spells: range, failing: Candidate | None = None
) -> tuple[Ledger, list[Progress]]:
    recording = Disturbed(*world.parts)
    recording.spells, recording.failing = spells, failing
    ledger = Ledger(recording, Platform("here", {}), world.candidates)
    told: list[Progress] = []
    Study(ledger, ROUNDS, told.append, SHORT).run()
    return ledger, told


def test_undisturbed_each_candidate_is_measured_once_a_round(world: World) -> None:
    ledger, told = study(world, range(0))
    for candidate in ledger.alive():
        assert [sample.round for sample in ledger.samples(candidate)] == [0, 1, 2]
    assert len(ledger.records) == len(ledger.alive()) == len(world.candidates) - 3
    assert not any(record.notes for record in ledger.records)
    done = [each.done for each in told]
    assert done == sorted(done)
    assert told[-1].done == told[-1].total - 1
    assert told[0].left_s > told[-1].left_s


def test_a_frame_count_that_the_method_asks_for_is_reached(world: World) -> None:
    ledger, _ = study(world, range(0))
    for candidate in ledger.alive():
        frames = sum(len(sample.timed.times_ms) for sample in ledger.samples(candidate))
        assert frames >= 100


def test_what_was_disturbed_for_a_while_is_measured_once_more(world: World) -> None:
    ledger, _ = study(world, range(2, 6))
    repeated = [each for each in ledger.alive() if len(ledger.samples(each)) > ROUNDS]
    assert len(repeated) == 4
    for candidate in repeated:
        assert [sample.round for sample in ledger.samples(candidate)].count(0) == 2
    # The disturbed ones have given way, and it is told.
    assert not any(record.notes for record in ledger.records)
    assert ledger.notes == ("disturbed samples that were taken once more: 4",)


def test_a_machine_that_is_never_quiet_is_measured_all_the_same_and_it_is_told(
    world: World,
) -> None:
    ledger, _ = study(world, range(10_000))
    planned = len(ledger.alive()) * ROUNDS
    taken = sum(len(ledger.samples(each)) for each in ledger.alive())
    assert planned < taken <= 1.25 * planned
    assert len(ledger.records) == len(ledger.alive())
    assert all("samples were disturbed: others" in record.notes[0] for record in ledger.records)


def test_one_that_fails_on_the_way_is_rejected_alone(world: World) -> None:
    failing = Candidate("net-1", "fp32", "openvino", threads=3)
    ledger, _ = study(world, range(0), failing)
    assert ledger.rejected[failing] == "it hung"
    rejected = {(each.network, each.precision, each.engine) for each in ledger.rejected} - {WRONG}
    assert rejected == {("net-1", "fp32", "openvino")}
    assert len(ledger.rejected) == 4


def test_the_time_left_is_what_such_steps_have_taken() -> None:
    pace = Pace({"check": 3.0, "sample": 10.0})
    assert pace.left_s({"check": 2, "sample": 1}) == 16.0
    pace.begin()
    pace.end("sample")
    assert pace.left_s({"check": 2, "sample": 1000}) < 100.0
