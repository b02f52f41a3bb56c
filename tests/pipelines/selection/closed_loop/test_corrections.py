"""What running candidates teach, and how it is forgotten."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.candidate import Candidate
from pipelines.selection.closed_loop.corrections import HALF_LIFE_S, Corrections
from pipelines.selection.closed_loop.deviation import Deviation

A, B, C = (Candidate(name, "fp32", "engine") for name in "abc")
HALF = math.log(0.5)


def watched(corrections: Corrections, candidate: Candidate, value: float, start: int = 0) -> float:
    """A minute of *candidate*; when it ended."""
    for second in range(start, start + 60):
        corrections.observe(candidate, Deviation(throughput=value), second)
    return start + 59.0


def test_the_table_holds_until_something_was_seen() -> None:
    corrections = Corrections()
    assert corrections.expected(A, 0.0) == Deviation(0.0, 0.0, 0.0)
    assert corrections.realised(A) == Deviation()


def test_its_own_evidence_counts_in_full_and_for_others_in_part() -> None:
    corrections = Corrections()
    now = watched(corrections, A, HALF)
    assert corrections.expected(A, now).throughput == pytest.approx(HALF)
    # The mean of what was seen and of one candidate that ran as measured.
    assert corrections.expected(B, now).throughput == pytest.approx(HALF / 2)
    later = watched(corrections, B, HALF, 60)
    assert corrections.expected(C, later).throughput == pytest.approx(2 / 3 * HALF, rel=0.05)
    assert corrections.expected(C, later).power == 0.0


def test_it_is_forgotten_while_it_rests() -> None:
    corrections = Corrections()
    now = watched(corrections, A, HALF)
    seen = [corrections.expected(A, now + hours * 3600).throughput for hours in range(12)]
    assert seen == sorted(seen)
    assert corrections.expected(A, now + HALF_LIFE_S).throughput == pytest.approx(
        0.5 * HALF + 0.5 * (0.5 * HALF / 1.5)
    )
    assert corrections.expected(A, now + 1e6).throughput == pytest.approx(0, abs=1e-6)


def test_the_last_seconds_count_most() -> None:
    corrections = Corrections()
    now = watched(corrections, A, 0.0)
    corrections.observe(A, Deviation(throughput=HALF), now + 1)
    one = corrections.realised(A).throughput
    assert one is not None
    assert HALF / 5 < one < 0
    watched(corrections, A, HALF, round(now) + 2)
    assert corrections.realised(A).throughput == pytest.approx(HALF, rel=0.01)


def test_a_single_second_is_not_fully_believed() -> None:
    corrections = Corrections()
    corrections.observe(A, Deviation(throughput=HALF), 0.0)
    believed = corrections.expected(A, 0.0).throughput
    assert believed is not None
    assert HALF / 2 < believed < 0


@given(
    st.lists(st.tuples(st.sampled_from([A, B]), st.floats(-3, 3), st.floats(0, 1e5)), max_size=40),
    st.floats(0, 1e6),
)
def test_expectations_stay_within_what_was_seen(
    seen: list[tuple[Candidate, float, float]], rest_s: float
) -> None:
    corrections, now = Corrections(), 0.0
    for candidate, value, passed_s in seen:
        now += passed_s
        corrections.observe(candidate, Deviation(throughput=value), now)
    values = [0.0, *(value for _, value, _ in seen)]
    for candidate in (A, B, C):
        expected = corrections.expected(candidate, now + rest_s).throughput
        assert expected is not None
        assert min(values) - 1e-9 <= expected <= max(values) + 1e-9
