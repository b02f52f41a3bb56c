"""The best network for every picture, and the few networks that are worth having.

Both as Taylor et al. (LCTES 2018) define them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.selection.premodel.outcomes.table import FloatArray, IntArray

FAILED = -1
# A network that makes right less than this share of the pictures more is not worth its memory.
LEAST_GAIN = 0.005


def label(quality: FloatArray, seconds: FloatArray, among: Sequence[int] | None = None) -> IntArray:
    """For each picture the fastest of the networks that are best on it, (n,); FAILED where none is.

    *quality* (n, m) and *seconds* (m,) as in Outcomes; *among*: the networks to choose from, all
    unless told. Of classifiers, of which any is right or wrong, it is the fastest right one. None
    is best where all have 0.
    """
    columns = np.arange(len(seconds)) if among is None else np.asarray(among, np.intp)
    columns = columns[np.argsort(seconds[columns], kind="stable")]
    # argmax takes the first of equals, and so the fastest.
    best = columns[quality[:, columns].argmax(axis=1)]
    return np.where(quality[:, columns].max(axis=1) > 0, best, FAILED)


def choose_set(quality: FloatArray, seconds: FloatArray) -> tuple[int, ...]:
    """The networks to choose from, in the order in which they are found worth it.

    First the one that is most often the label; then, one after the other, the one that gains most
    accuracy where those before fail, until that is under LEAST_GAIN.
    """
    labels = label(quality, seconds)
    counts = np.bincount(labels[labels != FAILED], minlength=len(seconds))
    chosen = [int(np.lexsort((seconds, -counts))[0])]
    reached = quality[:, chosen[0]]
    while True:
        gains = np.maximum(quality - reached[:, None], 0).mean(axis=0)
        best = int(np.lexsort((seconds, -gains))[0])
        if gains[best] < LEAST_GAIN:
            return tuple(chosen)
        chosen.append(best)
        reached = np.maximum(reached, quality[:, best])
