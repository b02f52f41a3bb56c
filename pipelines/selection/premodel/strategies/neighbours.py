"""A binary classifier by the majority of the nearest neighbours (Cover and Hart, 1967)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipelines.selection.premodel.outcomes.table import FloatArray, IntArray

NEIGHBOURS = 5

BoolArray = npt.NDArray[np.bool_]


def scale_of(features: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of each column of (n, f); 1 where a column never changes."""
    spread = features.std(axis=0)
    return features.mean(axis=0), np.where(spread > 0, spread, 1.0)


def nearest(known: FloatArray, asked: FloatArray) -> IntArray:
    """For each row of *asked* (a, f) the NEIGHBOURS nearest rows of *known* (k, f), (a, 5).

    Euclidean distance; with fewer rows known, all of them. Of rows equally far the first.
    """
    # |x − y|² = |x|² − 2 x·y + |y|²; |x|² is the same for all of a row.
    distances = (known**2).sum(axis=1) - 2 * asked @ known.T
    return np.argsort(distances, axis=1, kind="stable")[:, :NEIGHBOURS]


def majority(votes: BoolArray) -> BoolArray:
    """Whether more than half of each row's neighbours, (a, 5), say yes."""
    return np.asarray(votes.sum(axis=1) * 2 > votes.shape[1])
