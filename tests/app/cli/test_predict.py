from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import onnx
import pytest

from app.cli import main
from models.engines import EngineOptions
from pipelines.benchmark.platform import fingerprint
from pipelines.power import PowerReading
from pipelines.prediction.chains import make_chain
from pipelines.prediction.layers import read_layers, work_of
from pipelines.prediction.profile import ProfileFile, Sample, Setup
from tests.pipelines.prediction.files import separable
from tests.pipelines.prediction.test_predict import true_ms

SETUP = Setup.of("onnxruntime", EngineOptions(3, device="auto"), "fp32")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """Real chains on an ideal engine that draws 5 W."""
    path = tmp_path_factory.mktemp("chains") / "chain.onnx"
    found = []
    for seed in range(65):
        onnx.save(make_chain(seed, "fp32"), str(path))
        layers = read_layers(path)
        power = PowerReading(5.0, "measured", "package", "rapl")
        found.append(Sample(seed, true_ms(layers), work_of(layers), power))
    return found


@pytest.fixture
def config(tmp_path: Path, samples: list[Sample]) -> str:
    """A configuration under which three threads of onnxruntime have been characterised."""
    file = ProfileFile(tmp_path / "profiles", fingerprint(), SETUP)
    for sample in samples:
        file.add(sample)
    file.finish()
    path = tmp_path / "config.toml"
    path.write_text(f"[engine]\nthreads = 3\n[storage]\nmeasurements = '{tmp_path}/m.sqlite'\n")
    return str(path)


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "net.onnx"
    separable(path, [32, 64, 128, 256], side=96)
    return path


def test_the_account(network: Path, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(network), "--config", config]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""  # nothing is measured again
    head, time, energy, _, columns, *rest = captured.out.splitlines()
    assert head.startswith("net.onnx with onnxruntime fp32 auto 3 threads, 1")
    assert "ms an inference" in time
    assert energy.endswith("J, measured, package, idle included")
    assert columns.split() == ["layers", "ms", "share", "mJ"]
    assert rest[0].split()[0] == "conv1x1"  # the most expensive first
    assert "65 networks that were measured here" in rest[-1]


def test_the_document(network: Path, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(network), "--config", config, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    truth = true_ms(read_layers(network))
    assert found["ms"]["total"] == pytest.approx(truth, rel=0.05)
    assert found["ms"]["ci95"][0] <= found["ms"]["total"] <= found["ms"]["ci95"][1]
    assert sum(found["ms"]["by_kind"].values()) == pytest.approx(found["ms"]["total"])
    assert found["fps"] == pytest.approx(1e3 / found["ms"]["total"])
    assert found["energy_j"]["total"] == pytest.approx(truth * 5 / 1e3, rel=0.05)
    assert found["energy_j"]["kind"] == "measured"
    assert (found["engine"], found["threads"], found["precision"]) == ("onnxruntime", 3, "fp32")
    assert found["left_out"] == []


def test_an_unfinished_characterisation_goes_on_first(
    tmp_path: Path,
    network: Path,
    config: str,
    samples: list[Sample],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = ProfileFile(tmp_path / "profiles", fingerprint(), SETUP)
    file.forget()
    for sample in samples:
        file.add(sample)
    monkeypatch.setattr("pipelines.prediction.characterise.SECONDS", 0.0)
    assert main(["predict", str(network), "--config", config]) == 0
    captured = capsys.readouterr()
    assert "characterised once on this device" in captured.err
    assert file.read().complete


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.onnx"], "none.onnx: there is no such file"),
        (["bad.onnx"], "is damaged, or is not a network in ONNX format"),
        (["net.onnx", "--engine", "onnxruntim"], "did you mean 'onnxruntime'"),
        (["net.onnx", "--engine", "litert"], "'litert' reads no ONNX file"),
    ],
)
def test_bad_input(
    network: Path,
    config: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(network.parent)
    Path("bad.onnx").write_bytes(b"not a network")
    assert main(["predict", *arguments, "--config", config]) == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


def test_a_number_of_threads_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["predict", "net.onnx", "--threads", "0"])
    assert "expected a whole number" in capsys.readouterr().err
