"""Why one engine is slower than another with the same network: only where the figures support it.

A metric is named as a cause if all of this holds:

1. the two throughputs differ beyond their 95 % intervals;
2. the metric differs in the direction that costs time, and its ratio, on a logarithmic scale, is at
   least half of the slowdown; a time (in ms) must differ by half of the difference of the two
   frame times, and so must events at the most that one can take: a slower frame is interrupted
   more often because it lasts longer;
3. over the whole table the metric goes with throughput in the same direction: the coefficient is
   different from none by its corrected p and by its interval (see correlation.py).

That makes a cause plausible, not proven: figures that go together are no experiment.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from models.candidate import Candidate
from pipelines.selection.correlation import PER_FRAME, PER_MAC, Correlation
from pipelines.selection.measurement import Measurement

# Metric → what more of it means; the first ones say most.
_MORE = {
    "instructions_per_frame": "it executes {ratio:.3g} times as many instructions",
    "missed_mb_per_frame": "it moves {ratio:.3g} times as much data past its caches",
    "l1d_misses_per_frame": "{ratio:.3g} times as many loads miss the first-level cache",
    "l1i_misses_per_frame": "{ratio:.3g} times as many instruction fetches miss the cache",
    "branch_misses_per_frame": "it mispredicts {ratio:.3g} times as many branches",
    "dtlb_misses_per_frame": "it misses the address cache {ratio:.3g} times as often",
    "major_faults_per_frame": "it waits for the disk {ratio:.3g} times as often",
    "minor_faults_per_frame": "it touches fresh memory {ratio:.3g} times as often",
    "voluntary_switches_per_frame": "its threads wait for each other {ratio:.3g} times as often",
    "involuntary_switches_per_frame": "it is interrupted {ratio:.3g} times as often",
    "run_delay_ms_per_frame": "its threads wait {ratio:.3g} times as long for a core",
    "system_ms_per_frame": "it spends {ratio:.3g} times as long in the kernel",
    "user_ms_per_frame": "it computes {ratio:.3g} times as long",
}
# Metric → what less of it means.
_LESS = {
    "instructions_per_cycle": "it does {other:.2g} instructions per cycle instead of {one:.2g}",
    "cores_busy": "it keeps {other:.2g} cores busy instead of {one:.2g}",
    "clock_mhz": "the processor runs at {other:.0f} MHz instead of {one:.0f}",
}

# The most that one of these may take, in ms: a fresh page took 0.007 to 0.015 on a virtual machine;
# a switch a few µs, and up to 1 ms with the caches to be filled again (Li, Ding and Shen, 2007); a
# page from an SD card some 10 ms.
_MOST_MS = {
    "minor_faults_per_frame": 0.015,
    "major_faults_per_frame": 20.0,
    "voluntary_switches_per_frame": 1.0,
    "involuntary_switches_per_frame": 1.0,
}
# Of the slowdown's logarithm, or of the difference of two times.
_SHARE = 0.5
_MOST_CAUSES = 2


@dataclass(frozen=True, slots=True)
class Cause:
    """*metric*, and a clause for the user."""

    metric: str
    clause: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """*slower* takes *slowdown* times as long as *faster*; without *causes* none is supported."""

    slower: Candidate
    faster: Candidate
    slowdown: float
    causes: tuple[Cause, ...]


def compare_engines(
    rows: Sequence[Measurement], correlations: Sequence[Correlation]
) -> tuple[Comparison, ...]:
    """Each network's fastest engine against its others, each at its best, where rule 1 holds."""
    found = []
    for _, group in groupby(sorted(rows, key=_network), key=_network):
        best: dict[str, Measurement] = {}
        for row in group:
            known = best.get(row.candidate.engine)
            if known is None or row.fps > known.fps:
                best[row.candidate.engine] = row
        fast, *others = sorted(best.values(), key=lambda row: -row.fps)
        found += [
            Comparison(
                slow.candidate, fast.candidate, fast.fps / slow.fps,
                tuple(_causes(slow, fast, correlations)),
            )
            for slow in others
            if _apart(slow, fast)
        ]  # fmt: skip
    return tuple(found)


def _network(row: Measurement) -> tuple[str, str]:
    return row.candidate.network, row.candidate.precision


def _apart(slow: Measurement, fast: Measurement) -> bool:
    return (
        slow.fps_ci95 is not None
        and fast.fps_ci95 is not None
        and slow.fps_ci95[1] < fast.fps_ci95[0]
    )


def _causes(
    slow: Measurement, fast: Measurement, correlations: Sequence[Correlation]
) -> Iterable[Cause]:
    clauses = []
    for sign, table in ((-1, _MORE), (1, _LESS)):
        for metric, clause in table.items():
            one, other = fast.hardware.get(metric), slow.hardware.get(metric)
            if not one or not other or one < 0 or other < 0:
                continue
            if _accounts(metric, sign, one, other, slow, fast) and _goes_with(
                metric, sign, correlations
            ):
                text = clause.format(ratio=other / one, one=one, other=other)
                clauses.append(Cause(metric, text))
    # What it computes is said only where nothing tells why.
    deeper = [cause for cause in clauses if cause.metric != "user_ms_per_frame"]
    return (deeper or clauses)[:_MOST_CAUSES]


def _accounts(
    metric: str, sign: int, one: float, other: float, slow: Measurement, fast: Measurement
) -> bool:
    """Rule 2."""
    if -sign * math.log(other / one) < _SHARE * math.log(fast.fps / slow.fps):
        return False
    most_ms = 1.0 if metric.endswith(f"_ms{PER_FRAME}") else _MOST_MS.get(metric)
    gap_ms = 1e3 * (1 / slow.fps - 1 / fast.fps)
    return most_ms is None or (other - one) * most_ms >= _SHARE * gap_ms


def _goes_with(metric: str, sign: int, correlations: Sequence[Correlation]) -> bool:
    """Rule 3, for the metric or its rate per multiply-accumulate."""
    names = (metric, metric.removesuffix(PER_FRAME) + PER_MAC)
    return any(
        coefficient is not None and coefficient.holds and coefficient.value * sign > 0
        for each in correlations
        if each.metric in names and each.target == "throughput"
        for coefficient in (each.pearson, each.spearman)
    )
