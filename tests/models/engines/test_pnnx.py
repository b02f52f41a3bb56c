"""The conversion for ncnn: kept, shared, and never half done."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import onnx
import pytest

from models.engines import EngineOptions
from models.errors import EngineError, MissingExtra, ModelFileError
from models.manifest import sha256_of
from tests.conftest import ROOT
from tests.real_networks import real_network
from tests.tiny_networks import SIDE, colours, save, three_outputs

pytest.importorskip("ncnn")
from models.engines import pnnx
from models.engines.ncnn import Ncnn


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; skips without pnnx."""
    try:
        pnnx.find_converter()
    except MissingExtra as error:
        pytest.skip(str(error))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "saccade" / "ncnn"


@pytest.fixture
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is found in place of pnnx; the test writes it."""
    program = tmp_path / "bin" / "pnnx"
    program.parent.mkdir()
    monkeypatch.setattr(pnnx, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return program


def write_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{textwrap.dedent(script)}")
    path.chmod(0o755)


def test_what_is_lost_is_kept_beside_it(cache: Path, tmp_path: Path) -> None:
    path = three_outputs(tmp_path / "n.onnx")
    converted = pnnx.convert(path)
    assert converted.param.parent == cache / sha256_of(path)
    assert converted.about.input_shape == (1, 3, SIDE, SIDE)
    assert [(output.name, output.shape) for output in converted.about.outputs] == [
        ("mean", (1, 3, 1, 1)),
        ("largest", (1, 3, 1, 1)),
        ("positive", (1, 3, SIDE, SIDE)),
    ]
    # pnnx writes a good deal more, some of it beside what it reads.
    assert sorted(each.name for each in cache.iterdir()) == [sha256_of(path)]
    assert len(list(converted.param.parent.iterdir())) == 3
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["n.onnx"]


def test_a_network_is_converted_once(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pnnx.convert(colours(tmp_path / "n.onnx"))
    monkeypatch.setattr(pnnx, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", "")
    (tmp_path / "n.onnx").rename(tmp_path / "another name.onnx")
    assert pnnx.convert(tmp_path / "another name.onnx") == first
    # Another network is not taken for it.
    with pytest.raises(MissingExtra, match=r"pnnx, .*`\.venv/bin/pip install --no-deps pnnx`"):
        pnnx.convert(three_outputs(tmp_path / "n.onnx"))


def test_a_converted_network_needs_no_other_engine(tmp_path: Path) -> None:
    path = colours(tmp_path / "n.onnx")
    pnnx.convert(path)
    code = "import sys; from pathlib import Path; from models.engines import *\n"
    code += "ENGINES.load('ncnn')(Path(sys.argv[1]), EngineOptions())\n"
    code += "assert not {'onnxruntime', 'torch', 'cv2'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=True, timeout=60)


def test_two_processes_convert_at_the_same_time(cache: Path, tmp_path: Path) -> None:
    path = colours(tmp_path / "n.onnx")
    code = "import sys; from pathlib import Path; from models.engines.pnnx import convert\n"
    code += "convert(Path(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(path)]
    both = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [each.wait(60) for each in both] == [0, 0]
    assert [each.name for each in cache.iterdir()] == [sha256_of(path)]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 3", "it ends with status 3"),
        ("echo first; echo 'no such: luck.' >&2; exit 1", "no such: luck"),
        ("kill -SEGV $$", "it ends by signal 11"),
        ("echo done", "done"),
        # Two lines of numbers, then the layers.
        (
            "printf '7767517\\n2 2\\nInput in0 0 1 in0\\nTensor.slice a 1 1 in0 out0\\n'"
            " >network.param; : >network.bin",
            "ncnn has no layer for Tensor.slice",
        ),
    ],
)
def test_a_conversion_that_fails(
    script: str, reason: str, cache: Path, converter: Path, tmp_path: Path
) -> None:
    write_program(converter, script)
    path = colours(tmp_path / "n.onnx")
    with pytest.raises(EngineError) as caught:
        Ncnn(path, EngineOptions())
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).endswith(reason)
    assert list(cache.iterdir()) == []


def test_a_conversion_that_hangs(
    cache: Path, converter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_program(converter, "exec sleep 60")
    monkeypatch.setattr(pnnx, "TIMEOUT_S", 0.2)
    with pytest.raises(EngineError, match=r"has not converted it for ncnn in 0\.2 s"):
        pnnx.convert(colours(tmp_path / "n.onnx"))
    assert list(cache.iterdir()) == []


def test_a_converter_for_another_processor(converter: Path, tmp_path: Path) -> None:
    converter.write_bytes(b"\x7fELF of another kind")
    converter.chmod(0o755)
    with pytest.raises(EngineError, match=f"^{converter}: cannot be run: Exec format error"):
        pnnx.convert(colours(tmp_path / "n.onnx"))


def test_a_path_is_one_word(tmp_path: Path, converter: Path) -> None:
    write_program(converter, 'echo "$1" >&2; exit 1')
    path = colours(tmp_path / "a b;touch c.onnx")
    with pytest.raises(EngineError, match=r"for ncnn: network\.onnx$"):
        pnnx.convert(path)


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_an_input_without_a_fixed_size(dimension: int, tmp_path: Path) -> None:
    model = onnx.load(colours(tmp_path / "n.onnx"))
    model.graph.input[0].type.tensor_type.shape.dim[dimension].dim_param = "any"
    onnx.save(model, str(tmp_path / "n.onnx"))
    with pytest.raises(ModelFileError, match="takes images of a fixed size"):
        pnnx.convert(tmp_path / "n.onnx")


def test_a_damaged_cache_says_what_to_delete(cache: Path, tmp_path: Path) -> None:
    path = colours(tmp_path / "n.onnx")
    converted = pnnx.convert(path)
    converted.param.write_text("7767517\n0 0\n")
    folder = cache / sha256_of(path)
    for _ in range(2):
        with pytest.raises(EngineError, match=f"^{folder}: is damaged; delete it"):
            Ncnn(path, EngineOptions())
        (folder / "network.json").write_text("{")


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(EngineError, match=r"file/saccade/ncnn: .* cannot be written there"):
        pnnx.convert(colours(tmp_path / "n.onnx"))


def test_the_input_is_not_written_to(tmp_path: Path) -> None:
    nodes = [onnx.helper.make_node("Relu", ["image"], ["positive"])]
    path = save(tmp_path / "n.onnx", nodes, {"positive": (1, 3, SIDE, SIDE)})
    image = np.random.default_rng(0).standard_normal((1, 3, SIDE, SIDE)).astype(np.float32)
    before = image.copy()
    with contextlib.closing(Ncnn(path, EngineOptions())) as engine:
        (found,) = engine.run(image)
    np.testing.assert_array_equal(image, before)
    np.testing.assert_array_equal(found, np.maximum(before, 0))


def test_bfloat16_is_computed_in_bfloat16(real: Path) -> None:
    path = real_network("squeezenet-v1.1", real).path
    image = np.random.default_rng(0).random((1, 3, 227, 227), np.float32) * 255
    found = []
    for options in (EngineOptions(), EngineOptions(precision="bf16")):
        with contextlib.closing(Ncnn(path, options)) as engine:
            found.append(engine.run(image)[0].copy())
    assert not np.allclose(*found, rtol=1e-4)
    np.testing.assert_allclose(*found, atol=0.05)


def test_an_output_of_another_size_is_no_output(tmp_path: Path) -> None:
    # pnnx takes the first of the three for all of them.
    nodes = [
        onnx.helper.make_node("GlobalAveragePool", ["image"], ["means"]),
        onnx.helper.make_node("Flatten", ["means"], ["flat"]),
        onnx.helper.make_node("Constant", [], ["picks"], value_ints=[0, 1, 2]),
        onnx.helper.make_node("Gather", ["flat", "picks"], ["scores"], axis=1),
    ]
    path = save(tmp_path / "n.onnx", nodes, {"scores": (1, 3)})
    engine = Ncnn(path, EngineOptions())
    expected = pytest.raises(EngineError, match=r"made \(1,\) of its output 'scores'.* \(1, 3\)")
    with contextlib.closing(engine), expected:
        engine.run(np.zeros((1, 3, SIDE, SIDE), np.float32))
