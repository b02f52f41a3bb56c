"""What every decoder must do, whatever a network gives it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from models.decoders import DECODERS, Decoded, DecoderSpec
from models.errors import ManifestError, ModelFileError

CLASSES = 3
NAMES = tuple(f"{kind}_{stride}" for kind in ("cls", "obj", "bbox") for stride in (8, 16, 32))


@dataclass(frozen=True)
class Case:
    """What a decoder reads at an input of 64×32 pixels; *count* is the last output's value."""

    shapes: tuple[tuple[int, ...], ...]
    names: tuple[str, ...] = ()
    classes: int = CLASSES
    count: int | None = None


CASES = {
    "classify": Case(((1, CLASSES, 1, 1),)),
    "yolox": Case(((1, 32 + 8 + 2, 5 + CLASSES),)),
    "nanodet": Case(tuple((1, n, width) for width in (CLASSES, 32) for n in (32, 8, 2))),
    "fastestdet": Case(((1, 5 + CLASSES, 2, 4),)),
    "yolo": Case(((1, 50, 5 + CLASSES),)),
    "ssd": Case(((1, 50, 4), (1, 50, CLASSES)), ("boxes", "scores")),
    "tflite-ssd": Case(((1, 50, 4), (1, 50), (1, 50), (1,)), count=50),
    "yunet": Case(tuple((1, n, w) for w in (1, 1, 4) for n in (32, 8, 2)), NAMES, 1),
}
EVERY = pytest.mark.parametrize("name", DECODERS.names())


def spec_of(name: str, **changes: Any) -> DecoderSpec:
    case = CASES[name]
    return replace(
        DecoderSpec(width=64, height=32, classes=case.classes, output_names=case.names), **changes
    )


def outputs_of(name: str, make: Callable[[tuple[int, ...]], np.ndarray]) -> list[np.ndarray]:
    outputs = [make(shape).astype(np.float32) for shape in CASES[name].shapes]
    if CASES[name].count is not None:
        outputs[-1][:] = CASES[name].count
    return outputs


def check(decoded: Decoded, spec: DecoderSpec) -> None:
    """The form of a result."""
    assert decoded.scores.dtype == np.float32
    assert decoded.classes.dtype == np.intp
    assert len(decoded.scores) == len(decoded.classes) <= spec.limit
    assert (np.diff(decoded.scores) <= 0).all()
    assert (decoded.scores >= spec.score_threshold).all()
    assert (decoded.scores <= 1).all()
    assert ((decoded.classes >= 0) & (decoded.classes < spec.classes)).all()
    if decoded.boxes is not None:
        assert decoded.boxes.dtype == np.float32
        assert decoded.boxes.shape == (len(decoded.scores), 4)
        left, top, right, bottom = decoded.boxes.T
        assert ((left >= 0) & (left < right) & (right <= spec.width)).all()
        assert ((top >= 0) & (top < bottom) & (bottom <= spec.height)).all()


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    common = float(np.prod(np.maximum(sides, 0)))
    return common / float(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - common)


def test_every_decoder_has_a_case() -> None:
    assert set(CASES) == set(DECODERS.names())


@EVERY
@pytest.mark.parametrize("threshold", [0.0, 0.35, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_random_outputs(name: str, threshold: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    spec = spec_of(name, score_threshold=threshold, limit=10, iou_threshold=0.3)
    decoded = DECODERS.load(name)(spec)(outputs_of(name, random.random))
    check(decoded, spec)
    assert len(decoded.scores) > 0 or threshold > 0
    if decoded.boxes is not None:
        for i, box in enumerate(decoded.boxes):
            for j in range(i):
                if decoded.classes[i] == decoded.classes[j]:
                    assert overlap(box, decoded.boxes[j]) <= 0.3 + 1e-6


@EVERY
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, -1e30])
def test_nothing_to_be_found(name: str, value: float) -> None:
    spec = spec_of(name)
    decoded = DECODERS.load(name)(spec)(outputs_of(name, lambda shape: np.full(shape, value)))
    check(decoded, spec)
    # The soft-max of equal numbers is uniform; no decoder takes them for a finding.
    assert len(decoded.scores) == 0


@EVERY
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
@pytest.mark.parametrize("seed", range(5))
def test_numbers_gone_wild_do_no_harm(name: str, value: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    if name in ("classify", "tflite-ssd") and value == 1e30:
        pytest.skip("is refused: not a probability, or a class without a label")

    def make(shape: tuple[int, ...]) -> np.ndarray:
        values = random.random(shape)
        values[random.random(shape) < 0.2] = value
        return values

    spec = spec_of(name, score_threshold=0.05)
    check(DECODERS.load(name)(spec)(outputs_of(name, make)), spec)


@EVERY
def test_a_second_call_does_not_remember_the_first(name: str) -> None:
    random = np.random.default_rng(0)
    decode = DECODERS.load(name)(spec_of(name, score_threshold=0.1))
    first = outputs_of(name, random.random)
    before = decode(first)
    copy = [None if part is None else part.copy() for part in (before.scores, before.boxes)]
    decode(outputs_of(name, random.random))
    # Nor does it change what was returned.
    for part, kept in zip((before.scores, before.boxes), copy, strict=True):
        np.testing.assert_array_equal(part, kept)
    again = decode(first)
    np.testing.assert_array_equal(again.scores, before.scores)
    np.testing.assert_array_equal(again.classes, before.classes)


@EVERY
@pytest.mark.parametrize(
    "spoil",
    [
        lambda outputs: [],
        lambda outputs: [*outputs[1:], np.zeros((1, 7, 7, 7), np.float32)],
        lambda outputs: [output[0] for output in outputs],  # no batch
        lambda outputs: [np.float32(0) for _ in outputs],  # plain numbers
    ],
    ids=["none", "another", "no-batch", "scalars"],
)
def test_outputs_that_it_cannot_read(
    name: str, spoil: Callable[[list[np.ndarray]], list[np.ndarray]]
) -> None:
    outputs = spoil(outputs_of(name, np.zeros))
    if name == "classify" and len(outputs) == 1 and outputs[0].size in (1, CLASSES):
        pytest.skip("a classifier's output may have any shape")
    spec = spec_of(name, output_names=CASES[name].names[: len(outputs)])
    with pytest.raises(ModelFileError, match=f"decoder '{name}' expects .* but the network gives"):
        DECODERS.load(name)(spec)(outputs)


@EVERY
@pytest.mark.parametrize("difference", [-1, 1])
def test_too_few_or_too_many_labels(name: str, difference: int) -> None:
    if name == "tflite-ssd":
        pytest.skip("its outputs do not tell how many classes there are")
    labels = CASES[name].classes + difference
    with pytest.raises(ManifestError, match=f"{labels} labels, but the network has"):
        DECODERS.load(name)(spec_of(name, classes=labels))(outputs_of(name, np.zeros))


@EVERY
def test_an_option_that_it_does_not_have(name: str) -> None:
    with pytest.raises(ManifestError, match=r"decoder.options: unknown key strydes"):
        DECODERS.load(name)(spec_of(name, options={"strydes": [8]}))
