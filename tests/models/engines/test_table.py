"""Which engine could run what, and what is said where one is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from models.engines import ENGINES, EngineOptions, engines_for, precisions
from models.engines.processor import processor_precisions
from models.errors import EngineError, MissingExtra, ModelFileError
from models.manifest import DecoderSection, Network, Precision
from models.plugins import PluginTable
from models.predictor import load_engine, load_predictor
from tests.conftest import ROOT
from tests.tiny_networks import colours, network

X86 = "processor\t: 0\nflags\t\t: fpu avx512f avx512_bf16 amx_tile\n"
ARM = "processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd fphp asimdhp\n"
OLD = "processor\t: 0\nFeatures\t: fp asimd\nflags : \n"


def tiny(folder: Path, file: str = "n.onnx", precision: Precision = "fp32") -> Network:
    return network(colours(folder / file), DecoderSection(name="classify"), precision=precision)


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """What stands in for /proc/cpuinfo."""
    path = tmp_path / "cpuinfo"
    monkeypatch.setattr("models.engines.processor._CPUINFO", path)
    monkeypatch.setattr("models.engines.processor_precisions", processor_precisions.__wrapped__)
    return path


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("n.onnx", ("onnxruntime", "opencv-dnn", "openvino", "ncnn")),
        ("N.ONNX", ("onnxruntime", "opencv-dnn", "openvino", "ncnn")),
        ("n.tflite", ("litert",)),
    ],
)
def test_the_file_says_which_engines(file: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    assert engines_for(tiny(tmp_path, file)) == expected


@pytest.mark.parametrize("file", ["n.pt", "onnx"])
def test_a_file_that_no_engine_reads(file: str, tmp_path: Path) -> None:
    expected = rf"no engine reads '{file}'; .* ends in \.onnx or \.tflite"
    with pytest.raises(ModelFileError, match=expected):
        engines_for(tiny(tmp_path, file))


def test_an_engine_that_does_not_read_the_file(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"'onnxruntime' does not read 'n.tflite'; use litert"):
        load_engine(tiny(tmp_path, "n.tflite"), "onnxruntime", EngineOptions())


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [(X86, ("fp32", "bf16")), (ARM, ("fp32", "fp16")), (OLD, ("fp32",)), (None, ("fp32",))],
)
def test_the_processor_says_which_precisions(
    kernel: str | None, expected: tuple[str, ...], processor: Path, tmp_path: Path
) -> None:
    if kernel is not None:
        processor.write_text(kernel)
    assert precisions(tiny(tmp_path), "openvino") == expected
    assert precisions(tiny(tmp_path), "onnxruntime") == ("fp32",)
    # What was quantised stays so.
    assert precisions(tiny(tmp_path, precision="int8"), "openvino") == ("int8",)


@pytest.mark.parametrize("precision", ["fp32", None])
def test_the_networks_own_precision_is_every_engines(
    precision: Precision | None, tmp_path: Path
) -> None:
    options = EngineOptions(precision=precision)
    predictor = load_predictor(tiny(tmp_path), "onnxruntime", options)
    assert predictor.candidate.precision == "fp32"
    predictor.close()


def test_a_quantised_network_has_no_other_precision(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"'tiny' is int8 and cannot be computed in bf16"):
        load_engine(
            tiny(tmp_path, precision="int8"), "onnxruntime", EngineOptions(precision="bf16")
        )


@pytest.mark.parametrize("name", ["openvino", "ncnn", "litert"])
def test_an_absent_engine_is_said_with_the_command_that_installs_it(name: str) -> None:
    code = (
        "import sys\n"
        "for name in ('openvino', 'ncnn', 'ai_edge_litert'): sys.modules[name] = None\n"
        "from models.engines import ENGINES\n"
        "from models.errors import MissingExtra\n"
        "try: ENGINES.load(sys.argv[1])\n"
        "except MissingExtra as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, name], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert f'`.venv/bin/pip install ".[{name}]"` installs it\n' in done.stdout


def test_an_engine_that_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As where a system library is missing.
    (tmp_path / "halfway.py").write_text("raise ImportError('libgone.so: no such file')")
    monkeypatch.syspath_prepend(tmp_path)
    table = PluginTable("engine", "saccade.none", {"halfway": "halfway:Engine"})
    with pytest.raises(MissingExtra, match=r"'halfway' is installed, but .*: libgone\.so"):
        table.load("halfway")


def test_every_extra_is_one_of_the_project() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name in ("openvino", "ncnn", "litert"):
        assert name in ENGINES.names()
        assert f"\n{name} = [" in text
