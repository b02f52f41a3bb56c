"""One chip in the board's supply."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.power import PowerOptions
from pipelines.power.ina2xx import Ina2xx
from tests.recorded.tree import build, make_fail


def chip(name: str = "ina219", number: int = 1, **values: object) -> dict[str, str]:
    folder = f"sys/class/hwmon/hwmon{number}"
    return {f"{folder}/name": f"{name}\n"} | {
        f"{folder}/{key}_input": f"{value}\n" for key, value in values.items()
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # µW, and beside it mV · mA
        (chip(power1=6_120_000), 6.12),
        (chip("ina226", in1=5100, curr1=1200), 6.12),
        (chip("ina231", in1=5100, curr1=1200, power1=6_150_000), 6.15),
        # a power register too coarse for the load
        (chip(in1=5100, curr1=10, power1=0), 0.051),
        # the shunt's own voltage (in0) is not the supply's
        (chip(in0=12, curr1=1200), None),
        # charging, or wired the other way round: the power register knows no sign
        (chip(in1=5100, curr1=-1200, power1=6_120_000), None),
        # nothing flows: no reading
        (chip(in1=5100, curr1=0, power1=0), None),
        # which of two sees the whole board?
        (chip(power1=6_120_000) | chip(number=2, power1=1_000_000), None),
        # other chips
        (chip("ina3221", in1=5100, curr1=1200), None),
        (chip("cpu_thermal", power1=6_120_000), None),
        (chip("cpu_thermal", power1=9_000_000) | chip(number=10, power1=6_120_000), 6.12),
    ],
)
def test_chip(tmp_path: Path, files: dict[str, str], expected: float | None) -> None:
    reading = Ina2xx(PowerOptions(root=build(tmp_path, files))).read()
    assert (reading and reading.watts) == (expected and pytest.approx(expected))


def test_a_chip_that_stops_answering(tmp_path: Path) -> None:
    source = Ina2xx(PowerOptions(root=build(tmp_path, chip(in1=5100, curr1=1200))))
    assert source.read() is not None
    make_fail(tmp_path / "sys/class/hwmon/hwmon1/curr1_input")
    assert source.read() is None
    assert "curr1_input" in source.reason


def test_a_driver_loaded_again_under_another_number(tmp_path: Path) -> None:
    source = Ina2xx(PowerOptions(root=build(tmp_path, chip(power1=6_000_000))))
    assert source.read() is not None
    (tmp_path / "sys/class/hwmon/hwmon1/name").unlink()
    build(tmp_path, chip(number=5, power1=7_000_000))
    reading = source.read()
    assert reading is not None
    assert reading.watts == 7.0
