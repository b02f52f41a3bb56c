"""What a change of network cost."""

from __future__ import annotations

import pytest

from app.account import Entry, PowerLog
from models.candidate import Candidate
from pipelines.live.switcher import Switch
from pipelines.power import PowerReading
from pipelines.selection.scenario import Scenario, Weights


def log_of(*watts: float | None, source: str = "pi-pmic") -> PowerLog:
    """One reading a second, from second 0 on."""
    log = PowerLog()
    for second, value in enumerate(watts):
        reading = None if value is None else PowerReading(value, "measured", "board", source)
        log.add(float(second), reading)
    return log


def test_the_joules_are_those_beyond_what_the_two_networks_draw() -> None:
    # Asked for at 2, done at 4.5: two seconds of loading at 9 W, and one in which half was the new.
    log = log_of(5, 5, 5, 9, 9, 7, 3, 3, 3)
    spent = log.joules(2.0, 4.5)
    assert spent == (pytest.approx(9 + 9 + 7 - 2.5 * 5 - 0.5 * 3), "measured")


def test_a_change_that_costs_nothing_takes_nothing() -> None:
    assert log_of(*[5.0] * 9).joules(3.0, 4.2) == (pytest.approx(0.0, abs=1e-9), "measured")


@pytest.mark.parametrize(
    "log",
    [
        log_of(),
        log_of(5, 5, 5),  # nothing of the new network yet
        log_of(None, None, None, 9, 9, 7, 3, 3),  # nothing of the old one
        log_of(5, 5, 5, None, 9, 7, 3, 3),  # a gap in between
    ],
)
def test_without_readings_around_it_they_are_unknown(log: PowerLog) -> None:
    assert log.joules(2.0, 4.5) is None


def test_readings_of_two_origins_do_not_add_up() -> None:
    log = log_of(5, 5, 5, 9, 9)
    for second in (5.0, 6.0, 7.0):
        log.add(second, PowerReading(3, "modelled", "board", "modelled"))
    assert log.joules(2.0, 3.5) is None


@pytest.mark.parametrize(("gain", "paid"), [(None, None), (0.2, True), (0.0, False), (-0.1, False)])
def test_it_paid_if_the_figure_of_merit_rose(gain: float | None, paid: bool | None) -> None:
    switch = Switch("2026-03-01", None, Candidate("b", "fp32", "e"), "because", 12.3456, None, 2)
    entry = Entry(
        camera="gate",
        switch=switch,
        scenario=Scenario("energy", Weights()),
        source="mqtt",
        gain=0.62,
        gain_ci95=(0.5, 0.7),
        realised_gain=gain,
    )
    assert entry.paid is paid
    assert entry.as_dict() == {
        "at": "2026-03-01",
        "why": "because",
        "scenario": "energy",
        "source": "mqtt",
        "load_ms": 12.346,
        "gap_ms": None,
        "dropped": 2,
        "gain": 0.62,
        "gain_ci95": [0.5, 0.7],
        "realised_gain": gain,
        "joules": None,
        "joules_kind": None,
        "paid": paid,
    }
