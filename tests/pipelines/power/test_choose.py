"""Which source "auto" takes, and what a named one says when it cannot read."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from models.errors import InputError, MissingExtra, UnknownName
from pipelines.power import POWER_SOURCES, PowerOptions
from pipelines.power.choose import choose_source, describe_sources
from tests.recorded.power import RECORDINGS
from tests.recorded.tree import Clock, build, shared_folder, unprivileged


@pytest.fixture
def world(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, clock)
    monkeypatch.setattr("time.sleep", world.sleep)
    return world


class World:
    """A machine with several recorded sources, whose counters move while somebody sleeps."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self._root = root
        self._clock = clock
        self._later: dict[str, str] = {}
        self.slept_s = 0.0

    def having(self, *names: str) -> PowerOptions:
        for name in names:
            build(self._root, RECORDINGS[name].files)
            self._later |= RECORDINGS[name].later
        return PowerOptions(root=str(self._root))

    def sleep(self, seconds: float) -> None:
        self.slept_s += seconds
        self._clock.sleep(seconds)
        if seconds:
            build(self._root, self._later)


@pytest.mark.parametrize("first", range(len(RECORDINGS)))
def test_auto_takes_the_first_of_the_table_that_reads(world: World, first: int) -> None:
    names = POWER_SOURCES.names()[first:]
    source = choose_source("auto", world.having(*names))
    assert source is not None
    assert type(source) is POWER_SOURCES.load(names[0])
    assert world.slept_s <= 0.1


def test_auto_waits_for_nobody_where_a_sensor_answers(world: World) -> None:
    assert choose_source("auto", world.having("battery", "modelled")) is not None
    assert world.slept_s == 0


def test_auto_passes_over_what_is_there_but_cannot_read(world: World, tmp_path: Path) -> None:
    options = world.having("rapl", "modelled")
    (tmp_path / "sys/class/powercap/intel-rapl:1/energy_uj").unlink()
    world._later.pop("sys/class/powercap/intel-rapl:1/energy_uj")
    source = choose_source("auto", options)
    assert type(source) is POWER_SOURCES.load("modelled")


def test_auto_with_nothing_at_all(world: World) -> None:
    assert choose_source("auto", world.having()) is None
    assert world.slept_s <= 0.1


def test_auto_always_finds_something_on_linux() -> None:
    source = choose_source("auto", PowerOptions())
    assert source is not None


def test_none_is_none() -> None:
    assert choose_source("none", PowerOptions()) is None


@pytest.mark.parametrize("name", POWER_SOURCES.names())
def test_a_named_source(world: World, name: str) -> None:
    source = choose_source(name, world.having(name))
    assert type(source) is POWER_SOURCES.load(name)


@pytest.mark.parametrize("name", POWER_SOURCES.names())
def test_a_named_source_that_is_absent_says_why(world: World, name: str) -> None:
    with pytest.raises(
        InputError, match=f"power source '{name}' gives no reading: .{{10,}}"
    ) as told:
        choose_source(name, world.having())
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("rappl", "did you mean 'rapl'"), ("autos", "did you mean 'auto'"), ("zz", "known: auto, ")],
)
def test_an_unknown_name(name: str, hint: str) -> None:
    with pytest.raises(UnknownName, match=re.escape(hint)):
        choose_source(name, PowerOptions())


def test_counters_that_only_root_may_read_say_how_to_open_them() -> None:
    POWER_SOURCES.load("rapl")
    with shared_folder() as root:
        build(root, RECORDINGS["rapl"].files)
        counter = root / "sys/class/powercap/intel-rapl:0/energy_uj"
        counter.chmod(0)
        with unprivileged(), pytest.raises(InputError) as told:
            choose_source("rapl", PowerOptions(root=str(root)))
        assert f"only root may read {counter}" in str(told.value)
        assert f"sudo chmod a+r {counter}" in str(told.value)


def test_describe_says_of_every_source_what_it_reads_or_why_not(world: World) -> None:
    states = {state.name: state for state in describe_sources(world.having("battery", "modelled"))}
    assert tuple(states) == POWER_SOURCES.names()
    assert states["battery"].reading is not None
    assert states["battery"].reading.watts == pytest.approx(6.54)
    assert states["battery"].reason == ""
    assert states["modelled"].reading is not None
    for name in ("jetson-ina3221", "hwmon-ina2xx", "pi-pmic", "rapl"):
        assert states[name].reading is None
        assert states[name].reason


def test_describe_this_machine() -> None:
    states = describe_sources(PowerOptions())
    assert states[-1].name == "modelled"
    assert all(bool(state.reading) != bool(state.reason) for state in states)


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """A package of somebody else's that offers the power source "meter"."""
    build(
        folder,
        {
            "a_power_meter.py": module,
            "a_power_meter-1.0.dist-info/METADATA": "Name: a-power-meter\nVersion: 1.0\n",
            "a_power_meter-1.0.dist-info/entry_points.txt": "[saccade.power]\n"
            "meter = a_power_meter:Meter\n",
        },
    )
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "a_power_meter", raising=False)


def test_an_installed_plug_in_comes_before_the_model(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(
        tmp_path / "site",
        monkeypatch,
        "from pipelines.power import PowerReading\n"
        "class Meter:\n"
        "    reason = ''\n"
        "    def __init__(self, options): pass\n"
        "    def read(self): return PowerReading(4.2, 'measured', 'board', 'meter')\n",
    )
    source = choose_source("auto", world.having("modelled"))
    assert source is not None
    reading = source.read()
    assert reading is not None
    assert reading.source == "meter"
    assert describe_sources(world.having("modelled"))[-1].name == "modelled"


def test_a_plug_in_without_its_library_leaves_the_others_alone(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", monkeypatch, "import a_library_that_nobody_has\n")
    options = world.having("modelled")
    assert type(choose_source("auto", options)) is POWER_SOURCES.load("modelled")
    states = {state.name: state for state in describe_sources(options)}
    assert "a_library_that_nobody_has" in states["meter"].reason
    with pytest.raises(MissingExtra, match="a_library_that_nobody_has"):
        choose_source("meter", options)
