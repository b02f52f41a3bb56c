"""The power over a measurement, and whether the measurement is valid."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.benchmark.conditions import power, watch
from pipelines.benchmark.conditions.power import MeanPower
from pipelines.benchmark.conditions.watch import Watch, at_rest
from pipelines.power import PowerOptions, PowerReading
from pipelines.power.battery import Battery
from pipelines.power.modelled import Modelled
from pipelines.power.rapl import Rapl
from tests.recorded.tree import Clock, build

RAPL = "sys/class/powercap/intel-rapl:0/"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that goes by when somebody sleeps."""
    clock = Clock()
    for module in (power, watch):
        monkeypatch.setattr(module.time, "monotonic", clock.monotonic)
        monkeypatch.setattr(module.time, "sleep", clock.sleep)
    return clock


def counter(root: Path, joules: float) -> None:
    files = {"name": "package-0\n", "max_energy_range_uj": "9000000000\n"}
    build(root, {f"{RAPL}{name}": text for name, text in files.items()})
    (root / RAPL / "energy_uj").write_text(f"{joules * 1e6:.0f}\n")


def test_the_mean_of_a_counter_is_energy_over_time(tmp_path: Path, clock: Clock) -> None:
    counter(tmp_path, 5.0)
    mean = MeanPower(Rapl(PowerOptions(str(tmp_path))))
    mean.begin()
    for seconds, joules in ((1.0, 7.0), (3.0, 25.0)):
        clock.sleep(seconds)
        counter(tmp_path, joules)
        mean.sample()
    # 2 J in a second, then 18 J in three: the mean of 2 W and 6 W would be something else.
    assert mean.reading() == PowerReading(pytest.approx(5.0), "measured", "package", "rapl")


def test_begin_forgets_what_was_drawn_before(tmp_path: Path, clock: Clock) -> None:
    counter(tmp_path, 0.0)
    mean = MeanPower(Rapl(PowerOptions(str(tmp_path))))
    clock.sleep(1.0)
    counter(tmp_path, 500.0)
    mean.begin()
    clock.sleep(1.0)
    counter(tmp_path, 503.0)
    mean.sample()
    reading = mean.reading()
    assert reading is not None
    assert reading.watts == pytest.approx(3.0)


def test_a_reading_that_fails_leaves_no_gap(tmp_path: Path, clock: Clock) -> None:
    battery = "sys/class/power_supply/BAT0/"
    files = {"type": "Battery\n", "status": "Discharging\n", "power_now": "4000000\n"}
    build(tmp_path, {battery + name: text for name, text in files.items()})
    mean = MeanPower(Battery(PowerOptions(str(tmp_path))))
    for watts in ("4000000", "nonsense", "8000000"):
        (tmp_path / battery / "power_now").write_text(watts)
        clock.sleep(1.0)
        mean.sample()
    reading = mean.reading()
    assert reading is not None
    assert reading.watts == pytest.approx((4 * 1 + 8 * 2) / 3)


@pytest.mark.parametrize("source", [None, Rapl(PowerOptions("/nowhere"))])
def test_without_a_source_the_power_is_unknown(source: Rapl | None) -> None:
    mean = MeanPower(source)
    mean.sample()
    assert mean.reading() is None


def test_power_is_not_read_more_often_than_it_needs(tmp_path: Path, clock: Clock) -> None:
    counter(tmp_path, 0.0)
    observer = Watch(Rapl(PowerOptions(str(tmp_path))), str(tmp_path))
    observer.begin()
    for number in range(10):
        clock.sleep(0.1)
        counter(tmp_path, 1000.0 if number < 4 else 0.1 * (number + 1))
        observer.sample()
    # The counter's nonsense in the first half second was never looked at.
    reading = observer.end().power
    assert reading is not None
    assert reading.watts == pytest.approx(1.0)


def test_at_rest_nothing_but_the_time_passes(tmp_path: Path, clock: Clock) -> None:
    counter(tmp_path, 0.0)
    before = clock.now_s
    conditions = at_rest(Rapl(PowerOptions(str(tmp_path))), 3.0, str(tmp_path))
    assert clock.now_s - before == pytest.approx(3.0)
    assert conditions.disturbance == ""
    assert conditions.temperature_c is None


def test_another_programs_work_disturbs() -> None:
    """On the real machine: what our own process does is no disturbance, a neighbour's is."""
    spin = "import time\nend = time.monotonic() + 1.2\nwhile time.monotonic() < end: pass"
    observer = Watch(Modelled(PowerOptions()))
    neighbours = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(2)]
    observer.begin()
    for neighbour in neighbours:
        neighbour.wait()
    conditions = observer.end()
    assert "other programs took" in conditions.disturbance
    assert conditions.power is not None
    assert conditions.power.kind == "modelled"
