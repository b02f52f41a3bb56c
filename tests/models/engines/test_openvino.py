"""OpenVINO: precisions, and networks whose batch size is free."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import onnx
import pytest

from models.engines import EngineOptions, precisions
from models.errors import EngineError
from models.manifest import Precision
from models.predictor import load_predictor
from tests.real_networks import real_network
from tests.tiny_networks import SIDE, colours

pytest.importorskip("openvino")
from models.engines.openvino import OpenVino


def test_a_free_batch_size_is_one(tmp_path: Path) -> None:
    model = onnx.load(colours(tmp_path / "n.onnx"))
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    onnx.save(model, str(tmp_path / "free.onnx"))
    with contextlib.closing(OpenVino(tmp_path / "free.onnx", EngineOptions())) as engine:
        assert engine.input_shape == (1, 3, SIDE, SIDE)
        (found,) = engine.run(np.zeros((1, 3, SIDE, SIDE), np.float32))
    assert found.shape == (1, 3, 1, 1)


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_a_precision_is_the_one_that_is_said_or_refused(precision: Precision, real: Path) -> None:
    network = real_network("squeezenet-v1.1", real)
    options = EngineOptions(precision=precision)
    if precision not in precisions(network, "openvino"):
        with pytest.raises(EngineError, match=f"cannot compute in {precision} on this processor"):
            OpenVino(network.path, options)
        return
    image = np.random.default_rng(0).random((1, 3, 227, 227), np.float32) * 255
    found = {}
    for each in (EngineOptions(), options):
        with contextlib.closing(OpenVino(network.path, each)) as engine:
            found[each.precision] = engine.run(image)[0].copy()
    # Neither the same numbers nor other ones.
    assert not np.allclose(found[None], found[precision], rtol=1e-4)
    np.testing.assert_allclose(found[None], found[precision], atol=0.05)
    predictor = load_predictor(network, "openvino", options)
    assert predictor.candidate.precision == precision
    predictor.close()
