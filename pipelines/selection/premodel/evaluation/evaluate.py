"""Judges routers on pictures that they did not learn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from pipelines.selection.premodel.evaluation.baselines import matched_mix, oracle, shuffled
from pipelines.selection.premodel.evaluation.resampling import REPEATS, Bootstrap, halves
from pipelines.selection.premodel.evaluation.study import Alone, Routed
from pipelines.selection.premodel.outcomes.table import FloatArray, IntArray, Outcomes
from pipelines.selection.premodel.strategies.labels import FAILED, label
from pipelines.selection.premodel.strategies.routing import Strategy

Progress = Callable[[int, int], None]
Fit = Callable[[Outcomes, IntArray], Strategy]


class _Ledger:
    """Adds up what one router did over all halvings, picture by picture."""

    def __init__(self, outcomes: Outcomes) -> None:
        self._outcomes = outcomes
        self._judged = np.zeros(len(outcomes))
        self._right = np.zeros(len(outcomes))
        self._shuffled = np.zeros(len(outcomes))
        self._matched = np.zeros(len(outcomes))
        self._seconds: list[float] = []
        self._own_s: list[float] = []
        self._mixes: list[FloatArray] = []

    def add(self, strategy: Strategy, learned: IntArray, rows: IntArray) -> None:
        """Judge on *rows* what has *learned* from others."""
        outcomes, quality = self._outcomes, self._outcomes.quality
        routing = strategy.route(outcomes, rows)
        seconds = float(routing.seconds(outcomes).mean())
        mix = shuffled(routing.answers, len(outcomes.seconds))
        # Which two networks to mix is learned as well: to know it from the rows judged on would
        # be luck.
        pair = matched_mix(seconds, quality[learned].mean(axis=0), outcomes.seconds)
        self._judged[rows] += 1
        self._right[rows] += quality[rows, routing.answers]
        self._shuffled[rows] += quality[rows] @ mix
        self._matched[rows] += quality[rows] @ pair
        self._seconds.append(seconds)
        self._own_s.append(routing.own_s)
        self._mixes.append(mix)

    def close(self, name: str, bootstrap: Bootstrap) -> Routed:
        right, dealt, matched = (
            total / self._judged for total in (self._right, self._shuffled, self._matched)
        )
        mix = np.mean(self._mixes, axis=0).tolist()
        seconds = float(np.mean(self._seconds))
        rival = self._rival(seconds)
        return Routed(
            name=name,
            accuracy=bootstrap.mean(right),
            seconds=seconds,
            own_s=float(np.mean(self._own_s)),
            mix=dict(zip(self._outcomes.facts.networks, mix, strict=True)),
            shuffled=float(dealt.mean()),
            lift=bootstrap.mean(right - dealt),
            matched=float(matched.mean()),
            margin=bootstrap.mean(right - matched),
            rival="" if rival is None else self._outcomes.facts.networks[rival],
            ahead=None
            if rival is None
            else bootstrap.mean(right - self._outcomes.quality[:, rival]),
        )

    def _rival(self, seconds: float) -> int | None:
        """The most accurate of the networks that take no more than *seconds*."""
        quick = np.flatnonzero(self._outcomes.seconds <= seconds)
        if not len(quick):
            return None
        return int(quick[self._outcomes.quality[:, quick].mean(axis=0).argmax()])


def evaluate(
    outcomes: Outcomes,
    contenders: Mapping[str, Fit],
    advance: Progress = lambda done, total: None,
    repeats: int = REPEATS,
) -> dict[str, Routed]:
    """Every contender on the same halvings, by its name."""
    ledgers = {name: _Ledger(outcomes) for name in contenders}
    splits = list(halves(outcomes.groups, repeats))
    for number, (learned, rows) in enumerate(splits, 1):
        for name, fit in contenders.items():
            ledgers[name].add(fit(outcomes, learned), learned, rows)
        advance(number, len(splits))
    bootstrap = Bootstrap(outcomes.groups)
    return {name: ledger.close(name, bootstrap) for name, ledger in ledgers.items()}


def each_alone(outcomes: Outcomes) -> tuple[Alone, ...]:
    """Every network for all pictures, the fastest first."""
    labels, bootstrap = label(outcomes.quality, outcomes.seconds), Bootstrap(outcomes.groups)
    return tuple(
        Alone(
            outcomes.facts.networks[column],
            bootstrap.mean(outcomes.quality[:, column]),
            float(outcomes.seconds[column]),
            float((labels == column).mean()),
        )
        for column in np.argsort(outcomes.seconds, kind="stable").tolist()
    )


def oracle_figures(outcomes: Outcomes) -> tuple[float, float]:
    """The oracle's accuracy and seconds."""
    answers = oracle(outcomes)
    quality = outcomes.quality[np.arange(len(outcomes)), answers]
    return float(quality.mean()), float(outcomes.seconds[answers].mean())


def failed_share(outcomes: Outcomes) -> float:
    """The share of pictures on which every network fails."""
    return float((label(outcomes.quality, outcomes.seconds) == FAILED).mean())
