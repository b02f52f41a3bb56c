"""From how sure a network is to how often it is right.

Temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017) with an
offset, which is Platt's method (1999): P(right) = σ(offset + slope · logit(certainty)). Of two
numbers a few hundred pictures tell enough, and a threshold then means the same for all networks.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from pipelines.selection.premodel.outcomes.table import FloatArray

# Beyond, a network is as sure as it can be.
_SUREST = 1 - 1e-6
# Of a prior on offset and slope, so that pictures which are all right lead to no infinity.
_PRIOR = 0.1
_STEPS = 50


class Calibration(Struct, frozen=True):
    """*slope* is not negative: who is surer is never expected to be worse."""

    offset: float
    slope: float

    def __call__(self, certainty: FloatArray | float) -> FloatArray:
        """The expected quality, a fraction."""
        return _expected(self.offset + self.slope * _logit(certainty))


def fit_calibration(certainty: FloatArray, quality: FloatArray) -> Calibration:
    """From pictures, (n,) each: logistic regression, which takes fractions of being right as well.

    By Newton's method, as the problem is convex.
    """
    inputs = np.stack([np.ones_like(certainty), _logit(certainty)], axis=1)
    found = np.zeros(2)  # from where Newton's method does not overshoot
    for _ in range(_STEPS):
        expected = _expected(inputs @ found)
        weights = expected * (1 - expected)
        gradient = inputs.T @ (quality - expected) - _PRIOR * (found - (0.0, 1.0))
        curvature = (inputs * weights[:, None]).T @ inputs + _PRIOR * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        found = found + step
        if np.abs(step).max() < 1e-9:
            break
    if found[1] < 0:
        return Calibration(float(_logit(quality.mean())), 0.0)
    return Calibration(float(found[0]), float(found[1]))


def _logit(certainty: FloatArray | float) -> FloatArray:
    bounded = np.clip(certainty, 1 - _SUREST, _SUREST)
    return np.asarray(np.log(bounded / (1 - bounded)))


def _expected(logits: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -700, 700))))
