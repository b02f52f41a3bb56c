"""How far a difference of two figures of merit may be chance.

By propagation of independent relative errors: the variance of a weighted sum of logarithms is the
sum of the weighted variances. Watts come without an interval and count as exact.
"""

from __future__ import annotations

import math

from pipelines.selection.measurement import Measurement

# The half width of a 95 % interval in standard deviations of a normal distribution.
Z95 = 1.96


def relative_errors(one: Measurement, other: Measurement, name: str) -> tuple[float, float] | None:
    """Standard errors of ln *name* of the two, None where they are not known.

    *name* is a term of the figure of merit. The same network in the same precision has the same
    accuracy on every engine, so no error of it can tell two of them apart.
    """
    if name == "accuracy":
        if _same_network(one, other):
            return 0.0, 0.0
        errors = _accuracy_error(one), _accuracy_error(other)
    elif name == "throughput":
        errors = _interval_error(one.fps_ci95), _interval_error(other.fps_ci95)
    elif name == "power":
        return 0.0, 0.0
    else:
        return None
    return None if errors[0] is None or errors[1] is None else (errors[0], errors[1])


def _same_network(one: Measurement, other: Measurement) -> bool:
    first, second = one.candidate, other.candidate
    return (first.network, first.precision) == (second.network, second.precision)


def _interval_error(interval: tuple[float, float] | None) -> float | None:
    if interval is None or not 0 < interval[0] <= interval[1]:
        return None
    return math.log(interval[1] / interval[0]) / (2 * Z95)


def _accuracy_error(row: Measurement) -> float | None:
    """From the interval, else that of a fraction of right answers; an AP is no such fraction."""
    if row.accuracy_ci95 is not None:
        return _interval_error(row.accuracy_ci95)
    if row.metric not in ("top1", "top5") or not row.images or not row.accuracy:
        return None
    # Agresti and Coull (1998): as if two more were right and two wrong, so that all right of a
    # few images is not taken for certain.
    images = row.images + 4
    share = (row.accuracy * row.images + 2) / images
    return math.sqrt(share * (1 - share) / images) / row.accuracy
