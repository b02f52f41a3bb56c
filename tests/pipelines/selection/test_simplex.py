from __future__ import annotations

from fractions import Fraction

import pytest

from pipelines.selection.simplex import WHOLE, Piece, whole_numbers

HALF = Fraction(1, 2)


def test_the_whole_triangle() -> None:
    assert WHOLE.share() == 1
    assert WHOLE.points() == ((1, 0, 0), (0, 1, 0), (0, 0, 1))


@pytest.mark.parametrize(
    ("cut", "share"),
    [
        ((1, -1, 0), HALF),  # a ≥ t
        ((-1, 1, 0), HALF),
        ((1, 0, 0), Fraction(1)),  # a ≥ 0: all of it
        ((3, -1, -1), Fraction(9, 16)),  # a ≥ 1/4
        ((-3, 1, 1), Fraction(7, 16)),
    ],
)
def test_a_cut_takes_its_share(cut: tuple[int, int, int], share: Fraction) -> None:
    piece = WHOLE.clip(cut)
    assert piece.share() == share
    assert piece.clip(cut) == piece  # a second time nothing is left to cut


def test_a_cut_through_a_corner_leaves_no_sliver() -> None:
    one, other = WHOLE.clip((1, -1, 0)), WHOLE.clip((-1, 1, 0))
    assert len(one.corners) == len(other.corners) == 3
    assert one.share() + other.share() == 1


@pytest.mark.parametrize(
    ("cuts", "points"),
    [
        ([(0, 0, -1)], {(1, 0, 0), (0, 1, 0)}),  # p ≤ 0: the side across
        ([(0, 0, -1), (1, -1, 0)], {(1, 0, 0), (HALF, HALF, 0)}),
        ([(0, 0, -1), (-1, 1, 0)], {(0, 1, 0), (HALF, HALF, 0)}),
        ([(0, 0, -1), (1, -1, 0), (-1, 1, 0)], {(HALF, HALF, 0)}),
        ([(0, -1, -1)], {(1, 0, 0)}),  # t + p ≤ 0: a corner
        ([(0, -1, -1), (-1, 0, 0)], set()),
        ([(-1, -1, -1)], set()),
        ([(1, -1, 0), (-1, 1, 0)], {(HALF, HALF, 0), (0, 0, 1)}),  # a = t
    ],
)
def test_what_is_left_of_a_piece(cuts: list[tuple[int, int, int]], points: set[object]) -> None:
    piece = WHOLE
    for cut in cuts:
        piece = piece.clip(cut)
    assert set(piece.points()) == points
    assert piece.share() == 0


def test_numbers_do_not_grow() -> None:
    piece: Piece = WHOLE
    big = 10**15
    for step in range(60):
        piece = piece.clip((big + step * step, -big + 7 * step, 3 * step - 50))
        piece = piece.clip((-big + step, big, 90 - step))
    assert all(value < (4 * big) ** 2 for corner in piece.corners for value in corner)


def test_floats_become_whole_numbers_exactly() -> None:
    rows = [(0.1, -2.5, 3.0), (1e-9, 0.0, 7.0)]
    scaled = whole_numbers(rows)
    factor = Fraction(scaled[0][2]) / 3
    for row, whole in zip(rows, scaled, strict=True):
        assert tuple(Fraction(value) * factor for value in row) == whole
