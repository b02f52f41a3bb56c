"""The published premodel: nearest neighbours on cheap features choose the network before it runs.

Taylor et al., "Adaptive Selection of Deep Learning Models on Embedded Systems", LCTES 2018. One
binary classifier for each network of the set, asked in the set's order; the first that says yes
wins. Each has learned from the pictures that are left to it, those that no network before it is
the label of. Where none says yes, the set's most accurate network runs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from pipelines.selection.premodel.outcomes.table import FloatArray, IntArray, Outcomes
from pipelines.selection.premodel.strategies.labels import choose_set, label
from pipelines.selection.premodel.strategies.neighbours import majority, nearest, scale_of
from pipelines.selection.premodel.strategies.routing import Routing, alone, columns_of, time_of


class Premodel(Struct, frozen=True, tag="premodel"):
    """*networks* in the order in which their classifiers are asked; *fallback* one of them.

    *mean*, *spread*: of the features while learning. *known*: the features learned from, scaled;
    *labels*: the number of the network that each asks for, none of them where all had failed.
    """

    networks: tuple[str, ...]
    fallback: int
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    known: tuple[tuple[float, ...], ...]
    labels: tuple[int, ...]

    def decider(self) -> Callable[[FloatArray], IntArray]:
        """From features, (n, f), to numbers of networks, (n,)."""
        mean, spread = np.array(self.mean), np.array(self.spread)
        known, labels = np.array(self.known), np.array(self.labels)
        lefts = [~np.isin(labels, range(number)) for number in range(len(self.networks))]
        learned = [(known[left], labels[left] == n) for n, left in enumerate(lefts) if left.any()]

        def decide(features: FloatArray) -> IntArray:
            scaled = (features - mean) / spread
            chosen = np.full(len(features), self.fallback)
            for number in reversed(range(len(learned))):
                pictures, wanted = learned[number]
                chosen[majority(wanted[nearest(pictures, scaled)])] = number
            return chosen

        return decide

    def route(self, outcomes: Outcomes, rows: IntArray) -> Routing:
        decide, features = self.decider(), outcomes.features[rows]
        answers = columns_of(self.networks, outcomes)[decide(features)]
        own_s = time_of(lambda number: decide(features[number % len(rows)][None]))
        return Routing(
            alone(answers, len(outcomes.seconds)), answers, outcomes.feature_seconds + own_s
        )


def fit_premodel(outcomes: Outcomes, rows: IntArray) -> Premodel:
    """Learn from those *rows*, the scale of the features included."""
    quality, features = outcomes.quality[rows], outcomes.features[rows]
    chosen = choose_set(quality, outcomes.seconds)
    wanted = label(quality, outcomes.seconds, chosen)
    numbers = {column: number for number, column in enumerate(chosen)}
    mean, spread = scale_of(features)
    return Premodel(
        networks=tuple(outcomes.facts.networks[column] for column in chosen),
        fallback=int(quality[:, chosen].mean(axis=0).argmax()),
        mean=tuple(mean.tolist()),
        spread=tuple(spread.tolist()),
        known=tuple(map(tuple, ((features - mean) / spread).tolist())),
        labels=tuple(numbers.get(column, -1) for column in wanted.tolist()),
    )
