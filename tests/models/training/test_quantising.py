from __future__ import annotations

import numpy as np
import pytest

from models.engines import ENGINES, EngineOptions
from models.predictor import load_predictor
from models.training.networks import FAMILIES
from models.training.quantising import quantise
from tests.models.training.test_starting import exported


@pytest.mark.parametrize("name", FAMILIES.names())
def test_every_engine_runs_every_family_in_8_bits(name, tmp_path):
    network = exported(name, tmp_path, side=64)
    noise = np.random.default_rng(0).integers(0, 255, (4, 64, 64, 3), np.uint8)
    quantise(network, noise, network.path)
    assert b"QuantizeLinear" in network.path.read_bytes()
    for engine in ENGINES.names():
        load_predictor(network, engine, EngineOptions(device="cpu")).predict(noise[0])
