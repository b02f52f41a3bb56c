"""What prediction reads of an ONNX file, against counts by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from onnx import helper

from models.errors import ModelFileError
from pipelines.prediction.layers import read_layers, work_of
from tests.pipelines.prediction.files import conv, separable, write


def test_work_of_convolutions_counted_by_hand(tmp_path: Path) -> None:
    stem, depthwise, pointwise = separable(tmp_path / "net.onnx", [16, 32])
    # 4×4 pixels × 16 channels × 3×3 windows of 3 channels
    assert (stem.kind, stem.macs) == ("stem", 4 * 4 * 16 * 27)
    assert (stem.inputs, stem.outputs, stem.parameters) == (3 * 64, 256, 16 * 27)
    assert (depthwise.kind, depthwise.macs) == ("depthwise", 4 * 4 * 16 * 9)
    assert depthwise.parameters == 144
    assert (pointwise.kind, pointwise.macs) == ("conv1x1", 4 * 4 * 32 * 16)


def test_padded_work_is_that_of_whole_vectors(tmp_path: Path) -> None:
    _, depthwise, pointwise = separable(tmp_path / "net.onnx", [20, 36])
    assert depthwise.padded_macs == 4 * 4 * 32 * 9
    assert pointwise.padded_macs == 4 * 4 * 48 * 32


@pytest.mark.parametrize(
    ("shape", "kernel", "group", "kind"),
    [
        ((8, 16, 3, 3), 3, 1, "convkxk"),
        ((8, 8, 3, 3), 3, 2, "grouped"),
        # three input or output channels fill no vector of four
        ((3, 16, 1, 1), 1, 1, "conv1x1 odd"),
    ],
)
def test_kinds_of_convolution(
    tmp_path: Path, shape: tuple[int, ...], kernel: int, group: int, kind: str
) -> None:
    nodes = [conv("image", "a"), conv("a", "b", kernel, group=group)]
    weights = {"w_a": (16, 3, 1, 1), "w_b": shape}
    assert read_layers(write(tmp_path / "net.onnx", nodes, "b", weights))[1].kind == kind


def test_few_input_channels_are_their_own_kind(tmp_path: Path) -> None:
    nodes, weights = [conv("image", "a"), conv("a", "b")], {"w_a": (8, 3, 1, 1)}
    weights["w_b"] = (16, 8, 1, 1)
    layers = read_layers(write(tmp_path / "net.onnx", nodes, "b", weights))
    assert layers[1].kind == "conv1x1 narrow"


def test_weights_that_a_caller_may_replace(tmp_path: Path) -> None:
    nodes, weights = [conv("image", "a"), conv("a", "b")], {"w_a": (16, 3, 1, 1)}
    weights["w_b"] = (16, 16, 1, 1)
    layers = read_layers(write(tmp_path / "net.onnx", nodes, "b", weights, loose=True))
    assert layers[1].kind == "conv1x1 loose"


def test_a_fully_connected_layer_in_either_form(tmp_path: Path) -> None:
    nodes = [
        conv("image", "a"),
        helper.make_node("GlobalAveragePool", ["a"], ["m"]),
        conv("m", "b"),
        helper.make_node("Flatten", ["b"], ["f"]),
        helper.make_node("Gemm", ["f", "w"], ["c"], transB=1),
    ]
    weights = {"w_a": (16, 3, 1, 1), "w_b": (32, 16, 1, 1), "w": (10, 32)}
    layers = read_layers(write(tmp_path / "net.onnx", nodes, "c", weights))
    assert [layer.kind for layer in layers] == ["stem", "reduce", "gemm", "gemm"]
    assert [layer.macs for layer in layers[2:]] == [32 * 16, 10 * 32]


def test_an_activation_behind_a_convolution_is_fused_with_it(tmp_path: Path) -> None:
    nodes = [
        conv("image", "a"),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Add", ["b", "b"], ["c"]),
        helper.make_node("Relu", ["c"], ["d"]),
    ]
    layers = read_layers(write(tmp_path / "net.onnx", nodes, "d", {"w_a": (16, 3, 1, 1)}))
    assert [layer.kind for layer in layers[1:]] == ["fused activation", "arithmetic", "activation"]


def test_x_times_its_sigmoid_is_one_layer(tmp_path: Path) -> None:
    nodes = [
        conv("image", "a"),
        helper.make_node("Sigmoid", ["a"], ["g"]),
        helper.make_node("Mul", ["a", "g"], ["b"]),
    ]
    layers = read_layers(write(tmp_path / "net.onnx", nodes, "b", {"w_a": (16, 3, 1, 1)}))
    assert [layer.kind for layer in layers] == ["stem", "silu"]


def test_sizes_that_are_computed_are_worked_out(tmp_path: Path) -> None:
    """As PyTorch exports x.view(x.shape[0], -1): none of it costs anything."""
    numbers = [
        helper.make_node("Constant", [], ["zero"], value_ints=[0]),
        helper.make_node("Constant", [], ["one"], value_ints=[1]),
        helper.make_node("Constant", [], ["rest"], value_ints=[-1]),
    ]
    nodes = [
        *numbers,
        helper.make_node("Shape", ["image"], ["size"]),
        helper.make_node("Slice", ["size", "zero", "one"], ["batch"]),
        helper.make_node("Concat", ["batch", "rest"], ["target"], axis=0),
        helper.make_node("Reshape", ["image", "target"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w"], ["scores"], transB=1),
    ]
    layers = read_layers(write(tmp_path / "net.onnx", nodes, "scores", {"w": (10, 192)}))
    assert [(layer.kind, layer.macs) for layer in layers] == [("gemm", 1920)]


def test_a_free_batch_is_one_image(tmp_path: Path) -> None:
    nodes, weights = [conv("image", "a")], {"w_a": (16, 3, 1, 1)}
    path = write(tmp_path / "net.onnx", nodes, "a", weights, ["N", 3, 8, 8])
    assert read_layers(path)[0].macs == 64 * 48


def test_the_work_of_two_networks_adds_up(tmp_path: Path) -> None:
    one, other = separable(tmp_path / "a.onnx", [16, 32]), separable(tmp_path / "b.onnx", [16, 48])
    both = work_of((*one, *other))
    for kind, features in work_of(one).items():
        assert both[kind] == tuple(map(sum, zip(features, work_of(other)[kind], strict=True)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no operations"),
        (b"this is not a network", "damaged"),
        (b"\x08\x08", "no operations"),  # the version's field alone
    ],
)
def test_what_is_no_network(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=rf"bad\.onnx: .*{message}"):
        read_layers(path)


def test_a_file_that_is_cut_short(tmp_path: Path) -> None:
    path = write(tmp_path / "net.onnx", [conv("image", "a")], "a", {"w_a": (64, 3, 1, 1)})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ModelFileError, match="damaged"):
        read_layers(path)


@pytest.mark.parametrize(
    ("nodes", "shape", "message"),
    [
        ([conv("image", "a")], [1, 3, "height", 8], "free dimension 'height'"),
        ([helper.make_node("NonZero", ["image"], ["a"])], None, "depends on the image"),
        ([helper.make_node("Magic", ["image"], ["a"], domain="private")], None, "not known"),
        # 16 and 3 channels do not add up
        ([conv("image", "a"), helper.make_node("Add", ["a", "image"], ["b"])], None, "not known"),
    ],
)
def test_networks_whose_sizes_are_not_fixed(tmp_path, nodes, shape, message) -> None:  # type: ignore[no-untyped-def]
    last = nodes[-1].output[0]
    with pytest.raises(ModelFileError, match=message):
        read_layers(write(tmp_path / "net.onnx", nodes, last, {"w_a": (16, 3, 1, 1)}, shape))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="no such file"):
        read_layers(tmp_path / "none.onnx")


# Millions of multiply-accumulates, as the folder's README has them.
REAL = {
    "converted/squeezenet_v1.1.onnx": 388,
    "converted/squeezenet_v1.0_deepcomp.onnx": 861,
    "converted/mobilenet_v1_0.25_128_float.onnx": 14,
    "converted/mobilenet_v1_0.5_160_qdq.onnx": 77,
    "converted/mobilenet_v1_0.75_192_float.onnx": 239,
    "converted/mobilenet_v2_1.0_224_qdq.onnx": 301,
}


@pytest.mark.parametrize("name", REAL)
def test_multiply_accumulates_of_real_networks(real: Path, name: str) -> None:
    macs = sum(layer.macs for layer in read_layers(real / name))
    assert round(macs / 1e6) == REAL[name]


def test_quantised_networks_in_both_forms(real: Path) -> None:
    """Pairs of Q and DQ, and quantised operators: nearly all of the work is in 8 bits."""
    for name in ("converted/mobilenet_v2_1.0_224_qdq.onnx", "original/nanodet_m_2022nov_int8.onnx"):
        layers = read_layers(real / name)
        whole = sum(layer.macs for layer in layers)
        assert sum(layer.macs for layer in layers if layer.kind.endswith("int8")) == whole
        kinds = Counter(layer.kind for layer in layers)
        # TensorFlow's quantised weights are unsigned, ONNX Runtime's tools' activations signed
        assert kinds["conv1x1 unsigned int8"] + kinds["conv1x1 signed int8"] > 20
        assert kinds["quantise"] < 10  # those at the ends alone


def test_every_real_network_is_read_in_full(real: Path) -> None:
    for path in [*real.glob("original/*.onnx"), *real.glob("converted/*.onnx")]:
        assert "other" not in {layer.kind.split()[0] for layer in read_layers(path)}, path
