"""The confidence cascade: run a fast network, and a better one where it is not sure enough.

In the manner of Bolukbasi et al., "Adaptive Neural Networks for Efficient Inference" (ICML 2017),
with whole networks. Unlike the premodel it pays for the first network always, and knows more. A
third network never paid in our measurements: it costs more time than it saves.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from msgspec import Struct

from pipelines.selection.premodel.outcomes.table import FloatArray, IntArray, Outcomes
from pipelines.selection.premodel.strategies.calibration import Calibration, fit_calibration
from pipelines.selection.premodel.strategies.objective import Objective, Options
from pipelines.selection.premodel.strategies.routing import Routing, columns_of, time_of

# Of the pictures that go on to the second network.
_SHARES = np.linspace(0.01, 0.99, 99)


class Cascade(Struct, frozen=True, tag="cascade"):
    """*networks*: the first and the second, or one that is best alone. The first one's answer is
    taken where it is right at least as probably as *threshold*, by its *calibration*.
    """

    networks: tuple[str, ...]
    calibration: Calibration
    threshold: float

    def enough(self, stage: int, certainty: float) -> bool:
        """Whether the answer of the network at *stage*, 0 or 1, is taken."""
        last = stage == len(self.networks) - 1
        return last or bool(self.calibration(certainty) >= self.threshold)

    def route(self, outcomes: Outcomes, rows: IntArray) -> Routing:
        columns = columns_of(self.networks, outcomes)
        first, last = columns[0], columns[-1]
        certainty = outcomes.certainty[rows, first]
        on = (self.calibration(certainty) < self.threshold) & (first != last)
        ran = np.zeros((len(rows), len(outcomes.seconds)), bool)
        ran[:, first] = True
        ran[on, last] = True
        own_s = time_of(lambda number: self.enough(0, certainty[number % len(rows)]))
        return Routing(ran, np.where(on, last, first), own_s)


def fit_cascade(outcomes: Outcomes, rows: IntArray, objective: Objective) -> Cascade:
    """Calibrate on those *rows*, and choose networks and threshold there for the *objective*.

    What a choice reaches is not counted but taken from calibrations: of hundreds of choices, the
    one with the best count on few hundred pictures is mostly luck.
    """
    quality, certainty = outcomes.quality[rows], outcomes.certainty[rows]
    accuracy, seconds = quality.mean(axis=0), outcomes.seconds
    front = pareto_front(accuracy, seconds)
    found: list[tuple[float, float, tuple[int, ...], Calibration, float]] = []
    for one in front:
        sure = fit_calibration(certainty[:, one], quality[:, one])
        found.append((float(accuracy[one]), float(seconds[one]), (one,), sure, 0.0))
    for first, last in combinations(front, 2):
        sure = fit_calibration(certainty[:, first], quality[:, first])
        # The second is worse on what the first is unsure of: that is hard for all.
        then = fit_calibration(certainty[:, first], quality[:, last])
        kept, passed = sure(certainty[:, first]), then(certainty[:, first])
        thresholds = np.quantile(kept, _SHARES)
        on = kept < thresholds[:, None]
        reached = np.where(on, passed, kept).mean(axis=1)
        spent = seconds[first] + seconds[last] * on.mean(axis=1)
        found += [
            (reached[number], spent[number], (first, last), sure, float(threshold))
            for number, threshold in enumerate(thresholds)
        ]
    single = int(accuracy.argmax())
    options = Options(
        np.array([each[0] for each in found]),
        np.array([each[1] for each in found]),
        float(accuracy[single]),
        float(seconds[single]),
    )
    _, _, chain, calibration, threshold = found[objective(options)]
    return Cascade(tuple(outcomes.facts.networks[each] for each in chain), calibration, threshold)


def pareto_front(accuracy: FloatArray, seconds: FloatArray) -> tuple[int, ...]:
    """The networks that no faster one equals in accuracy, the fastest first."""
    front: list[int] = []
    for column in np.lexsort((-accuracy, seconds)).tolist():
        if not front or accuracy[column] > accuracy[front[-1]]:
            front.append(column)
    return tuple(front)
