"""Where gating stops to pay: the measuring, and what is said of it."""

from __future__ import annotations

import onnx
import pytest
from onnx import helper

from models.errors import EngineError, InputError
from models.training.pruning.break_even import BreakEven, Layer, break_even, layer_of
from tests.models.training.pruning.test_dynamic import plain

LAYER = Layer(16, 32, 3, 24, 24)


def measured(plain_ms: float, *gated_ms: float) -> BreakEven:
    used = [(number + 1) / len(gated_ms) for number in range(len(gated_ms))]
    return BreakEven(LAYER, "onnxruntime", 1, plain_ms, tuple(zip(used, gated_ms, strict=True)))


def test_between_two_utilisations_it_is_interpolated() -> None:
    found = measured(1.0, 0.4, 0.8, 1.2, 1.6)
    assert found.utilisation == pytest.approx(0.625)
    assert found.in_words() == (
        "3×3, 16 → 32, on 24×24 in onnxruntime: dynamic pruning does not pay above 62% "
        "utilisation, since gates cost +60% when all kernels are used; there use static pruning"
    )


def test_what_never_pays_is_not_zero_but_none() -> None:
    found = measured(1.0, 1.1, 1.3)
    assert found.utilisation is None
    assert "does not pay at any utilisation" in found.in_words()
    assert found.in_words().endswith("use static pruning")


def test_what_always_pays() -> None:
    assert measured(1.0, 0.3, 0.9).utilisation == 1.0
    assert measured(1.0, 0.3, 0.9).in_words().endswith("pays at every utilisation")


def test_a_dip_behind_the_first_loss_does_not_count() -> None:
    assert measured(1.0, 0.5, 1.5, 0.9).utilisation == pytest.approx(0.5)


@pytest.mark.timeout(60)
def test_a_real_layer_is_timed_at_every_utilisation() -> None:
    found = break_even(LAYER, "onnxruntime", groups=4, rounds=3)
    assert [used for used, _ in found.gated_ms] == [0.25, 0.5, 0.75, 1.0]
    assert all(took > 0 for _, took in found.gated_ms)
    assert found.plain_ms > 0


def test_more_kernels_take_longer() -> None:
    """Of a layer so large that the gates' own time is nothing: eight times the work at the end."""
    found = break_even(Layer(64, 64, 3, 64, 64), "onnxruntime", groups=8, rounds=5)
    assert found.gated_ms[0][1] * 2 < found.gated_ms[-1][1]


def test_kernels_that_cannot_be_divided_are_refused() -> None:
    with pytest.raises(InputError, match="cannot be divided into 33 groups"):
        break_even(LAYER, "onnxruntime", groups=33)


@pytest.mark.parametrize(("engine", "module"), [("ncnn", "ncnn"), ("opencv-dnn", "cv2")])
def test_an_engine_without_conditions_says_so(engine: str, module: str) -> None:
    pytest.importorskip(module)
    with pytest.raises(EngineError) as caught:
        break_even(LAYER, engine, groups=2, rounds=1)
    assert str(caught.value) == f"{engine} does not run a gated convolution; use static pruning"


def test_a_networks_layer() -> None:
    assert layer_of(plain(stride=2), "middle") == Layer(6, 12, 3, 10, 10, 2)
    for node in ("nowhere", "relu"):
        with pytest.raises(InputError, match=f"there is no convolution '{node}'"):
            layer_of(plain(), node)
    with pytest.raises(InputError, match="'middle': is not one of plain shape"):
        layer_of(plain(group=2), "middle")


def test_a_layer_of_unknown_size_is_refused() -> None:
    model = plain()
    model.graph.input[0].CopyFrom(
        helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, None)
    )
    del model.graph.output[0].type.tensor_type.shape.dim[:]
    with pytest.raises(InputError, match="is not one of plain shape"):
        layer_of(model, "middle")
