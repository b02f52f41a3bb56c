"""The packages' energy counters: what is counted, how they wrap, and who may read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.power import PowerOptions
from pipelines.power.rapl import Rapl
from tests.recorded.tree import Clock, build

CAP = "sys/class/powercap"
RANGE = 65_532_610_987  # an AMD processor's: it wraps after 65.5 kJ


def zone(
    number: int, energy: int, name: str = "package-0", prefix: str = "intel"
) -> dict[str, str]:
    folder = f"{CAP}/{prefix}-rapl:{number}"
    return {
        f"{folder}/name": f"{name}\n",
        f"{folder}/max_energy_range_uj": f"{RANGE}\n",
        f"{folder}/energy_uj": f"{energy}\n",
    }


def watts(tmp_path: Path, clock: Clock, *steps: tuple[float, int]) -> list[float | None]:
    """What every read says; each step is (seconds since the one before, the counter in µJ)."""
    source = None
    said = []
    for seconds, energy in steps:
        clock.now_s += seconds
        build(tmp_path, zone(0, energy))
        source = source or Rapl(PowerOptions(root=str(tmp_path)))
        reading = source.read()
        said.append(None if reading is None else round(reading.watts, 6))
    return said


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        # the first read only begins the interval, the next ones are means since the one before
        ([(0, 0), (1, 10_000_000), (2, 30_000_000)], [None, 10.0, 10.0]),
        # a wrap in the middle of the interval: 1 J before it, 4 J after it
        ([(0, RANGE - 1_000_000), (0.5, 4_000_000)], [None, 10.0]),
        # a counter that stands still, as in a virtual machine, is no 0 W
        ([(0, 5), (1, 5), (1, 5)], [None, None, None]),
        # a counter set back by a restart of the chip is no wrap; then it goes on
        ([(0, 50_000_000), (1, 0), (1, 10_000_000)], [None, None, 10.0]),
        # nor is one that a wrap would explain only by a kilowatt and more
        ([(0, RANGE - 1_200_000_000), (1, 0), (1, 10_000_000)], [None, None, 10.0]),
        # a jump ahead is no reading either
        ([(0, 0), (1, 5_000_000_000), (1, 5_010_000_000)], [None, None, 10.0]),
        # read again at once: no reading, and the interval goes on from the older read
        ([(0, 0), (0.001, 20_000), (0.999, 10_000_000)], [None, None, 10.0]),
        # after minutes it may have wrapped any number of times
        ([(0, 0), (300, 10_000_000), (1, 20_000_000)], [None, None, 10.0]),
    ],
)
def test_the_counter(
    tmp_path: Path,
    clock: Clock,
    steps: list[tuple[float, int]],
    expected: list[float | None],
) -> None:
    assert watts(tmp_path, clock, *steps) == expected


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("intel-rapl:1", "psys"),
        ("intel-rapl:1", "dram"),
        # parts of the package, whatever they call themselves
        ("intel-rapl:0:0", "core"),
        ("intel-rapl:0:1", "package-0"),
        # the same package by another way
        ("intel-rapl-mmio:0", "package-0"),
        # another kind of power capping
        ("dtpm:0", "package-0"),
    ],
)
def test_counts_packages_only(tmp_path: Path, clock: Clock, folder: str, name: str) -> None:
    decoy = {
        f"{CAP}/{folder}/name": f"{name}\n",
        f"{CAP}/{folder}/max_energy_range_uj": f"{RANGE}\n",
        f"{CAP}/{folder}/energy_uj": "0\n",
    }
    build(tmp_path, zone(0, 0) | decoy)
    source = Rapl(PowerOptions(root=str(tmp_path)))
    assert source.read() is None
    clock.now_s += 1
    build(tmp_path, zone(0, 10_000_000) | {f"{CAP}/{folder}/energy_uj": "7000000\n"})
    reading = source.read()
    assert reading is not None
    assert reading.watts == pytest.approx(10.0)


def test_sums_dies_and_packages(tmp_path: Path, clock: Clock) -> None:
    build(tmp_path, zone(0, 0, "package-0-die-0") | zone(1, 0, "package-0-die-1"))
    source = Rapl(PowerOptions(root=str(tmp_path)))
    source.read()
    clock.now_s += 1
    build(tmp_path, zone(0, 4_000_000, "package-0-die-0") | zone(1, 5_000_000, "package-0-die-1"))
    reading = source.read()
    assert reading is not None
    assert reading.watts == pytest.approx(9.0)


def test_a_package_that_cannot_be_read_leaves_no_partial_sum(tmp_path: Path, clock: Clock) -> None:
    build(tmp_path, zone(0, 0) | zone(1, 0, "package-1"))
    (tmp_path / CAP / "intel-rapl:1/energy_uj").unlink()
    source = Rapl(PowerOptions(root=str(tmp_path)))
    assert source.read() is None
    clock.now_s += 1
    build(tmp_path, zone(0, 10_000_000))
    assert source.read() is None
    assert "intel-rapl:1" in source.reason
