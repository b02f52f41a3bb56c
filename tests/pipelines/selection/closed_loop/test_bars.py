"""Candidates that disappointed, and for how long."""

from __future__ import annotations

from models.candidate import Candidate
from pipelines.selection.closed_loop.bars import FIRST_S, LONGEST_S, Bars

A, B = (Candidate(name, "fp32", "engine") for name in "ab")


def test_a_bar_ends_after_its_time_and_not_before() -> None:
    bars = Bars()
    bars.bar(A, 100.0)
    assert (bars.barred(A), bars.barred(B)) == (True, False)
    assert not bars.lift(100.0 + FIRST_S - 1)
    assert bars.barred(A)
    assert bars.lift(100.0 + FIRST_S)
    assert not bars.barred(A)
    assert not bars.lift(1e9)


def test_every_time_it_is_twice_as_long_up_to_a_limit() -> None:
    bars = Bars()
    times = [bars.bar(A, 0.0) for _ in range(100)]
    assert times[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert times[-1] == LONGEST_S
    assert times == sorted(times)
    assert bars.bar(B, 0.0) == FIRST_S
