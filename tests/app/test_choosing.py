"""The chooser on running pipelines: what is asked for is run, and the account is kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from app.account import Entry
from app.choosing import Chooser
from app.config import Config, LiveConfig
from app.governor_config import GovernorConfig, RuleConfig
from app.telemetry.snapshot import TelemetrySnapshot
from models.candidate import Candidate
from models.errors import EngineError, UnknownName
from models.image import Image
from models.predictor import Prediction
from models.timing import Timing
from pipelines.live.pipeline import Pipeline
from pipelines.power import PowerReading
from pipelines.power.battery_level import BatteryLevel
from pipelines.selection.closed_loop import steering
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import Weights
from tests.app.telemetry.examples import TAKEN_AT
from tests.pipelines.live.test_capture import until
from tests.pipelines.live.test_pipeline import Network, running
from tests.pipelines.selection.tables import measured

# All slower than the camera's 200 fps: what is faster counts for nothing.
HEAVY = measured("heavy", accuracy=0.8, fps=10.0, power=4.0)
LIGHT = measured("light", accuracy=0.5, fps=24.0, power=3.0)
MIDDLE = measured("middle", accuracy=0.6, fps=15.0, power=3.0)
ROWS = (HEAVY, LIGHT, MIDDLE)
# The networks below answer at once: not their rate tells, but the time that they say they took.
BY_TIMES = Config(live=LiveConfig(policy="fresh"))


class Runs(Network):
    """A network that takes as long as its row says."""

    def __init__(self, row: Measurement, slower: float = 1.0) -> None:
        super().__init__()
        self.candidate = row.candidate
        self._timing = Timing(0.0, 1e3 / row.fps * slower, 0.0)

    def predict(self, image: Image) -> Prediction:
        return Prediction((), self._timing)


def loader(*broken: str, slower: float = 1.0) -> Callable[[Candidate], Any]:
    """Loads what the rows describe, but what is *broken*."""

    def load(candidate: Candidate) -> Runs:
        if candidate.network in broken:
            raise EngineError("out of memory")
        row = next(row for row in ROWS if row.candidate == candidate)
        return Runs(row, slower)

    return load


def snapshot(*pipelines: Pipeline, **more: Any) -> TelemetrySnapshot:
    cameras = tuple(pipeline.status() for pipeline in pipelines)
    return TelemetrySnapshot(taken_at=TAKEN_AT, uptime_s=0.0, cameras=cameras, **more)


def choosing(
    pipeline: Pipeline, load: Callable[[Candidate], Any] | None = None, **options: Any
) -> Chooser:
    chooser = Chooser(options.pop("config", Config()), load or loader(), **options)
    chooser.add(pipeline, ROWS, "classify")
    return chooser


def runs(pipeline: Pipeline, row: Measurement) -> bool:
    """Whether what was asked for is done, and that is what runs."""
    return not pipeline.switcher.busy and pipeline.status().candidate == row.candidate


def test_what_the_scenario_chooses_is_run_and_told() -> None:
    told: list[Entry] = []
    with running(Runs(HEAVY)) as pipeline:
        chooser = choosing(pipeline)
        chooser.add_listener(told.append)
        until(lambda: runs(pipeline, HEAVY))
        chooser.tick(snapshot(pipeline))
        until(lambda: runs(pipeline, LIGHT))
        chooser.tick(snapshot(pipeline))
        chooser.command("user", "accuracy")
        chooser.tick(snapshot(pipeline))
        until(lambda: runs(pipeline, HEAVY))
        chooser.tick(snapshot(pipeline))
        first, second = told
        assert chooser.account("gate") == (first, second)
    assert first.switch is pipeline.switcher.switches[0]
    assert (first.scenario.name, first.source) == ("balanced", "configuration")
    assert first.gain == pytest.approx(1.0)
    assert (second.scenario.name, second.source) == ("accuracy", "user")
    assert second.switch.why.startswith("accuracy by you: heavy")
    choice = chooser.choice("gate")
    assert choice is not None
    assert choice.candidate == HEAVY.candidate
    assert chooser.choice("nowhere") is None
    assert chooser.account("nowhere") == ()


def test_a_change_is_judged_by_what_both_networks_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steering, "SETTLE_S", 0.1)
    monkeypatch.setattr(steering, "JUDGE_S", 0.2)
    told: list[Entry] = []
    power = PowerReading(4.0, "modelled", "board", "modelled")
    # Each frame takes 1.25 times as long as measured.
    with running(Runs(HEAVY)) as pipeline:
        chooser = choosing(pipeline, loader(slower=1.25), config=BY_TIMES)
        chooser.add_listener(told.append)

        def judged() -> bool:
            chooser.tick(snapshot(pipeline, power=power))
            return bool(told) and told[-1].judged

        until(judged)
        entry = told[-1]
        assert chooser.account("gate") == (entry,)
    assert [each.judged for each in told] == [False, True]
    assert entry.realised_gain == pytest.approx(2.0 / 1.25 - 1, rel=0.05)
    assert entry.paid
    assert entry.joules == pytest.approx(0.0, abs=1e-6)
    assert entry.joules_kind == "modelled"


def test_what_cannot_be_loaded_is_not_asked_for_again() -> None:
    with running(Runs(HEAVY)) as pipeline:
        chooser = choosing(pipeline, loader("light"))

        def middle() -> bool:
            chooser.tick(snapshot(pipeline))
            return runs(pipeline, MIDDLE)

        until(middle)
        (switch,) = pipeline.switcher.switches
        (refusal,) = chooser.refusals("gate")
    assert (refusal.candidate, refusal.kept) == (LIGHT.candidate, HEAVY.candidate)
    assert (refusal.camera, refusal.why) == ("gate", "out of memory")
    assert chooser.refusals("nowhere") == ()
    assert "light · onnxruntime fp32 cannot be run (out of memory): middle" in switch.why


def test_the_first_network_is_the_chosen_one() -> None:
    ready: list[Chooser] = []

    def load() -> object:
        until(lambda: bool(ready))
        return ready[0].load_first("gate")

    with running(load=load) as pipeline:
        chooser = choosing(pipeline)
        ready.append(chooser)
        until(lambda: runs(pipeline, LIGHT))
        for _ in range(3):
            chooser.tick(snapshot(pipeline))
    assert pipeline.switcher.switches == ()


def test_a_first_network_that_cannot_be_loaded_leaves_the_choice_to_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with running(Runs(HEAVY)) as pipeline:
        chooser = choosing(pipeline, loader("light"))
        assert chooser.load_first("gate") is None
        assert chooser.load_first("nowhere") is None
        (refusal,) = chooser.refusals("gate")
        assert (refusal.candidate, refusal.kept) == (LIGHT.candidate, None)
        until(lambda: runs(pipeline, HEAVY))
        chooser.tick(snapshot(pipeline))
        until(lambda: runs(pipeline, MIDDLE))
    assert "light · onnxruntime fp32 was chosen but cannot be run: out of memory" in caplog.text


def test_without_measurements_the_network_stays_and_that_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with running(Runs(HEAVY)) as pipeline:
        chooser = Chooser(Config(), loader())
        chooser.add(pipeline, (), "classify")
        until(lambda: runs(pipeline, HEAVY))
        for scenario in ("energy", "accuracy", "energy"):
            chooser.command("mqtt", scenario)
            chooser.tick(snapshot(pipeline))
        assert pipeline.switcher.switches == ()
        assert caplog.text.count("nothing was measured") == 1
        assert chooser.note("gate") == "nothing was measured that could be chosen from"
        assert chooser.note("nowhere") == ""
        # Until there are some.
        chooser.learn("gate", ROWS)
        chooser.tick(snapshot(pipeline))
        until(lambda: runs(pipeline, LIGHT))


def test_who_asks_for_what_and_who_rules() -> None:
    chooser = Chooser(Config(), loader())
    seen = []
    for source, wish in (
        ("mqtt", "energy"),
        ("user", Weights(0.2, 0.3, 0.5)),
        ("mqtt", "accuracy"),
        ("user", "auto"),
        ("mqtt", "auto"),
    ):
        chooser.command(source, wish)  # type: ignore[arg-type]
        ruling = chooser.status().ruling
        assert ruling is not None
        seen.append((ruling.source, ruling.scenario.name))
    assert seen == [
        ("mqtt", "energy"),
        ("user", "custom"),
        ("user", "custom"),
        ("mqtt", "accuracy"),
        ("configuration", "balanced"),
    ]
    with pytest.raises(UnknownName, match="did you mean 'energy'"):
        chooser.command("mqtt", "enrgy")


def test_the_governor_shifts_the_scenario_and_the_user_has_the_last_word() -> None:
    level = BatteryLevel(15.0, True)
    rule = RuleConfig(sensor="battery", below=20, scenario="accuracy")
    governor = GovernorConfig(rule=(rule,), dwell_s=1, confirm_s=0)
    with running(Runs(LIGHT)) as pipeline:
        chooser = choosing(pipeline, config=Config(governor=governor), battery=lambda: level)
        until(lambda: runs(pipeline, LIGHT))
        chooser.tick(snapshot(pipeline))
        ruling = chooser.status().ruling
        assert ruling is not None
        assert (ruling.source, ruling.scenario.name) == ("governor", "accuracy")
        assert ruling.why == "battery: battery 15 %, limit 20 %"
        until(lambda: runs(pipeline, HEAVY))
        assert "accuracy by the governor (battery: battery 15 %, limit 20 %)" in (
            pipeline.switcher.switches[0].why
        )
        chooser.command("user", "balanced")
        chooser.tick(snapshot(pipeline))
        chooser.tick(snapshot(pipeline))
        until(lambda: runs(pipeline, LIGHT))
        chooser.command("user", "auto")
        level = BatteryLevel(16.0, False)

        def over() -> bool:
            chooser.tick(snapshot(pipeline))
            ruling = chooser.status().ruling
            return ruling is not None and ruling.source == "configuration"

        until(over)


def test_the_merits_are_those_of_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steering, "SETTLE_S", 0.0)
    with running(Runs(LIGHT, slower=1.25)) as pipeline:
        chooser = choosing(pipeline, config=BY_TIMES)

        def known() -> bool:
            chooser.tick(snapshot(pipeline))
            return chooser.status().merits["gate"].realised is not None

        until(lambda: runs(pipeline, LIGHT))
        chooser.tick(snapshot(pipeline))
        assert chooser.status().merits["gate"].table == pytest.approx(4.0)
        until(known)
        assert chooser.status().merits["gate"].realised == pytest.approx(3.2, rel=0.05)


def test_a_paused_camera_is_not_judged_and_is_still_chosen_for() -> None:
    with running(Runs(LIGHT)) as pipeline:
        chooser = choosing(pipeline)
        until(lambda: runs(pipeline, LIGHT))
        chooser.tick(snapshot(pipeline))
        pipeline.set_paused(True)
        chooser.command("mqtt", "accuracy")
        chooser.tick(snapshot(pipeline))
        assert pipeline.switcher.busy  # until a frame is taken again
        assert chooser.pending("gate") == HEAVY.candidate
        assert chooser.pending("nowhere") is None
        for _ in range(5):
            chooser.tick(snapshot(pipeline))
        pipeline.set_paused(False)
        until(lambda: runs(pipeline, HEAVY))
        chooser.tick(snapshot(pipeline))
        assert chooser.pending("gate") is None
