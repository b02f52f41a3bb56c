"""What is known of a candidate bounds its figure of merit, and no more than that."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from models.candidate import Candidate
from models.manifest import Accuracy
from pipelines.benchmark.ledger import Ledger
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.sampling.sample import Extent
from pipelines.benchmark.search.judge import NEVER, Judge
from pipelines.selection.behind_camera import behind_camera
from pipelines.selection.merit import figure_of_merit
from pipelines.selection.scenario import NAMED, Scenario
from tests.pipelines.benchmark.search.test_search import WRONG, World

BALANCED = Scenario("balanced", NAMED["balanced"])
ONE = Candidate("net-3", "fp32", "onnxruntime", threads=1)
FOUR = replace(ONE, threads=4)
SHORT = Extent(10, 0.2, 0.0)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def ledger(world: World) -> Ledger:
    ledger = Ledger(world.recording(), Platform("here", {}), world.candidates)
    ledger.rest(1.0)
    return ledger


def true_merit(world: World, candidate: Candidate) -> float:
    (row,) = [row for row in world.table() if row.candidate == candidate]
    merit = figure_of_merit(row, BALANCED.weights)
    assert merit is not None
    return math.log(merit)


def test_of_what_was_not_run_nothing_is_known(ledger: Ledger) -> None:
    assert Judge(ledger, BALANCED).bounds(ONE) == (NEVER, math.inf)


def test_the_bounds_close_in_on_the_truth(world: World, ledger: Ledger) -> None:
    judge = Judge(ledger, BALANCED)
    truth, widths = true_merit(world, ONE), []
    ledger.sample(ONE, 0, SHORT)
    # An accuracy that is not measured yet may be anything up to 1.
    assert judge.bounds(ONE).low == NEVER
    assert judge.bounds(ONE).high > truth
    ledger.check(ONE)
    for round_ in range(1, 5):
        bounds = judge.bounds(ONE)
        assert bounds.low < truth < bounds.high
        widths.append(bounds.high - bounds.low)
        ledger.sample(ONE, round_, SHORT)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.2


def test_what_was_not_checked_pushes_nobody_out(world: World) -> None:
    """Even where its accuracy is declared, so that everything seems to be known."""
    declared = (Accuracy("top1", 0.7, "pictures", "declared"),)
    for name, network in world.networks.items():
        manifest = msgspec.structs.replace(network.manifest, accuracy=declared)
        world.networks[name] = msgspec.structs.replace(network, manifest=manifest)
    world.checks = {
        key: msgspec.structs.replace(outcome, metric=None, accuracy=None)
        if hasattr(outcome, "accuracy")
        else outcome
        for key, outcome in world.checks.items()
    }
    ledger = Ledger(world.recording(), Platform("here", {}), world.candidates)
    judge = Judge(ledger, BALANCED)
    ledger.sample(ONE, 0, SHORT)
    assert judge.bounds(ONE).low == NEVER
    assert judge.bounds(ONE).high < math.inf
    ledger.check(ONE)
    assert judge.bounds(ONE).low > NEVER


def test_one_thread_bounds_what_more_can_reach(world: World, ledger: Ledger) -> None:
    judge = Judge(ledger, BALANCED)
    ledger.sample(ONE, 0, SHORT)
    ledger.check(ONE)
    assert true_merit(world, FOUR) < judge.bounds(FOUR).high < judge.bounds(ONE).high + math.log(5)
    assert judge.bounds(replace(FOUR, device="cuda")).high == math.inf


def test_what_is_refused_never_wins(ledger: Ledger) -> None:
    judge = Judge(ledger, BALANCED)
    wrong = Candidate(*WRONG, threads=3)
    ledger.check(replace(wrong, threads=1))
    assert judge.bounds(wrong) == (NEVER, NEVER)


def test_another_engines_accuracy_is_taken_for_near(world: World, ledger: Ledger) -> None:
    judge = Judge(ledger, BALANCED)
    other = replace(ONE, engine="openvino")
    ledger.sample(other, 0, SHORT)
    before = judge.bounds(other).high
    ledger.check(ONE)
    after = judge.bounds(other).high
    assert true_merit(world, other) < after < before
    assert judge.bounds(other).low == NEVER


def test_a_prediction_bounds_what_was_not_run(world: World, ledger: Ledger) -> None:
    judge = Judge(ledger, BALANCED, prior=lambda candidate: (50.0, 80.0))
    assert judge.bounds(ONE).high == pytest.approx(math.log(80.0 / 2.0))
    latency = Scenario("latency", replace(NAMED["balanced"], latency=1.0))
    judge = Judge(ledger, latency, prior=lambda candidate: (50.0, 80.0))
    assert judge.bounds(ONE).high == math.inf


def test_behind_a_camera_speed_beyond_it_counts_for_nothing(ledger: Ledger) -> None:
    judge = Judge(ledger, BALANCED, prior=lambda candidate: (50.0, 80.0), rate_fps=20.0)
    assert judge.bounds(ONE).high == pytest.approx(math.log(20.0 / 2.0))
    judge = Judge(ledger, replace(BALANCED, min_fps=1e6), rate_fps=0.5)
    ledger.sample(ONE, 0, SHORT)
    ledger.check(ONE)
    counted = behind_camera(ledger.provisional(ONE).measurement, 0.5)
    merit = figure_of_merit(counted, BALANCED.weights)
    assert merit is not None
    bounds = judge.bounds(ONE)
    assert bounds.low < math.log(merit) < bounds.high
    assert not judge.breaks_limit(ONE)
