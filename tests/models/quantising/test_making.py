"""From a network to its 8-bit version, and what is refused on the way."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from models.errors import InputError
from models.manifest import Accuracy, Network, Precision, sha256_of
from models.quantising.making import check_quantisable, make, measure
from tests.models.quantising.chains import (
    LAYERS,
    MORE_LAYERS,
    SPIKE,
    SUFFERING,
    chain,
    colours,
    material,
)

TRUTHS = colours(60, seed=2)


def test_what_loses_nothing_is_in_8_bits_throughout(tmp_path: Path) -> None:
    network = chain(tmp_path / "chain.onnx")
    stages: dict[str, list[int]] = {}
    made = make(
        network, "small", material(TRUTHS), 0.01, tmp_path,
        tell=lambda stage, done, total: stages.setdefault(stage, []).append(done),
    )  # fmt: skip
    assert made.found.in_float == ()
    assert made.layers == len(LAYERS)
    manifest = made.network.manifest
    assert (manifest.name, manifest.precision, manifest.parent) == ("small", "int8", "tiny")
    assert (manifest.sha256, manifest.size) == (
        sha256_of(made.network.path),
        made.network.path.stat().st_size,
    )
    assert manifest.accuracy == made.after
    assert made.after == (Accuracy("top1", 1.0, "60 colours", "measured", 60),)
    assert stages == {
        "accuracy in float": list(range(1, 61)),
        "calibrating": list(range(1, 13)),
        "accuracy in 8 bits, 0 in float": list(range(1, 61)),
    }


def test_only_the_layers_that_suffer_are_left_in_float(tmp_path: Path) -> None:
    made = make(chain(tmp_path / "c.onnx", spikes=SPIKE), "small", material(TRUTHS), 0.01, tmp_path)
    assert set(made.found.in_float) == SUFFERING
    assert made.after[0].value == 1.0
    assert set(made.found.errors) == set(LAYERS)
    assert b"QuantizeLinear" in made.network.path.read_bytes()


def test_the_file_is_the_one_that_was_chosen_not_the_last_one_tried(tmp_path: Path) -> None:
    spikes = ("conv1", "conv3")
    network = chain(tmp_path / "c.onnx", spikes, MORE_LAYERS)
    made = make(network, "small", material(TRUTHS), 0.01, tmp_path)
    assert set(made.found.in_float) == {"conv1", "conv2", "conv3", "conv4"}
    assert made.after[0].value == 1.0
    small = material(TRUTHS)
    assert measure(made.network, small) == made.after
    # Of 1, 2, 4 and 3 layers in float, 3 was the last and loses.
    assert made.found.lost == 0.0
    assert made.found.lost_at_first > 0.3


def test_where_too_much_is_lost_it_is_refused_with_the_figures(tmp_path: Path) -> None:
    # Four layers suffer, and more than two of five are not left in float.
    network = chain(tmp_path / "chain.onnx", spikes=("conv1", "conv3"))
    with pytest.raises(InputError) as caught:
        make(network, "small", material(TRUTHS), 0.01, tmp_path)
    assert str(caught.value) == (
        "network 'tiny' is refused in 8 bits: it loses 66.7 points of top1 (100.0% → 33.3%) on 60 "
        "colours, and 1 is allowed; leaving up to half of its layers in float is not enough"
    )


def test_the_parents_own_figure_is_carried_over_less_what_is_lost(tmp_path: Path) -> None:
    network = chain(tmp_path / "chain.onnx")
    figures = (
        Accuracy("top1", 0.7, "50000 others", "declared", 50000),
        Accuracy("top5", 0.9, "50000 others", "declared", 50000),
    )
    network = Network(
        msgspec.structs.replace(network.manifest, accuracy=figures), network.path, network.labels
    )
    made = make(network, "small", material(TRUTHS), 0.01, tmp_path)
    first, second = made.network.manifest.accuracy
    assert (first.metric, first.value, first.origin, first.images) == (
        "top1", 0.7, "declared", 50000,
    )  # fmt: skip
    assert first.dataset == "50000 others, less what 8 bits lose on 60 colours"
    assert second == made.after[0]


def test_pictures_of_another_kind_are_refused(tmp_path: Path) -> None:
    network = chain(tmp_path / "chain.onnx")
    wrong = [truth._replace(classes=(truth.classes + 1) % 3) for truth in TRUTHS]
    with pytest.raises(InputError, match=r"even in float its top1 is 0\.0% on 60 colours"):
        make(network, "small", material(wrong), 0.01, tmp_path)
    mostly = [*wrong[:36], *TRUTHS[36:]]
    with pytest.raises(InputError, match=r"its top1 is 40\.0% .* can be seen above 43\.3% only"):
        make(network, "small", material(mostly), 0.01, tmp_path)


def test_pictures_none_of_which_can_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="0 colours: not one of them can be read"):
        make(chain(tmp_path / "chain.onnx"), "small", material([]), 0.01, tmp_path)


@pytest.mark.parametrize(
    ("precision", "file", "reason"),
    [
        ("int8", "tiny.onnx", "is in 8 bits already; take 'large'"),
        ("fp16", "tiny.onnx", "its weights are fp16, and only a float32 network"),
        ("fp32", "tiny.tflite", "'tiny.tflite' is no ONNX file"),
    ],
)
def test_only_float_networks_in_onnx_files_can_be_quantised(
    tmp_path: Path, precision: Precision, file: str, reason: str
) -> None:
    network = chain(tmp_path / "chain.onnx")
    manifest = msgspec.structs.replace(
        network.manifest, precision=precision, file=file, parent="large"
    )
    with pytest.raises(InputError, match=reason):
        check_quantisable(Network(manifest, network.path, network.labels))
