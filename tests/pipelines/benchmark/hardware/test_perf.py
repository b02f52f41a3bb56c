"""Processor events: from recorded output, and through the real perf where it is installed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pipelines.benchmark.hardware.events import core_counters, wanted_events
from pipelines.benchmark.hardware.perf import PerfStat, Unavailable, parse
from tests.recorded.perf import (
    ARM_TREE,
    CORTEX_A72,
    HYBRID,
    PERMISSION,
    PROGRAM,
    VIRTUAL,
    VIRTUAL_TREE,
    X86_TREE,
)
from tests.recorded.tree import build

NAMES = {"instructions": "instructions", "cycles": "cycles", "branch-misses": "branch_misses"}


def install(folder: Path, text: str, obeys: bool = True) -> str:
    """A program `perf` that answers with *text*; returns the PATH that finds it first."""
    build(folder, {"perf": PROGRAM.format(text=text, obeys=obeys)})
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_a_value_is_parsed_before_its_percentage() -> None:
    assert parse(VIRTUAL, NAMES).counts == {}


def test_counts_are_scaled_by_the_share_of_time_they_were_on(tmp_path: Path) -> None:
    root = Path(build(tmp_path, ARM_TREE))
    found = parse(CORTEX_A72, wanted_events(core_counters(root)))
    assert found.counts["instructions"] == pytest.approx(8.4e9)
    assert found.counts["branches"] == pytest.approx(2.4e9)
    assert found.counts["l2_misses"] == pytest.approx(20e6)
    assert found.least_share == pytest.approx(0.25)
    assert not found.user_only
    assert {"dtlb_misses", "itlb_misses"}.isdisjoint(found.counts)


def test_two_kinds_of_cores_add_up() -> None:
    found = parse(HYBRID, NAMES)
    # 0.9 + 8.1 million in 10 % + 90 % of the time, and not each of them scaled for itself
    assert found.counts == {"instructions": pytest.approx(9e6), "cycles": pytest.approx(4.5e6)}
    assert found.least_share == 1
    assert found.user_only


@pytest.mark.parametrize("text", ["", "perf: command\n", "1,2\n", "nan,,instructions,1,100.00,,\n"])
def test_what_is_no_count_is_none(text: str) -> None:
    assert parse(text, NAMES).counts == {}


def test_a_virtual_machine_has_no_counter(tmp_path: Path) -> None:
    root = Path(build(tmp_path, VIRTUAL_TREE))
    assert core_counters(root) == []
    with pytest.raises(Unavailable, match="no counter"):
        PerfStat(os.getpid(), root)


def test_events_that_a_kernel_does_not_name_are_not_asked_for(tmp_path: Path) -> None:
    x86 = wanted_events(core_counters(Path(build(tmp_path / "x86", X86_TREE))))
    assert "cache-misses" in x86
    assert "l2d_cache" not in x86
    # On Arm perf's cache-misses are the first level's.
    arm = wanted_events(core_counters(Path(build(tmp_path / "arm", ARM_TREE))))
    assert "cache-misses" not in arm
    assert arm["l2d_cache_refill"] == "l2_misses"


def test_figures_per_frame_and_their_ratios(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(build(tmp_path / "root", ARM_TREE))
    monkeypatch.setenv("PATH", install(tmp_path / "bin", CORTEX_A72))
    found, tier = PerfStat(os.getpid(), root).stop(frames=10)
    assert tier == "perf"
    assert found["instructions_per_frame"] == pytest.approx(8.4e8)
    assert found["instructions_per_cycle"] == pytest.approx(1.4)
    assert found["branch_miss_share"] == pytest.approx(0.01)
    assert found["l1d_miss_share"] == pytest.approx(0.02)
    assert found["l2_misses_per_kilo_instruction"] == pytest.approx(20e6 / 8.4e6)
    assert found["missed_mb_per_frame"] == pytest.approx(20e6 * 64 / 1e6 / 10)
    assert found["least_counted_share"] == pytest.approx(0.25)


def test_without_permission_perf_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(build(tmp_path / "root", X86_TREE))
    monkeypatch.setenv("PATH", install(tmp_path / "bin", PERMISSION, obeys=False))
    with pytest.raises(Unavailable, match=r"perf refuses: Access to .* is limited$"):
        PerfStat(os.getpid(), root)


def test_a_machine_without_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="not installed"):
        PerfStat(os.getpid(), Path(build(tmp_path, X86_TREE)))


@pytest.mark.skipif(shutil.which("perf") is None, reason="the program perf is not installed")
def test_the_real_perf_obeys(tmp_path: Path) -> None:
    """Told that there is a counter, it attaches, is switched on and off, and is read."""
    root = Path(build(tmp_path, X86_TREE))
    counting = PerfStat(os.getpid(), root)
    sum(range(100_000))
    try:
        found, tier = counting.stop(frames=1)
    except Unavailable as problem:
        assert "supports none" in str(problem)  # noqa: PT017 - a machine without a counter
    else:
        assert tier.startswith("perf")
        assert found["instructions_per_frame"] > 100_000
