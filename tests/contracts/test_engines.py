"""What every inference engine must do, on networks small enough to know the answer."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import psutil
import pytest

from models.engines import ENGINES, Engine, EngineOptions, traits
from models.engines.pnnx import find_converter
from models.errors import EngineError, MissingExtra, ModelFileError
from models.manifest import Network
from models.preprocess import Preprocessor
from tests import tiny_networks, tiny_tflite
from tests.conftest import ROOT
from tests.real_networks import real_network
from tests.tiny_networks import SIDE

# For each type of file the tiny networks, and a real one that holds about 20 MB.
TINY = {".onnx": tiny_networks, ".tflite": tiny_tflite}
REAL = {".onnx": "mobilenet-v2", ".tflite": "mobilenet-v2-quant"}


@dataclass(frozen=True)
class Subject:
    """The engine under test, and the first type of file that it reads."""

    name: str
    load: type[Engine]
    ending: str

    @property
    def tiny(self) -> ModuleType:
        return TINY[self.ending]

    def real(self, folder: Path) -> Network:
        return real_network(REAL[self.ending], folder)

    @contextlib.contextmanager
    def open(self, path: Path, options: EngineOptions | None = None) -> Iterator[Engine]:
        with contextlib.closing(self.load(path, options or EngineOptions())) as engine:
            yield engine

    def image(self, planes: np.ndarray) -> np.ndarray:
        """An input tensor of three planes, in the order that the tiny networks take."""
        image = planes[None].astype(np.float32)
        return np.ascontiguousarray(
            image if self.ending == ".onnx" else image.transpose(0, 2, 3, 1)
        )

    def colour(self, blue: float, green: float, red: float) -> np.ndarray:
        planes = np.array((blue, green, red)).reshape(3, 1, 1)
        return self.image(np.broadcast_to(planes, (3, SIDE, SIDE)))


@pytest.fixture(params=ENGINES.names())
def subject(request: pytest.FixtureRequest) -> Subject:
    try:
        engine: type[Engine] = ENGINES.load(request.param)
        if request.param == "ncnn":
            find_converter()
    except MissingExtra as error:
        pytest.skip(str(error))
    return Subject(request.param, engine, traits(request.param).formats[0])


def test_computes_what_the_network_says(subject: Subject, tmp_path: Path) -> None:
    image = subject.colour(0, 1, 2)
    with subject.open(subject.tiny.colours(tmp_path / "n")) as engine:
        (found,) = engine.run(image)
        assert engine.output_names == ("colour",)
        assert engine.device == "cpu"
        assert engine.input_shape in (None, image.shape)
    weights = np.exp([0, 1, 2])
    np.testing.assert_allclose(found.ravel(), weights / weights.sum(), rtol=1e-5)
    assert found.ndim == 4


def test_outputs_come_in_the_order_of_their_names(subject: Subject, tmp_path: Path) -> None:
    planes = np.arange(3 * SIDE * SIDE, dtype=np.float32).reshape(3, SIDE, SIDE) - 50
    with subject.open(subject.tiny.three_outputs(tmp_path / "n")) as engine:
        found = dict(zip(engine.output_names, engine.run(subject.image(planes)), strict=True))
    expected = {
        "mean": planes.mean(axis=(1, 2), keepdims=True),
        "largest": planes.max(axis=(1, 2), keepdims=True),
        "positive": np.maximum(planes, 0),
    }
    assert set(found) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], subject.image(values), rtol=1e-5)


def test_every_run_is_of_its_own_input(subject: Subject, tmp_path: Path) -> None:
    with subject.open(subject.tiny.colours(tmp_path / "n")) as engine:
        winners = [
            int(np.argmax(engine.run(subject.colour(*c))[0])) for c in np.eye(3)[[2, 0, 1, 1, 0]]
        ]
    assert winners == [2, 0, 1, 1, 0]


def test_threads_take_turns_at_it(subject: Subject, tmp_path: Path) -> None:
    found: list[int] = []
    with subject.open(subject.tiny.colours(tmp_path / "n"), EngineOptions(threads=2)) as engine:
        for colour in np.eye(3)[[2, 0, 1]]:
            image = subject.colour(*colour)
            thread = threading.Thread(
                target=lambda x=image: found.append(int(np.argmax(engine.run(x)[0])))
            )
            thread.start()
            thread.join(30)
    assert found == [2, 0, 1]


@pytest.mark.parametrize("options", [EngineOptions(2), EngineOptions(2, spinning=True)])
def test_threads_and_spinning_do_not_change_the_result(
    subject: Subject, options: EngineOptions, real: Path
) -> None:
    network = subject.real(real)
    picture = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    image = Preprocessor(network.manifest.input)(picture)[0]
    results = []
    for each in (EngineOptions(threads=1), options):
        with subject.open(network.path, each) as engine:
            results.append(engine.run(image)[0].copy())
    np.testing.assert_allclose(results[0], results[1], atol=1e-3)


def test_other_threads_work_while_it_infers(subject: Subject, real: Path) -> None:
    network = subject.real(real)
    image = Preprocessor(network.manifest.input)(np.zeros((224, 224, 3), np.uint8))[0]
    wakings = 0
    done = threading.Event()

    def wake() -> None:
        nonlocal wakings
        while not done.wait(0.0005):
            wakings += 1

    with subject.open(network.path) as engine:
        engine.run(image)
        thread = threading.Thread(target=wake)
        thread.start()
        times, runs = 0.0, 0
        wakings = 0
        while times < 0.5:
            began = time.perf_counter()
            engine.run(image)
            times += time.perf_counter() - began
            runs += 1
        counted = wakings
        done.set()
        thread.join()
    # An engine that holds the interpreter lock lets others have it only between two runs.
    assert counted > 2 * runs


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
    subject: Subject,
    spoil: Callable[[bytes], bytes],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / f"bad{subject.ending}"
    path.write_bytes(spoil(subject.tiny.colours(tmp_path / "good").read_bytes()))
    with pytest.raises(ModelFileError) as caught:
        subject.load(path, EngineOptions())
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert message.count(str(path)) == 1
    assert "\n" not in message
    assert "damaged" in message
    assert capfd.readouterr() == ("", "")


def test_an_operation_that_no_engine_has(
    subject: Subject, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = subject.tiny.unknown(tmp_path / "n")
    with pytest.raises(ModelFileError, match=f"^{path}: .*(?s:Frobnicate)"):
        subject.load(path, EngineOptions())
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_not_there(subject: Subject, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="no such file"):
        subject.load(tmp_path / f"absent{subject.ending}", EngineOptions())


def test_a_device_that_is_not_there(subject: Subject, tmp_path: Path) -> None:
    path = subject.tiny.colours(tmp_path / "n")
    with pytest.raises(EngineError, match=r"'abacus'.*cpu"):
        subject.load(path, EngineOptions(device="abacus"))


def test_a_precision_that_is_not_there(subject: Subject, tmp_path: Path) -> None:
    path = subject.tiny.colours(tmp_path / "n")
    with pytest.raises(EngineError, match=f"{subject.name} cannot compute in int8"):
        subject.load(path, EngineOptions(precision="int8"))


def test_an_input_that_does_not_fit(subject: Subject, tmp_path: Path) -> None:
    with subject.open(subject.tiny.convolution(tmp_path / "n")) as engine:
        with pytest.raises(EngineError) as caught:
            engine.run(np.zeros((1, 3), np.float32))
        assert "\n" not in str(caught.value)
        # The engine is still of use.
        (found,) = engine.run(subject.colour(1, 1, 1))
    np.testing.assert_allclose(found.ravel(), np.full(SIDE * SIDE, 3))


def test_close_frees_the_memory(subject: Subject, real: Path) -> None:
    network = subject.real(real)
    image = Preprocessor(network.manifest.input)(np.zeros((224, 224, 3), np.uint8))[0]
    process = psutil.Process()

    def grown_mb(times: int) -> float:
        before = process.memory_info().rss
        for _ in range(times):
            with subject.open(network.path) as engine:
                engine.run(image)
            held.append(engine)
        return (process.memory_info().rss - before) / 1e6

    held: list[Engine] = []
    grown_mb(3)
    assert grown_mb(5) < 50


def test_tells_nobody_and_leaves_nothing_behind(subject: Subject, tmp_path: Path) -> None:
    """Some libraries report to their makers, and number the machine by a file at home."""
    path = subject.tiny.colours(tmp_path / "n")
    home = tmp_path / "home"
    home.mkdir()
    code = (
        "import sys\nfrom pathlib import Path\nfrom models.engines import ENGINES, EngineOptions\n"
        "ENGINES.load(sys.argv[1])(Path(sys.argv[2]), EngineOptions()).close()\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, subject.name, str(path)],
        cwd=ROOT,
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        check=True,
        timeout=60,
    )
    cache = home / ".cache" / "saccade"
    assert [each for each in home.rglob("*") if each.is_file() and cache not in each.parents] == []


@pytest.mark.parametrize("module", ["onnxruntime", "cv2", "openvino", "ncnn", "ai_edge_litert"])
def test_only_the_chosen_engine_is_imported(module: str) -> None:
    code = f"import sys, models.engines; assert {module!r} not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_onnxruntime_wants_one_input(tmp_path: Path) -> None:
    from onnx import helper

    nodes = [helper.make_node("Add", ["left", "right"], ["sum"])]
    shapes = {"sum": (1, 3, SIDE, SIDE)}
    inputs = ("left", "right")
    path = tiny_networks.save(tmp_path / "n.onnx", nodes, shapes, inputs=inputs)
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
    path = tiny_networks.colours(tmp_path / "n.onnx")
    engine = ENGINES.load("onnxruntime")(path, EngineOptions(device="auto"))
    assert engine.device == "cpu"
    engine.close()
    with pytest.raises(EngineError, match="cannot use the device 'cuda' here"):
        ENGINES.load("onnxruntime")(path, EngineOptions(device="cuda"))
