"""Routers at work: real engines on tiny networks, in the real worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from models.engines import EngineOptions
from models.errors import InputError
from models.manifest import Network
from models.predictor import load_predictor
from pipelines.live.frame import Inference
from pipelines.selection.premodel.deploy import Deployment, train
from pipelines.selection.premodel.evaluation.contenders import LearnedRouter
from pipelines.selection.premodel.evaluation.study import Study
from pipelines.selection.premodel.outcomes.features import NAMES, Describer
from pipelines.selection.premodel.router import Router, load_router
from pipelines.selection.premodel.strategies.calibration import Calibration
from pipelines.selection.premodel.strategies.confidence import Cascade
from pipelines.selection.premodel.strategies.premodel import Premodel
from pipelines.selection.premodel.strategies.temporal import Temporal
from pipelines.selection.scenario import Scenario, Weights
from tests.pipelines.live.test_capture import until
from tests.pipelines.live.test_pipeline import running
from tests.pipelines.selection.premodel.networks import DULL, VIVID, large, plain, small
from tests.pipelines.selection.premodel.tables import ignorant, knowing

Deployed = Callable[[LearnedRouter], tuple[Deployment, Callable[[str], Network]]]

PLAIN = Calibration(0.0, 1.0)
CASCADE = Cascade(("small", "large"), PLAIN, 0.5)
VIVID_RED, DULL_RED = plain("red", VIVID), plain("red", DULL)


@pytest.fixture(scope="module")
def study() -> Study:
    return train(knowing(60), Scenario("accuracy", Weights(1, 0, 0)), "mine").study


@pytest.fixture
def deployed(study: Study, tmp_path: Path) -> Deployed:
    """A deployment of any router for the two tiny networks, and what finds them."""
    networks = {"small": small(tmp_path), "large": large(tmp_path)}
    facts = msgspec.structs.replace(
        study.facts,
        networks=tuple(networks),
        hashes=tuple(network.manifest.sha256 for network in networks.values()),
    )
    trained = msgspec.structs.replace(study, facts=facts)

    def make(learned: LearnedRouter) -> tuple[Deployment, Callable[[str], Network]]:
        return Deployment(name="mine", study=trained, router=learned), networks.__getitem__

    return make


@pytest.fixture
def load(deployed):
    made: list[Router] = []

    def make(learned: LearnedRouter) -> Router:
        made.append(load_router(*deployed(learned), "onnxruntime", EngineOptions()))
        return made[-1]

    yield make
    for router in made:
        router.close()


def label(router: Router, image: np.ndarray) -> str:
    return router.predict(image).detections[0].label


def test_the_cascade_goes_on_where_it_is_not_sure(load):
    router = load(CASCADE)
    assert label(router, VIVID_RED) == "red"
    assert label(router, DULL_RED) == "green"  # as the large one calls it


def test_the_premodel_looks_at_the_picture_before_any_network_runs(load):
    describe = Describer()
    known = [describe(plain("red", level, n)) for level in (VIVID, DULL) for n in range(5)]
    ones = (1.0,) * len(NAMES)
    router = load(
        Premodel(
            ("small", "large"),
            1,
            (0.0,) * len(NAMES),
            ones,
            tuple(tuple(each.tolist()) for each in known),
            (0,) * 5 + (1,) * 5,
        )
    )
    assert label(router, VIVID_RED) == "red"
    assert label(router, DULL_RED) == "green"


def test_the_temporal_router_remembers_the_frames_before(load):
    router = load(Temporal(("small", "large"), (PLAIN, PLAIN), low=0.4, high=0.6))
    assert label(router, VIVID_RED) == "green"  # it begins with the large one
    assert [label(router, VIVID_RED) for _ in range(3)] == ["red"] * 3
    assert label(router, DULL_RED) == "red"  # one frame changes nothing
    assert [label(router, DULL_RED) for _ in range(6)][-1] == "green"


def test_a_network_alone_can_be_routed_too(load):
    assert label(load(Cascade(("large",), PLAIN, 0.0)), VIVID_RED) == "green"


def test_the_time_is_that_of_all_networks_that_ran(load, deployed):
    router = load(CASCADE)
    alone = load_predictor(deployed(CASCADE)[1]("large"), "onnxruntime", EngineOptions())
    timings = [
        (router.predict(VIVID_RED).timing, alone.predict(DULL_RED).timing,
         router.predict(DULL_RED).timing)
        for _ in range(300)
    ]  # fmt: skip
    alone.close()
    for part in ("pre_ms", "infer_ms", "post_ms"):
        small_, large_, both = (
            # What nothing got in the way of.
            np.percentile([getattr(timing, part) for timing in column], 5)
            for column in zip(*timings, strict=True)
        )
        assert 0 < small_ < both
        assert large_ < both


def test_what_the_router_itself_takes_is_counted(load, monkeypatch):
    class Slow(Describer):
        def __call__(self, image):
            time.sleep(0.05)
            return super().__call__(image)

    monkeypatch.setattr("pipelines.selection.premodel.router.Describer", Slow)
    known = (tuple(Describer()(VIVID_RED).tolist()),)
    nothing, ones = (0.0,) * len(NAMES), (1.0,) * len(NAMES)
    router = load(Premodel(("small", "large"), 0, nothing, ones, known, (0,)))
    timings = [router.predict(VIVID_RED).timing for _ in range(3)]
    assert all(timing.pre_ms >= 50 for timing in timings)
    assert min(timing.infer_ms for timing in timings) > 0


def test_it_stands_in_the_worker_where_a_predictor_stands(deployed):
    router = load_router(*deployed(CASCADE), "onnxruntime", EngineOptions())
    results: list[Inference] = []
    with running(load=lambda: router, sink=results.append) as pipeline:
        until(lambda: len(results) > 5)
        status = pipeline.status()
    assert status.candidate == router.candidate
    assert str(router.candidate) == "adapt:mine · onnxruntime fp32"
    assert router.device == "cpu"
    assert {result.detections[0].label for result in results} <= {"red", "green", "blue"}


def test_a_refused_router_is_not_loaded(deployed):
    _, find = deployed(CASCADE)
    refused = train(ignorant(60), Scenario("accuracy", Weights(1, 0, 0)), "mine")
    with pytest.raises(InputError, match="adapt:mine must not be used: premodel: "):
        load_router(refused, find, "onnxruntime", EngineOptions())


def test_another_network_than_it_was_trained_with_is_refused(deployed):
    deployment, find = deployed(CASCADE)

    def changed(name: str) -> Network:
        network = find(name)
        manifest = msgspec.structs.replace(network.manifest, sha256="0" * 64)
        return msgspec.structs.replace(network, manifest=manifest)

    with pytest.raises(InputError, match="was trained with another network 'small' than the one"):
        load_router(deployment, changed, "onnxruntime", EngineOptions())


def test_a_network_file_that_was_damaged_since_is_refused(deployed):
    deployment, find = deployed(CASCADE)
    find("large").path.write_bytes(b"no network")
    with pytest.raises(InputError, match=r"large\.onnx of network 'large' is damaged"):
        load_router(deployment, find, "onnxruntime", EngineOptions())
