"""The cross-check: engines that agree, one that errs, and networks that cannot be checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from onnx import helper

from models.crosscheck import compare, cross_check
from models.engines import ENGINES, Array, EngineOptions, precisions
from models.errors import (
    CrossCheckError,
    EngineError,
    ManifestError,
    MissingExtra,
    ModelFileError,
)
from models.manifest import DecoderSection, Precision
from tests.real_networks import ALL, real_network
from tests.tiny_networks import colours, network, save

CLASSIFY = DecoderSection(name="classify")

# ncnn has no layers for slices with a step and for quantised numbers, and OpenVINO computes
# something else from the one network whose operators, not its tensors, are quantised.
UNFIT = {
    ("yolox-nano", "ncnn"): "ncnn has no layer for Tensor.slice",
    ("nanodet-m-int8", "ncnn"): "pnnx cannot convert it",
    ("nanodet-m-int8", "openvino"): "openvino",
} | {
    (name, "ncnn"): "ncnn has no layer for"
    for name in ALL
    if name.endswith("-int8") and name != "nanodet-m-int8"
}


class Wrong:
    """An engine as ONNX Runtime, but for one fault; what others import as a plug-in."""

    def __init__(self, path: Path, options: EngineOptions) -> None:
        self._right = ENGINES.load("onnxruntime")(path, options)
        self.device = "cpu"
        self.input_shape = None
        self.output_names = self._right.output_names

    def run(self, blob: Array) -> list[Array]:
        return [self.spoil(output.copy()) for output in self._right.run(blob)]

    def spoil(self, output: Any) -> Any:
        raise NotImplementedError

    def close(self) -> None:
        self._right.close()


class Rounding(Wrong):
    """No fault: other engines add up in another order."""

    def spoil(self, output: Any) -> Any:
        return output * np.float32(1 + 1e-6)


class OneValue(Wrong):
    """One value of all is wrong."""

    def spoil(self, output: Any) -> Any:
        output.flat[1] += np.abs(output).max() * 0.01
        return output


class NotANumber(Wrong):
    def spoil(self, output: Any) -> Any:
        output.flat[0] = np.nan
        return output


class Shape(Wrong):
    def spoil(self, output: Any) -> Any:
        return output.reshape(-1)


class Shuffled(Wrong):
    """Right numbers in wrong places."""

    def spoil(self, output: Any) -> Any:
        return np.random.default_rng(0).permutation(output.ravel()).reshape(output.shape)


class Renamed(Wrong):
    def __init__(self, path: Path, options: EngineOptions) -> None:
        super().__init__(path, options)
        self.output_names = tuple(f"{name}:0" for name in self.output_names)

    def spoil(self, output: Any) -> Any:
        return output


class Absent(Wrong):
    def __init__(self, path: Path, options: EngineOptions) -> None:
        raise MissingExtra("not installed")


class Failing(Wrong):
    def spoil(self, output: Any) -> Any:
        raise EngineError("out of order")


@pytest.fixture
def plugged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = (Rounding, OneValue, NotANumber, Shape, Shuffled, Renamed, Failing, Absent)
    table = {"onnxruntime": "models.engines.onnxruntime:OnnxRuntime"}
    table |= {kind.__name__: f"{__name__}:{kind.__name__}" for kind in kinds}
    monkeypatch.setattr(ENGINES, "_builtin", table)


@pytest.mark.usefixtures("plugged_in")
@pytest.mark.parametrize(
    ("engine", "reason"),
    [
        ("Rounding", None),
        ("OneValue", r"OneValue contradicts onnxruntime: its output 'colour' deviates by 0\.01"),
        ("NotANumber", r"deviates by nan"),
        ("Shape", r"'colour' has the shape \(3,\), not \(1, 3, 1, 1\)"),
        ("Renamed", r"it does not give the output 'colour'"),
        ("Failing", r"out of order"),
    ],
)
def test_one_engine(engine: str, reason: str | None, tmp_path: Path) -> None:
    check = compare(network(colours(tmp_path / "n.onnx"), CLASSIFY), [engine])
    if reason is None:
        assert check.agreed == ("onnxruntime", engine)
        assert check.refused == {}
    else:
        assert check.agreed == ("onnxruntime",)
        with pytest.raises(AssertionError, match=reason):
            raise AssertionError(check.refused[engine])


@pytest.mark.usefixtures("plugged_in")
def test_one_faulty_engine_leaves_the_others_alone(tmp_path: Path) -> None:
    check = compare(network(colours(tmp_path / "n.onnx"), CLASSIFY))
    assert check.agreed == ("onnxruntime", "Rounding")
    assert set(check.contradicted) == {"OneValue", "NotANumber", "Shape", "Renamed", "Shuffled"}
    assert set(check.failed) == {"Failing"}
    assert check.absent == {"Absent": "not installed"}


@pytest.mark.usefixtures("plugged_in")
@pytest.mark.parametrize(
    ("engines", "refused"),
    [
        # Nobody else, or nobody else that can run it: there is nothing to hold against it.
        ([], False),
        (["Failing"], False),
        (["Absent"], False),
        (["Rounding"], False),
        # One against one.
        (["OneValue"], True),
        (["OneValue", "Failing"], True),
        # Two against one.
        (["OneValue", "Rounding"], False),
    ],
)
def test_a_network_is_refused_if_engines_only_contradict_each_other(
    engines: list[str], refused: bool, tmp_path: Path
) -> None:
    tiny = network(colours(tmp_path / "n.onnx"), CLASSIFY)
    if refused:
        with pytest.raises(CrossCheckError, match=r"'tiny' is refused: OneValue contradicts"):
            cross_check(tiny, engines)
    else:
        assert "onnxruntime" in cross_check(tiny, engines).agreed


@pytest.mark.usefixtures("plugged_in")
@pytest.mark.parametrize("name", ["ssd-mobilenet-v1-int8", "mobilenet-v2-int8", "nanodet-m-int8"])
def test_a_quantised_network_may_deviate_but_not_be_wrong(name: str, real: Path) -> None:
    check = compare(real_network(name, real), ["OneValue", "Shuffled"])
    assert check.agreed == ("onnxruntime", "OneValue")
    assert "deviates by" in check.contradicted["Shuffled"]


@pytest.mark.usefixtures("plugged_in")
def test_even_a_network_that_answers_to_noise_has_its_limit(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["means"]),
        helper.make_node("Mul", ["means", "much"], ["large"]),
        helper.make_node("Sin", ["large"], ["wave"]),
    ]
    path = save(tmp_path / "n.onnx", nodes, {"wave": (1, 3, 1, 1)}, {"much": [1e6]})
    check = compare(network(path, CLASSIFY, precision="int8"), ["OneValue", "Shuffled"])
    assert check.agreed == ("onnxruntime", "OneValue")
    assert "and 1 is allowed" in check.contradicted["Shuffled"]


@pytest.mark.parametrize("name", ALL)
def test_real_networks(name: str, real: Path) -> None:
    check = compare(real_network(name, real))
    if name == "squeezenet-v1.0" and cv2.__version__.startswith("5."):
        pytest.skip("the next test is about it")
    assert check.agreed[:2] == ("onnxruntime", "opencv-dnn"), check.refused
    for engine in ("openvino", "ncnn"):
        reason = UNFIT.get((name, engine))
        if reason is None:
            assert engine in (*check.agreed, *check.absent), check.refused
        elif engine not in check.absent:
            assert reason in check.refused[engine]


@pytest.mark.parametrize("engine", ["openvino", "ncnn"])
@pytest.mark.parametrize("name", ["fastestdet", "squeezenet-v1.1", "yunet"])
def test_bfloat16_is_allowed_its_rounding(name: str, engine: str, real: Path) -> None:
    network = real_network(name, real)
    if "bf16" not in precisions(network, engine):
        pytest.skip("this processor does not compute in bfloat16")
    check = compare(network, [engine], "bf16")
    assert engine in (*check.agreed, *check.absent), check.refused


@pytest.mark.parametrize("name", ["mobilenet-v2-quant", "ssd-mobilenet-v1-quant"])
def test_a_tflite_file_has_a_reference_of_its_own(name: str, real: Path) -> None:
    pytest.importorskip("ai_edge_litert")
    check = compare(real_network(name, real))
    assert check.agreed == ("litert",)
    assert check.refused == {}


@pytest.mark.skipif(not cv2.__version__.startswith("5.0"), reason="a fault of OpenCV 5.0")
def test_opencv_5_computes_squeezenet_wrongly(real: Path) -> None:
    squeezenet = real_network("squeezenet-v1.0", real)
    # Others side with the reference, where there are others.
    others = compare(squeezenet)
    assert set(others.contradicted) == {"opencv-dnn"}
    with pytest.raises(CrossCheckError) as caught:
        cross_check(squeezenet, ["opencv-dnn"])
    message = str(caught.value)
    assert "opencv-dnn contradicts onnxruntime" in message
    assert "'pool_final_out' deviates by 0." in message
    assert "\n" not in message


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_network_that_gives_no_numbers(precision: Precision, tmp_path: Path) -> None:
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["means"]),
        helper.make_node("Neg", ["means"], ["negative"]),
        helper.make_node("Sqrt", ["negative"], ["none"]),
    ]
    path = save(tmp_path / "n.onnx", nodes, {"none": (1, 3, 1, 1)})
    with pytest.raises(CrossCheckError, match="'none' has values that are not numbers"):
        compare(network(path, CLASSIFY, precision=precision))


def test_a_damaged_file_and_a_wrong_manifest(tmp_path: Path) -> None:
    tiny = network(colours(tmp_path / "n.onnx"), CLASSIFY, labels=("blue", "green"))
    with pytest.raises(ManifestError, match="2 labels"):
        compare(tiny)
    tiny.path.write_bytes(b"no network")
    with pytest.raises(ModelFileError, match="damaged"):
        compare(tiny)


def test_a_network_that_the_reference_cannot_run(tmp_path: Path) -> None:
    # The shape is only found to be impossible when it runs.
    nodes = [
        helper.make_node("NonZero", ["image"], ["places"]),
        helper.make_node("Cast", ["places"], ["floats"], to=1),
        helper.make_node("Reshape", ["floats", "shape"], ["out"]),
        helper.make_node("Constant", [], ["shape"], value_ints=[1, 7, 11, 13]),
    ]
    path = save(tmp_path / "n.onnx", nodes[-1:] + nodes[:-1], {"out": (1, 7, 11, 13)})
    with pytest.raises(CrossCheckError, match="cannot be checked: onnxruntime cannot run"):
        compare(network(path, CLASSIFY))
