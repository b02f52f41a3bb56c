"""What every inference engine must do, on networks small enough to know the answer."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from onnx import helper

from models.engines import ENGINES, Engine, EngineOptions
from models.errors import EngineError, MissingExtra, ModelFileError
from tests.conftest import ROOT
from tests.real_networks import real_network
from tests.tiny_networks import SIDE, colours, save

Open = Callable[..., Engine]


@pytest.fixture(params=ENGINES.names())
def engine_class(request: pytest.FixtureRequest) -> type[Engine]:
    try:
        engine: type[Engine] = ENGINES.load(request.param)
    except MissingExtra as error:
        pytest.skip(str(error))
    return engine


def blob(blue: float, green: float, red: float) -> np.ndarray:
    planes = np.array((blue, green, red), np.float32).reshape(1, 3, 1, 1)
    return np.ascontiguousarray(np.broadcast_to(planes, (1, 3, SIDE, SIDE)))


def test_computes_what_the_network_says(engine_class: type[Engine], tmp_path: Path) -> None:
    engine = engine_class(colours(tmp_path / "n.onnx"), EngineOptions())
    with contextlib.closing(engine):
        (found,) = engine.run(blob(0, 1, 2))
        assert engine.output_names == ("colour",)
        assert engine.device == "cpu"
        assert engine.input_shape in (None, (1, 3, SIDE, SIDE))
    weights = np.exp([0, 1, 2])
    np.testing.assert_allclose(found.ravel(), weights / weights.sum(), rtol=1e-5)


def test_outputs_come_in_the_order_of_their_names(
    engine_class: type[Engine], tmp_path: Path
) -> None:
    nodes = [
        helper.make_node("MaxPool", ["image"], ["largest"], kernel_shape=[SIDE, SIDE]),
        helper.make_node("GlobalAveragePool", ["image"], ["mean"]),
        helper.make_node("Relu", ["image"], ["positive"]),
    ]
    shapes = {"mean": (1, 3, 1, 1), "largest": (1, 3, 1, 1), "positive": (1, 3, SIDE, SIDE)}
    engine = engine_class(save(tmp_path / "n.onnx", nodes, shapes), EngineOptions())
    image = np.arange(3 * SIDE * SIDE, dtype=np.float32).reshape(1, 3, SIDE, SIDE) - 50
    with contextlib.closing(engine):
        found = dict(zip(engine.output_names, engine.run(image), strict=True))
    np.testing.assert_allclose(found["mean"], image.mean(axis=(2, 3), keepdims=True), rtol=1e-5)
    np.testing.assert_array_equal(found["largest"], image.max(axis=(2, 3), keepdims=True))
    np.testing.assert_array_equal(found["positive"], np.maximum(image, 0))


def test_every_run_is_of_its_own_input(engine_class: type[Engine], tmp_path: Path) -> None:
    engine = engine_class(colours(tmp_path / "n.onnx"), EngineOptions())
    with contextlib.closing(engine):
        winners = [int(np.argmax(engine.run(blob(*c))[0])) for c in np.eye(3)[[2, 0, 1, 1, 0]]]
    assert winners == [2, 0, 1, 1, 0]


def test_runs_on_another_thread_than_it_was_loaded_on(
    engine_class: type[Engine], tmp_path: Path
) -> None:
    engine = engine_class(colours(tmp_path / "n.onnx"), EngineOptions(threads=2))
    found = []
    thread = threading.Thread(target=lambda: found.extend(engine.run(blob(0, 5, 0))))
    thread.start()
    thread.join(30)
    engine.close()
    assert int(np.argmax(found[0])) == 1


@pytest.mark.parametrize("options", [EngineOptions(2), EngineOptions(2, spinning=True)])
def test_threads_and_spinning_do_not_change_the_result(
    engine_class: type[Engine], options: EngineOptions, real: Path
) -> None:
    path = real_network("fastestdet", real).path
    image = np.random.default_rng(0).random((1, 3, 352, 352), np.float32)
    results = []
    for each in (EngineOptions(threads=1), options):
        engine = engine_class(path, each)
        with contextlib.closing(engine):
            results.append(engine.run(image)[0].copy())
    np.testing.assert_allclose(results[0], results[1], atol=1e-3)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[: len(content) // 2],  # truncated
        lambda _: b"\xff\xd8\xff\xe0 this is a JPEG, at least at its beginning",
        lambda _: b"",
    ],
    ids=["truncated", "other", "empty"],
)
def test_a_file_that_is_no_network(
    engine_class: type[Engine],
    spoil: Callable[[bytes], bytes],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "bad.onnx"
    path.write_bytes(spoil(colours(tmp_path / "good.onnx").read_bytes()))
    with pytest.raises(ModelFileError) as caught:
        engine_class(path, EngineOptions())
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert message.count(str(path)) == 1
    assert "\n" not in message
    assert "damaged" in message
    assert capfd.readouterr() == ("", "")


def test_an_operation_that_no_engine_has(
    engine_class: type[Engine], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    node = helper.make_node("Frobnicate", ["image"], ["out"], domain="nowhere")
    path = save(tmp_path / "n.onnx", [node], {"out": (1, 3, SIDE, SIDE)})
    with pytest.raises(ModelFileError, match=f"^{path}: .*(?s:Frobnicate)"):
        engine_class(path, EngineOptions())
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_not_there(engine_class: type[Engine], tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="no such file"):
        engine_class(tmp_path / "absent.onnx", EngineOptions())


def test_a_device_that_is_not_there(engine_class: type[Engine], tmp_path: Path) -> None:
    path = colours(tmp_path / "n.onnx")
    with pytest.raises(EngineError, match=r"'abacus'.*cpu"):
        engine_class(path, EngineOptions(device="abacus"))


def test_an_input_that_does_not_fit(engine_class: type[Engine], tmp_path: Path) -> None:
    # A convolution with weights for three channels.
    node = helper.make_node("Conv", ["image", "weights"], ["out"], kernel_shape=[1, 1])
    weights = {"weights": np.ones((1, 3, 1, 1)).tolist()}
    path = save(tmp_path / "n.onnx", [node], {"out": (1, 1, SIDE, SIDE)}, weights)
    engine = engine_class(path, EngineOptions())
    with contextlib.closing(engine):
        with pytest.raises(EngineError) as caught:
            engine.run(np.zeros((1, 3), np.float32))
        assert "\n" not in str(caught.value)
        # The engine is still of use.
        assert engine.run(blob(1, 1, 1))[0].shape == (1, 1, SIDE, SIDE)


def test_close_frees_the_memory(engine_class: type[Engine], real: Path) -> None:
    path = real_network("yolox-nano", real).path
    image = np.zeros((1, 3, 416, 416), np.float32)
    process = psutil.Process()

    def grown_mb(times: int) -> float:
        before = process.memory_info().rss
        for _ in range(times):
            engine = engine_class(path, EngineOptions())
            engine.run(image)
            engine.close()
            held.append(engine)
        return (process.memory_info().rss - before) / 1e6

    held: list[Engine] = []
    grown_mb(4)
    # Each holds about 20 MB while it is open.
    assert grown_mb(8) < 60


@pytest.mark.parametrize("module", ["onnxruntime", "cv2"])
def test_only_the_chosen_engine_is_imported(module: str) -> None:
    code = f"import sys, models.engines; assert {module!r} not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_onnxruntime_wants_one_input(tmp_path: Path) -> None:
    nodes = [helper.make_node("Add", ["left", "right"], ["sum"])]
    shapes = {"sum": (1, 3, SIDE, SIDE)}
    path = save(tmp_path / "n.onnx", nodes, shapes, inputs=("left", "right"))
    with pytest.raises(ModelFileError, match=r"2 inputs \(left, right\)"):
        ENGINES.load("onnxruntime")(path, EngineOptions())


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_onnxruntime_prefers_accelerators_and_falls_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import onnxruntime

    # As on a machine whose ONNX Runtime was built for CUDA, but which has no working driver.
    available = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this machine may have a working accelerator")
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: available)
    path = colours(tmp_path / "n.onnx")
    engine = ENGINES.load("onnxruntime")(path, EngineOptions(device="auto"))
    assert engine.device == "cpu"
    engine.close()
    with pytest.raises(EngineError, match="cannot use the device 'cuda' here"):
        ENGINES.load("onnxruntime")(path, EngineOptions(device="cuda"))
