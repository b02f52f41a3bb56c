"""What a router has to be compared with: the oracle, chance, and networks alone."""

from __future__ import annotations

import numpy as np

from pipelines.selection.premodel.outcomes.table import FloatArray, IntArray, Outcomes
from pipelines.selection.premodel.strategies.labels import FAILED, label


def oracle(outcomes: Outcomes) -> IntArray:
    """For each picture the fastest of its best networks, where none is right the fastest of all."""
    labels = label(outcomes.quality, outcomes.seconds)
    return np.where(labels == FAILED, outcomes.seconds.argmin(), labels)


def shuffled(answers: IntArray, networks: int) -> FloatArray:
    """The shares of the *networks* in *answers*: a router with the same mix, dealt at random.

    With them `quality @ shares` is what such a router reaches on average on every picture.
    """
    return np.bincount(answers, minlength=networks) / len(answers)


def matched_mix(budget_s: float, accuracy: FloatArray, seconds: FloatArray) -> FloatArray:
    """The shares of the best random mix of at most two networks that takes *budget_s* on average.

    Less where the most accurate network alone takes less; the fastest network where there is no
    time for any.
    """
    shares: FloatArray = np.eye(len(seconds))[seconds.argmin()]
    reached = accuracy[seconds.argmin()]
    for one in np.flatnonzero(seconds <= budget_s):
        for other in range(len(seconds)):
            share = 1.0
            if seconds[other] > budget_s:
                share = (seconds[other] - budget_s) / (seconds[other] - seconds[one])
            value = share * accuracy[one] + (1 - share) * accuracy[other]
            if value > reached:
                reached = value
                shares = np.zeros(len(seconds))
                shares[other] = 1 - share
                shares[one] += share
    return shares
