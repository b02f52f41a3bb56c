"""Several cameras in one application: chosen for together, each with its own scenario."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from app.choosing import Chooser
from app.config import CameraConfig, Config
from models.candidate import Candidate
from pipelines.cameras import CameraOptions
from pipelines.cameras.source import camera_factory
from pipelines.live.pipeline import Pipeline
from pipelines.selection.closed_loop import steering
from pipelines.selection.measurement import Measurement
from tests.app.test_choosing import Runs, runs, snapshot
from tests.pipelines.live.running import started
from tests.pipelines.live.test_capture import until
from tests.pipelines.selection.tables import measured

# At 20 fps one takes 0.4 cores, the other 0.1.
SURE = replace(measured("sure", 0.9, fps=50.0, power=4.0), idle_w=3.0, cpu_s_per_frame=0.02)
LIGHT = replace(measured("light", 0.4, fps=200.0, power=4.0), idle_w=3.0, cpu_s_per_frame=0.005)
ROWS = (SURE, LIGHT)


def load(candidate: Candidate) -> Any:
    return Runs(next(row for row in ROWS if row.candidate == candidate))


@contextmanager
def camera(name: str, first: Callable[[], Any]) -> Iterator[Pipeline]:
    pipeline = Pipeline(
        name, "synthetic:", camera_factory("synthetic:64x48@20", CameraOptions()), first
    )
    with started(pipeline):
        yield pipeline


@contextmanager
def cameras(first: Measurement, *names: str) -> Iterator[tuple[Pipeline, ...]]:
    with ExitStack() as stack:
        yield tuple(stack.enter_context(camera(name, lambda: Runs(first))) for name in names)


def taken(chooser: Chooser, *pipelines: Pipeline) -> list[str]:
    """What runs once all that was chosen is done."""

    def done() -> bool:
        chooser.tick(snapshot(*pipelines))
        return all(chooser.pending(pipeline.name) is None for pipeline in pipelines)

    until(lambda: all(pipeline.status().fps for pipeline in pipelines))
    chooser.tick(snapshot(*pipelines))
    until(done)
    return [str(pipeline.status().candidate.network) for pipeline in pipelines]  # type: ignore[union-attr]


def test_four_cameras_on_one_core_do_not_take_what_one_would(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    chooser = Chooser(Config(), load, cores=1)
    with cameras(SURE, "a", "b", "c", "d") as four:
        for pipeline in four:
            chooser.add(pipeline, ROWS, "classify")
        networks = taken(chooser, *four)
    assert sorted(networks) == ["light", "light", "sure", "sure"]
    choice = chooser.choice("a")
    assert choice is not None
    assert any("chosen for all cameras together" in note for note in choice.notes)
    assert "all cameras together: 1 of 1 core for 4 cameras" in caplog.text


def test_with_cores_enough_each_takes_its_own_best() -> None:
    chooser = Chooser(Config(), load, cores=8)
    with cameras(LIGHT, "a", "b") as two:
        for pipeline in two:
            chooser.add(pipeline, ROWS, "classify")
        assert taken(chooser, *two) == ["sure", "sure"]


@pytest.mark.parametrize(("measured", "left"), [(ROWS, "light"), ((), "sure")])
def test_a_network_that_the_user_named_needs_its_cores_too(
    measured: tuple[Measurement, ...], left: str
) -> None:
    chooser = Chooser(Config(), load, cores=0.5)
    with cameras(SURE, "named") as (named,), cameras(LIGHT, "auto") as (auto,):
        chooser.add_fixed(named, lambda: measured)
        chooser.add(auto, ROWS, "classify")
        assert taken(chooser, named, auto) == ["sure", left]


def test_a_camera_has_its_own_scenario_until_somebody_asks_for_another() -> None:
    own = CameraConfig(name="a", scenario="throughput")
    config = Config(camera=(own, CameraConfig(name="b")))
    rows = (replace(SURE, fps=5.0, cpu_s_per_frame=0.01), LIGHT)
    chooser = Chooser(config, lambda candidate: Runs(
        next(row for row in rows if row.candidate == candidate)
    ), cores=8)  # fmt: skip
    assert str(chooser.ruling("a")) == "throughput (configuration)"
    assert str(chooser.ruling("b")) == "balanced (configuration)"
    with cameras(rows[0], "a", "b") as two:
        for pipeline in two:
            chooser.add(pipeline, rows, "classify")
        assert taken(chooser, *two)[0] == "light"
        chooser.command("user", "accuracy")
        assert str(chooser.ruling("a")) == "accuracy (user)"
        assert taken(chooser, *two) == ["sure", "sure"]
        chooser.command("user", "auto")
        assert taken(chooser, *two)[0] == "light"


def test_the_first_networks_are_chosen_for_all_as_well() -> None:
    chooser = Chooser(Config(), load, cores=1)
    with ExitStack() as stack:
        ready: list[bool] = []

        def first(name: str) -> Any:
            until(lambda: bool(ready) and all(each.camera_fps() for each in four))
            chooser.learn(name, ROWS)
            return chooser.load_first(name)

        four: list[Pipeline] = []
        four += [
            stack.enter_context(camera(name, lambda name=name: first(name)))  # type: ignore[misc]
            for name in "abcd"
        ]
        for pipeline in four:
            chooser.add(pipeline, (), "classify")
        ready.append(True)
        until(lambda: all(pipeline.status().candidate for pipeline in four))
        until(lambda: not any(pipeline.switcher.busy for pipeline in four))
        before = [pipeline.status().candidate for pipeline in four]
        for _ in range(3):
            chooser.tick(snapshot(*four))
        assert [pipeline.status().candidate for pipeline in four] == before
        assert not any(pipeline.switcher.switches for pipeline in four)
    assert [candidate.network for candidate in before if candidate].count("sure") == 2


def test_a_camera_that_ended_leaves_its_cores_to_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(steering, "SETTLE_S", 0.0)
    monkeypatch.setattr(steering, "JUDGE_S", 0.2)
    chooser = Chooser(Config(), load, cores=0.5)
    with cameras(LIGHT, "a", "b") as (left, right):
        for pipeline in (left, right):
            chooser.add(pipeline, ROWS, "classify")
        assert sorted(taken(chooser, left, right)) == ["light", "sure"]
        sure, light = sorted((left, right), key=lambda each: runs(each, LIGHT))
        sure.request_stop()
        until(lambda: sure.finished)

        def moved() -> bool:
            chooser.tick(snapshot(left, right))
            return runs(light, SURE)

        until(moved)
        (*_, last) = light.switcher.switches
        assert last.why.startswith("the other cameras' networks have changed: sure")
