"""Which of these belongs to which of those, so that the total gain is the greatest."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Pair = tuple[int, int]

# Up to so many ways are simply tried.
_FEW = 120


def assign(gain: Floats, least: float) -> list[Pair]:
    """Pairs (row, column) with a *gain* of at least *least* > 0, in which nothing stands twice.

    Rows and columns that have nothing to do with each other are solved apart: most of such groups
    are tiny. scipy, whose import takes 50 MB and half a second, is left for the crowded ones.
    """
    possible = gain >= least
    gain = np.where(possible, gain, 0.0)
    return [
        (rows[row], columns[column])
        for rows, columns in _groups(possible)
        for row, column in _solve(gain[np.ix_(rows, columns)])
        if possible[rows[row], columns[column]]
    ]


def _groups(possible: npt.NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Rows and columns that possible pairs connect; those without any are left out."""
    partners = [set(np.flatnonzero(row).tolist()) for row in possible]
    left = [row for row, columns in enumerate(partners) if columns]
    groups = []
    while left:
        rows, columns = {left[0]}, set(partners[left[0]])
        while more := {row for row in left if row not in rows and partners[row] & columns}:
            rows |= more
            columns = columns.union(*(partners[row] for row in more))
        groups.append((sorted(rows), sorted(columns)))
        left = [row for row in left if row not in rows]
    return groups


def _solve(gain: Floats) -> list[Pair]:
    """A pair for every row or every column, whichever are fewer."""
    rows, columns = gain.shape
    if rows > columns:
        return [(row, column) for column, row in _solve(gain.T)]
    if math.perm(columns, rows) > _FEW:
        from scipy.optimize import linear_sum_assignment

        best = linear_sum_assignment(gain, maximize=True)
        return list(zip(*(places.tolist() for places in best), strict=True))
    values = gain.tolist()
    ways = permutations(range(columns), rows)
    return list(enumerate(max(ways, key=lambda way: sum(map(list.__getitem__, values, way)))))
