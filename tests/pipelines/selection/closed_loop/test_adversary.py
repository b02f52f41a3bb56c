"""Whatever a machine does, the closed loop does not oscillate: simulations of hours."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from models.candidate import Candidate
from pipelines.selection.closed_loop.bars import FIRST_S, LONGEST_S
from pipelines.selection.closed_loop.deviation import Live
from pipelines.selection.closed_loop.steering import JUDGE_S, SETTLE_S, Steering
from pipelines.selection.in_force import Ruling
from pipelines.selection.measurement import Measurement
from pipelines.selection.merit import figure_of_merit
from tests.pipelines.selection.closed_loop.test_steering import alive
from tests.pipelines.selection.tables import BALANCED, FIGURES, table

RULING = Ruling(BALANCED, "configuration")
STEP_S = 5
HOURS = 6

# By how much throughput and power differ from the table in one stretch of time; None: no figures.
World = Callable[[float, Candidate], tuple[float, float] | None]
FACTOR = st.sampled_from([0.02, 0.3, 0.6, 1.0, 1.5]) | st.floats(0.01, 3.0)
SMALL = st.lists(FIGURES, min_size=2, max_size=5).map(table)


def simulate(rows: list[Measurement], world: World, hours: int = HOURS) -> list[tuple[float, str]]:
    """When which network was moved to."""
    steering = Steering(rows)
    by_candidate = {row.candidate: row for row in rows}
    running = rows[0].candidate
    moves = []
    for second in range(0, hours * 3600, STEP_S):
        factors = world(second, running)
        live: Live | None = alive(by_candidate[running], *factors) if factors else None
        move = steering.step(second, RULING, running, live)
        if move:
            running = move.candidate
            moves.append((float(second), running.network))
    return moves


def most(candidates: int, hours: int = HOURS) -> float:
    """Bars of one candidate follow each other, each twice as long: so many fit, with one begun.

    Every bar is worth a move away from its candidate, and one when it ends.
    """
    seconds = hours * 3600
    bars = 1 + math.log2(1 + min(seconds, 2 * LONGEST_S) / FIRST_S) + seconds / LONGEST_S
    return 1 + 2 * candidates * bars


@settings(max_examples=20)
@given(SMALL, st.data())
def test_moves_are_few_whatever_the_machine_does(
    rows: list[Measurement], data: st.DataObject
) -> None:
    """An adversary that sees what runs, and every minute gives it what harms most."""
    stretches = data.draw(
        st.lists(st.none() | st.tuples(FACTOR, FACTOR), min_size=1, max_size=12), label="stretches"
    )
    length_s = data.draw(st.sampled_from([30, 60, 300, 3600]), label="length")

    def world(now_s: float, running: Candidate) -> tuple[float, float] | None:
        place = int(now_s // length_s) + 7 * int(running.network[-1])
        return stretches[place % len(stretches)]

    moves = simulate(rows, world)
    assert len(moves) <= most(len(rows))
    times = [at for at, _ in moves]
    # Nothing is left before it was watched.
    assert all(after - before >= SETTLE_S + JUDGE_S for before, after in pairwise(times))
    assert moves == simulate(rows, world)


@settings(max_examples=8)
@given(SMALL)
def test_the_worst_adversary_is_borne(rows: list[Measurement]) -> None:
    """Whatever runs does a tenth of what it should, and everything else would be fine."""
    moves = simulate(rows, lambda *_: (0.1, 1.0), hours=16)
    assert len(moves) <= most(len(rows), hours=16)
    late = [at for at, _ in moves if at > 8 * 3600]
    assert len(late) <= 4 * len(rows)


@settings(max_examples=12)
@given(SMALL, st.lists(st.floats(0.2, 1.0), min_size=5, max_size=5))
def test_a_machine_that_stays_the_same_is_learnt(
    rows: list[Measurement], factors: list[float]
) -> None:
    """In the end there runs what is not much worse than the best as things really are."""
    truth = {row.candidate.network: factor for row, factor in zip(rows, factors, strict=False)}
    moves = simulate(rows, lambda _, running: (truth[running.network], 1.0), hours=12)
    merits = {
        row.candidate.network: (figure_of_merit(row, BALANCED.weights) or 0.0)
        * truth[row.candidate.network]
        for row in rows
    }
    final = moves[-1][1] if moves else rows[0].candidate.network
    # Within the factor a choice is not reconsidered, and others are expected to suffer alike.
    assert merits[final] >= max(merits.values()) / (1.5 * 5**0.5)
