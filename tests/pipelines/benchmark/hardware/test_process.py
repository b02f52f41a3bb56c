"""What Linux accounts, from recorded trees and from this very process."""

from __future__ import annotations

import mmap
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.benchmark.hardware import RUSAGE, Probe
from pipelines.benchmark.hardware.process import Snapshot, figures, take
from tests.recorded.tree import build

CPUFREQ = "sys/devices/system/cpu/cpufreq"

# A Raspberry Pi 4, shortened to the files that are read.
BEFORE = {
    "proc/stat": "cpu  1000 0 500 8000 100 0 50 200 7 0\ncpu0 1 0 1 1 1 0 0 0 0 0\n",
    "proc/pressure/cpu": (
        "some avg10=1.00 avg60=1.00 avg300=1.00 total=1000000\n"
        "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
    ),
    "proc/self/task/100/schedstat": "5000000 2000000 10\n",
    "proc/self/task/101/schedstat": "5000000 3000000 10\n",
    "proc/self/smaps_rollup": (
        "55d0-7ffd ---p 00000000 00:00 0    [rollup]\nRss:      40000 kB\nPss:      30000 kB\n"
        "Pss_Dirty:   11 kB\n"
    ),
    f"{CPUFREQ}/policy0/stats/time_in_state": "600000 100\n1500000 200\n",
    f"{CPUFREQ}/policy0/scaling_cur_freq": "600000\n",
}
AFTER = BEFORE | {
    "proc/stat": "cpu  1600 0 700 8100 100 0 50 300 9 0\ncpu0 1 0 1 1 1 0 0 0 0 0\n",
    "proc/pressure/cpu": BEFORE["proc/pressure/cpu"].replace("total=1000000", "total=3500000"),
    "proc/self/task/101/schedstat": "9000000 23000000 12\n",
    f"{CPUFREQ}/policy0/stats/time_in_state": "600000 200\n1500000 500\n",
}


def between(before: Path, after: Path, seconds: float = 5.0) -> tuple[Snapshot, Snapshot]:
    first = take(before)
    return first, replace(take(after), taken_s=first.taken_s + seconds)


def test_differences_per_frame_and_shares(tmp_path: Path) -> None:
    before, after = (Path(build(tmp_path / n, f)) for n, f in (("a", BEFORE), ("b", AFTER)))
    found = figures(*between(before, after), frames=10)
    assert found["run_delay_ms_per_frame"] == pytest.approx(2.0)  # 20 ms of both threads
    assert found["steal_share"] == pytest.approx(0.1)  # 100 of 1000 ticks, guest time left out
    assert found["cpu_pressure_share"] == pytest.approx(0.5)  # 2.5 of 5 s
    assert found["rss_mb"] == pytest.approx(40.96)
    assert found["pss_mb"] == pytest.approx(30.72)
    assert found["clock_mhz"] == pytest.approx(1275)  # 100 ticks at 600, 300 at 1500
    assert found["cores_busy"] >= 0


def test_the_clock_of_this_moment_where_there_are_no_statistics(tmp_path: Path) -> None:
    files = {name: text for name, text in BEFORE.items() if "time_in_state" not in name}
    root = Path(build(tmp_path, files))
    assert figures(*between(root, root), frames=1)["clock_mhz"] == 600


@pytest.mark.parametrize("text", ["", "cpu 1 2\n", "cpu a b c d e f g h\n"])
def test_what_is_not_told_is_missing_not_zero(tmp_path: Path, text: str) -> None:
    root = Path(build(tmp_path, {"proc/stat": text}))
    found = figures(*between(root, root), frames=1)
    told = {"steal_share", "run_delay_ms_per_frame", "cpu_pressure_share", "pss_mb", "clock_mhz"}
    assert told.isdisjoint(found)
    assert found["peak_rss_mb"] > 0


def test_a_total_that_went_backwards_is_missing(tmp_path: Path) -> None:
    before, after = (Path(build(tmp_path / n, f)) for n, f in (("a", AFTER), ("b", BEFORE)))
    found = figures(*between(before, after), frames=1)
    assert {"steal_share", "run_delay_ms_per_frame", "cpu_pressure_share"}.isdisjoint(found)


def test_no_frames_have_no_figures_per_frame() -> None:
    snapshot = take()
    with pytest.raises(ValueError, match="0 frames"):
        figures(snapshot, replace(snapshot, taken_s=snapshot.taken_s + 1), frames=0)


def test_this_process_is_watched() -> None:
    probe = Probe()
    probe.start()
    with mmap.mmap(-1, 8_192_000) as pages:  # not from memory that was freed and is kept
        for start in range(0, len(pages), 4096):
            pages[start] = 1
    end_s = time.process_time() + 0.05  # the kernel counts in ticks of up to 10 ms
    while time.process_time() < end_s:
        pass
    found, tier = probe.stop(frames=4)
    assert tier == RUSAGE or tier.startswith("perf")
    assert (probe.reason == "") == tier.startswith("perf")
    # 8 MB in pages of 4 KiB over four frames, unless the kernel gave them as huge pages.
    assert found["minor_faults_per_frame"] > 0
    assert found["user_ms_per_frame"] + found["system_ms_per_frame"] > 0
