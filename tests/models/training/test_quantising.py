from __future__ import annotations

import msgspec
import numpy as np
import pytest

from models.crosscheck import compare
from models.manifest import Network
from models.training.networks import FAMILIES
from models.training.quantising import quantise
from models.trial import expect_survival
from tests.models.training.test_starting import exported


@pytest.mark.parametrize("name", FAMILIES.names())
def test_every_engine_runs_every_family_in_8_bits(name, tmp_path):
    network = exported(name, tmp_path, side=64)
    noise = np.random.default_rng(0).integers(0, 255, (4, 64, 64, 3), np.uint8)
    quantise(network, noise, network.path)
    assert b"QuantizeLinear" in network.path.read_bytes()
    manifest = msgspec.structs.replace(network.manifest, precision="int8")
    small = Network(manifest, network.path, network.labels)
    check = compare(small, first=expect_survival)
    # ncnn has no layers for it.
    assert not check.failed.keys() - {"ncnn"}
