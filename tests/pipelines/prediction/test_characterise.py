"""Characterising with real engines, in their own process."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest

from models.engines import EngineOptions
from models.errors import InputError, SaccadeError
from pipelines.power import PowerOptions, PowerSource
from pipelines.power.modelled import Modelled
from pipelines.prediction import characterise as module
from pipelines.prediction.chains import make_chain
from pipelines.prediction.characterise import characterise
from pipelines.prediction.layers import read_layers, work_of
from pipelines.prediction.predict import predict
from pipelines.prediction.process import Process
from pipelines.prediction.profile import ProfileFile, Setup


def setup(engine: str = "onnxruntime") -> Setup:
    return Setup.of(engine, EngineOptions(1, device="cpu"), "fp32")


@pytest.fixture
def power() -> PowerSource:
    return Modelled(PowerOptions())


def test_a_chain_is_timed_with_its_work_and_power(tmp_path: Path, power: PowerSource) -> None:
    with Process(setup()) as process:
        sample = process.measure(5, power)
    assert sample.failure == ""
    assert sample.ms is not None
    assert sample.ms > 0
    assert sample.power is not None
    assert sample.power.kind == "modelled"
    path = tmp_path / "chain.onnx"
    onnx.save(make_chain(5, "fp32"), str(path))
    assert sample.work == work_of(read_layers(path))


def test_nothing_is_left_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with Process(setup()) as process:
        process.measure(5, None)
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


BROKEN = '''
"""An engine that dies when it loads its third network, and cannot read its fourth."""

import os
from pathlib import Path

from models.errors import EngineError
from models.engines.onnxruntime import OnnxRuntime

COUNTER = Path(__file__).with_name("counter")


class Broken(OnnxRuntime):
    def __init__(self, path, options):
        count = int(COUNTER.read_text() if COUNTER.exists() else 0) + 1
        COUNTER.write_text(str(count))
        if count == 4:
            raise EngineError("there is no such operator")
        if count == 3:
            os.abort()
        super().__init__(path, options)
'''


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = BROKEN) -> None:
    """An installed package with an engine called "broken", for child processes too."""
    (folder / "broken_engine.py").write_text(text)
    about = folder / "broken_engine-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-engine\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[saccade.engines]\nbroken = broken_engine:Broken\n")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", str(folder))


def test_an_engine_that_dies_costs_the_chain_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    with Process(setup("broken")) as process:
        # Those that were disturbed are loaded twice.
        samples = [process.measure(5, None) for _ in range(5)]
    reasons = [sample.failure for sample in samples if sample.ms is None]
    assert samples[0].ms is not None
    assert samples[-1].ms is not None
    assert set(reasons) <= {
        "the measuring process failed: status -6",
        "there is no such operator",
    }
    assert reasons


def test_a_hopeless_engine_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, BROKEN.replace("count == 4", "True"))
    file = ProfileFile(tmp_path / "profiles", "here", setup("broken"))
    with pytest.raises(SaccadeError, match=r"only 0 of the networks.*no such operator"):
        characterise(file)
    assert 0 < len(file.read().samples) < 20
    assert not file.read().complete


def test_interrupted_it_goes_on_and_predicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, power: PowerSource
) -> None:
    monkeypatch.setattr(module, "MIN_CHAINS", 8)
    monkeypatch.setattr("pipelines.prediction.profile.MIN_CHAINS", 8)
    file = ProfileFile(tmp_path, "here", setup())

    class Impatience(Exception):
        pass

    def give_up(share: float, left_s: float) -> None:
        assert 0 <= share <= 1
        if len(file.read().samples) == 5:
            raise Impatience

    with pytest.raises(Impatience):
        characterise(file, power, give_up, chains=10)
    assert not file.read().complete
    begun = file.read().samples
    profile = characterise(file, power, chains=10)
    assert profile.samples[:5] == begun
    assert [sample.seed for sample in profile.samples] == list(range(10))
    assert file.read() == profile

    path = tmp_path / "chain.onnx"
    onnx.save(make_chain(99, "fp32"), str(path))
    found = predict(read_layers(path), profile)
    assert 0 < found.ms.low <= found.ms.total
    assert found.energy is not None
    assert found.energy.kind == "modelled"
    # A complete profile is not measured again.
    assert characterise(file, power, give_up) == profile


def test_little_time_still_gives_enough_chains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MIN_CHAINS", 3)
    monkeypatch.setattr("pipelines.prediction.profile.MIN_CHAINS", 3)
    profile = characterise(ProfileFile(tmp_path, "here", setup()), seconds=0.0)
    assert len(profile.measured) == 3


def test_an_engine_without_onnx(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'litert' reads no ONNX file"):
        characterise(ProfileFile(tmp_path, "here", setup("litert")))


def test_an_unknown_engine(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown engine 'onnxruntim'"):
        characterise(ProfileFile(tmp_path, "here", setup("onnxruntim")))
