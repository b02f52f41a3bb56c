"""Watts from processor time."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from pipelines.power import PowerOptions
from pipelines.power.modelled import Modelled
from tests.recorded.tree import Clock, build

FIELDS = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest")


def stat(**ticks: int) -> dict[str, str]:
    times = " ".join(str(ticks.get(field, 0)) for field in FIELDS) + " 0"
    cores = "".join(f"cpu{core} {times}\n" for core in range(4))
    return {"proc/stat": f"cpu  {times}\n{cores}ctxt 1\n"}


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        # at rest: the model's idle watts
        (stat(idle=400), 3.0),
        # one core of four for a second, whatever it did
        (stat(user=100), 5.0),
        (stat(nice=100), 5.0),
        (stat(system=100), 5.0),
        (stat(irq=50, softirq=50), 5.0),
        # waiting, and working for another machine, is no work of this one
        (stat(iowait=100, steal=100), 3.0),
        # a guest's time is in the user's already
        (stat(user=100, guest=100), 5.0),
        # whole ticks can add up to more than four cores have
        (stat(user=404), 11.0),
    ],
)
def test_model(tmp_path: Path, clock: Clock, later: dict[str, str], expected: float) -> None:
    source = Modelled(PowerOptions(build(tmp_path, stat()), idle_w=3.0, core_w=2.0))
    assert source.read() is None
    clock.now_s += 1
    build(tmp_path, later)
    reading = source.read()
    assert reading is not None
    assert reading.watts == pytest.approx(expected)
    assert reading.kind == "modelled"


def test_the_mean_is_over_the_time_since_the_previous_read(tmp_path: Path, clock: Clock) -> None:
    source = Modelled(PowerOptions(build(tmp_path, stat()), idle_w=1.0, core_w=1.0))
    said = []
    for seconds, ticks in ((0, 0), (2, 100), (0.001, 100), (1.999, 500)):
        clock.now_s += seconds
        build(tmp_path, stat(user=ticks))
        reading = source.read()
        said.append(reading and reading.watts)
    # 1 s of work in 2 s; then, after a read that came too soon, 4 s of work in 2 s
    assert said == [None, pytest.approx(1.5), None, pytest.approx(3.0)]


def test_time_that_goes_backwards(tmp_path: Path, clock: Clock) -> None:
    source = Modelled(PowerOptions(build(tmp_path, stat(user=1000)), idle_w=1.0, core_w=1.0))
    source.read()
    clock.now_s += 1
    build(tmp_path, stat(user=990))
    assert source.read() is None
    clock.now_s += 1
    build(tmp_path, stat(user=1040))
    reading = source.read()
    assert reading is not None
    assert reading.watts == pytest.approx(1.5)


def test_a_model_of_nothing_is_no_0_w(tmp_path: Path, clock: Clock) -> None:
    source = Modelled(PowerOptions(build(tmp_path, stat()), idle_w=0.0, core_w=0.0))
    source.read()
    clock.now_s += 1
    assert source.read() is None


def test_sees_this_machine_work() -> None:
    source = Modelled(PowerOptions(idle_w=1.0, core_w=10.0))
    source.read()
    stop = time.monotonic() + 0.3
    thread = threading.Thread(target=lambda: _spin_until(stop))
    thread.start()
    thread.join()
    reading = source.read()
    assert reading is not None
    # A core was busy for that time, unless somebody else took it away from this machine.
    assert reading.watts > 1.0


def _spin_until(stop: float) -> None:
    while time.monotonic() < stop:
        pass
