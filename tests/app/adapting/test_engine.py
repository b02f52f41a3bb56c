from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.adapting.engine import engine_of, shared_engine
from app.config import Config, EngineConfig
from models.engines import engines_for
from models.errors import InputError, UnknownName
from models.manifest import Network
from tests.pipelines.selection.premodel.networks import large, small


def tflite(network: Network) -> Network:
    manifest = msgspec.structs.replace(network.manifest, file="network.tflite")
    return msgspec.structs.replace(network, manifest=manifest)


def test_all_networks_run_in_the_first_engine_that_reads_them_all(tmp_path: Path):
    networks = [small(tmp_path), large(tmp_path)]
    assert shared_engine(networks) == engines_for(networks[0])[0]
    others = [tflite(network) for network in networks]
    assert shared_engine(others) == engines_for(others[0])[0]


def test_networks_that_no_engine_reads_together_are_refused(tmp_path: Path):
    with pytest.raises(InputError, match="no engine reads all of these networks: small, large"):
        shared_engine([small(tmp_path), tflite(large(tmp_path))])


def test_the_configuration_goes_before_what_is_usual():
    assert engine_of(Config(), "opencv-dnn")[0] == "opencv-dnn"
    named = Config(engine=EngineConfig(name="onnxruntime", threads=3, device="cpu"))
    name, options = engine_of(named, "opencv-dnn")
    assert (name, options.threads, options.device) == ("onnxruntime", 3, "cpu")
    with pytest.raises(UnknownName, match="unknown engine 'onnx'"):
        engine_of(Config(engine=EngineConfig(name="onnx")), "opencv-dnn")


def test_cameras_share_the_cores():
    assert engine_of(Config(), "onnxruntime", cameras=100)[1].threads == 1
