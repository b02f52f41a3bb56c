"""Two real MobileNets on real pictures: what a router does live is what its study says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from models.candidate import Candidate
from models.engines import EngineOptions
from pipelines.benchmark.data.folders import read_folders
from pipelines.selection.premodel.outcomes.examples import Pictures
from pipelines.selection.premodel.outcomes.gathering import gather
from pipelines.selection.premodel.outcomes.runner import load_runners
from pipelines.selection.premodel.outcomes.table import Facts
from pipelines.selection.premodel.router import Router
from pipelines.selection.premodel.strategies.confidence import fit_cascade
from pipelines.selection.premodel.strategies.objective import less_time
from tests.real_networks import real_network

NAMES = ("mobilenet-v1-0.25-128", "mobilenet-v2")


@pytest.mark.timeout(300)
def test_the_cascade_decides_live_as_in_its_study(real: Path) -> None:
    data = read_folders(real / "imagenet")
    data = msgspec.structs.replace(data, pictures=data.pictures[::8])
    networks = [real_network(name, real) for name in NAMES]
    runners = load_runners(networks, "onnxruntime", EngineOptions(device="cpu"))
    facts = Facts(
        networks=NAMES,
        hashes=tuple(network.manifest.sha256 for network in networks),
        task="classify",
        data=data.name,
        engine="onnxruntime",
        threads=1,
    )
    table = gather(runners, Pictures(data, networks), facts)
    assert len(table) == 63
    # 49.8 % and 88.6 % on all 500 pictures; three standard errors of 63 of them are 19 and 12.
    assert table.quality.mean(axis=0) == pytest.approx([0.498, 0.886], abs=0.19)
    # Not as measured, which another program may spoil.
    table = replace(table, times=np.tile([0.001, 0.008], (len(table), 1)))
    rows = np.arange(len(table))
    cascade = fit_cascade(table, rows, less_time(1.5))
    assert cascade.networks == NAMES
    routing = cascade.route(table, rows)
    assert 0 < (routing.answers == 0).sum() < len(table)

    router = Router(cascade, runners, Candidate("adapt:real", "fp32", "onnxruntime"))
    for example, answer in zip(Pictures(data, networks), routing.answers, strict=True):
        found = router.predict(example.image).detections
        assert found == runners[answer].run(example.image).prediction.detections
    router.close()
