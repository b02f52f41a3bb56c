from __future__ import annotations

import itertools

import numpy as np
import pytest

from models.rendering.dataset import CLASSES, HELD_OUT, TRAIN
from models.rendering.pen import Drawing, Mask, Pen, rasterise, rectangle

SETS = (*TRAIN.drawings, *HELD_OUT.drawings)


def drawn(drawing: Drawing, seed: int | None, size: int = 64) -> Mask:
    pen = Pen(None if seed is None else np.random.default_rng(seed))
    drawing(pen)
    return rasterise(pen.paths, size)


def alike(one: Mask, other: Mask) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_every_set_draws_the_twelve_labels() -> None:
    assert len(CLASSES) == 12
    for drawings in SETS:
        assert set(drawings) == set(CLASSES)


@pytest.mark.parametrize(
    "drawing",
    [*itertools.chain(*(s.values() for s in SETS)), *TRAIN.look_alikes, *HELD_OUT.look_alikes],
    ids=lambda drawing: f"{drawing.__module__.rpartition('.')[2]}:{drawing.__name__}",
)
def test_a_drawing_fills_its_square_and_stays_in_it(drawing: Drawing) -> None:
    for seed in (None, *range(12)):
        pen = Pen(None if seed is None else np.random.default_rng(seed))
        drawing(pen)
        for path in pen.paths:
            reach = (path.width or 0) / 2 if path.ink else -1.0
            assert path.points.min() >= reach - 0.03
            assert path.points.max() <= 1.03 - reach
        ink = rasterise(pen.paths, 64) > 127
        assert 0.05 < ink.mean() < 0.75
        assert max(ink.any(axis=0).sum(), ink.any(axis=1).sum()) > 30


def test_labels_of_a_set_look_different() -> None:
    for drawings in SETS:
        for one, other in itertools.combinations(drawings.values(), 2):
            assert alike(drawn(one, None), drawn(other, None)) < 0.8, (one, other)


def test_the_held_out_labels_are_drawn_otherwise() -> None:
    for name in CLASSES:
        held = drawn(HELD_OUT.drawings[0][name], None)
        for drawings in TRAIN.drawings:
            assert drawings[name] is not HELD_OUT.drawings[0][name]
            assert alike(held, drawn(drawings[name], None)) < 0.97, name
    assert not set(TRAIN.textures) & set(HELD_OUT.textures)
    assert TRAIN.lettering is not HELD_OUT.lettering


def test_every_hand_is_another_one_and_the_same_hand_draws_the_same() -> None:
    for drawing in TRAIN.drawings[0].values():
        hands = {drawn(drawing, seed).tobytes() for seed in range(8)}
        assert len(hands) >= 4
        assert np.array_equal(drawn(drawing, 5), drawn(drawing, 5))


@pytest.mark.parametrize("size", [7, 50, 200])
def test_coverage_is_the_same_at_any_size(size: int) -> None:
    pen = Pen()
    pen.fill(rectangle(0.25, 0.25, 0.75, 0.5))
    assert rasterise(pen.paths, size).mean() / 255 == pytest.approx(0.125, abs=0.4 / size)
