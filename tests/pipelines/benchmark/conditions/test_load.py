"""Who took the processor while something was measured."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.benchmark.conditions.load import Times, crowding, read_times
from tests.recorded.tree import build

STAT = "cpu  1000 200 300 9000 50 6 4 70 0 0\ncpu0 1 2\ncpu1 1 2\nintr 5\n"
PROCESS = "7 (a) b) c) S 1 1 1 0 -1 0 0 0 0 0 {user} {system} 9 9 20 0 1 0"


def at(at_s: float, busy_s: float = 0.0, stolen_s: float = 0.0, own_s: float = 0.0) -> Times:
    return Times(at_s, 2, busy_s, stolen_s, own_s)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (at(10.0, busy_s=10.0, own_s=10.0), ""),  # all of it our own
        (at(10.0, busy_s=11.9, own_s=10.0), ""),  # 1.9 of 20 core-seconds are under a tenth
        (at(10.0, busy_s=12.4, own_s=10.0), "other programs took 12% of the processor"),
        (at(10.0, stolen_s=0.9), ""),
        (at(10.0, stolen_s=2.0), "the host of this virtual machine took 10% of it"),
        (at(0.0, busy_s=5.0), ""),  # no time has passed
        (None, ""),
    ],
)
def test_more_than_a_share_is_told(after: Times | None, said: str) -> None:
    assert crowding(at(0.0), after) == said


def test_times_are_read_as_the_kernel_writes_them(tmp_path: Path) -> None:
    root = build(
        tmp_path,
        {
            "proc/stat": STAT,
            "proc/7/stat": PROCESS.format(user=30, system=12),
            "proc/8/stat": PROCESS.format(user=1, system=2),
        },
    )
    tick_s = 1.0 / os.sysconf("SC_CLK_TCK")
    times = read_times(root, (7, 8))
    assert times is not None
    assert times.cores == 2
    assert times.busy_s == pytest.approx(1510 * tick_s)
    assert times.stolen_s == pytest.approx(70 * tick_s)
    assert times.own_s == pytest.approx(45 * tick_s)


@pytest.mark.parametrize("text", ["", "cpu  1 2 3\n", "cpu  a b c d e f g h\n"])
def test_what_the_kernel_does_not_tell_disturbs_nothing(tmp_path: Path, text: str) -> None:
    root = build(tmp_path, {"proc/stat": text, "proc/7/stat": PROCESS.format(user=1, system=1)})
    assert read_times(root, (7,)) is None


def test_a_process_that_has_gone_is_no_error(tmp_path: Path) -> None:
    assert read_times(build(tmp_path, {"proc/stat": STAT}), (7,)) is None


def test_this_machine_tells() -> None:
    times = read_times("", (os.getpid(),))
    assert times is not None
    assert 0 < times.own_s < times.busy_s
