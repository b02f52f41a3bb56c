"""The Jetsons' rails: the input alone, or the sum of those that are on."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.power import PowerOptions, PowerReading
from pipelines.power.ina2xx import Ina2xx
from pipelines.power.ina3221 import Ina3221
from tests.recorded.power import JETSON
from tests.recorded.tree import build, make_fail

DEVICES = "sys/bus/i2c/devices"


def chip(address: str, hwmon: int, *rails: tuple[str, int, int]) -> dict[str, str]:
    """*rails*: label, mV, mA."""
    folder = f"{DEVICES}/{address}/hwmon/hwmon{hwmon}"
    files = {f"{DEVICES}/{address}/name": "ina3221\n", f"{folder}/in7_label": "sum of shunts\n"}
    for channel, (label, millivolts, milliamperes) in enumerate(rails, 1):
        files |= {
            f"{folder}/in{channel}_label": f"{label}\n",
            f"{folder}/in{channel}_input": f"{millivolts}\n",
            f"{folder}/curr{channel}_input": f"{milliamperes}\n",
        }
    return files


def jetpack4(address: str, device: int, *rails: tuple[str, int]) -> dict[str, str]:
    """*rails*: label, mW."""
    folder = f"{DEVICES}/{address}/iio:device{device}"
    files = {f"{DEVICES}/{address}/name": "ina3221x\n"}
    for channel, (label, milliwatts) in enumerate(rails):
        files |= {
            f"{folder}/rail_name_{channel}": f"{label}\n",
            f"{folder}/in_power{channel}_input": f"{milliwatts}\n",
        }
    return files


# A Jetson AGX Orin has no rail for its whole input; one of its chips has a single channel in use.
AGX_ORIN = chip(
    "1-0040",
    3,
    ("VDD_GPU_SOC", 19000, 200),  # 3.8 W
    ("VDD_CPU_CV", 19000, 100),  # 1.9 W
    ("VIN_SYS_5V0", 5000, 700),  # 3.5 W
) | chip("1-0041", 2, ("NC", 8, 9000), ("VDDQ_VDD2_1V8AO", 5000, 120), ("NC", 16, 9000))


def read(source: Ina3221) -> tuple[float, str] | None:
    reading = source.read()
    return None if reading is None else (round(reading.watts, 9), reading.scope)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # the rails' sum, both chips, without what is not connected: 3.8 + 1.9 + 3.5 + 0.6
        (AGX_ORIN, (9.8, "rails")),
        # the input alone, although it stands in the last place of the second chip
        (
            chip("1-0040", 3, ("VDD_CPU_GPU_CV", 5000, 300), ("VDD_SOC", 5000, 200))
            | chip("1-0041", 4, ("NC", 0, 0), ("VDD_X", 5000, 90), ("VDD_IN", 5000, 1500)),
            (7.5, "board"),
        ),
        # Jetson Nano, JetPack 4: counting the other two as well would say 3.9 W
        (
            jetpack4("6-0040", 0, ("POM_5V_IN", 2400), ("POM_5V_GPU", 600), ("POM_5V_CPU", 900)),
            (2.4, "board"),
        ),
        # Jetson AGX Xavier, JetPack 4: two chips, no rail for the input
        (
            jetpack4("1-0040", 0, ("GPU", 310), ("CPU", 620), ("SOC", 1550))
            | jetpack4("1-0041", 1, ("CV", 0), ("VDDRQ", 310), ("SYS5V", 2210)),
            (5.0, "rails"),
        ),
        # labels that only look as if they were not connected, and those that are not
        (chip("1-0040", 3, ("VDD_SYNC", 5000, 100), ("VDD_NC", 5000, 100)), (0.5, "rails")),
        (chip("1-0040", 3, ("NC", 5000, 100), ("", 5000, 100)), None),
        # an idle rail may say a little less than nothing
        (chip("1-0040", 3, ("A", 5000, 1000), ("B", 5000, -8)), (4.96, "rails")),
        # no rail draws anything: that is no reading
        (chip("1-0040", 3, ("VDD_IN", 5000, 0), ("B", 5000, 100)), None),
        # another chip
        ({f"{DEVICES}/1-0040/name": "ina219\n"}, None),
    ],
)
def test_rails(tmp_path: Path, files: dict[str, str], expected: tuple[float, str] | None) -> None:
    assert read(Ina3221(PowerOptions(root=build(tmp_path, files)))) == expected


@pytest.mark.parametrize("file", ["in2_input", "curr2_input"])
def test_a_channel_that_is_switched_off_is_left_out_for_good(tmp_path: Path, file: str) -> None:
    build(tmp_path, AGX_ORIN)
    path = tmp_path / DEVICES / "1-0041/hwmon/hwmon2" / file
    make_fail(path)
    source = Ina3221(PowerOptions(root=str(tmp_path)))
    assert read(source) == (9.2, "rails")
    path.rmdir()
    path.write_text("5000\n")
    assert read(source) == (9.2, "rails")


def test_a_rail_that_falls_silent_later_leaves_no_sum(tmp_path: Path) -> None:
    build(tmp_path, AGX_ORIN)
    source = Ina3221(PowerOptions(root=str(tmp_path)))
    assert read(source) == (9.8, "rails")
    make_fail(tmp_path / DEVICES / "1-0040/hwmon/hwmon3/in3_input")
    assert read(source) is None
    assert "in3_input" in source.reason


def test_an_input_that_cannot_be_read_is_not_replaced_by_the_rails(tmp_path: Path) -> None:
    build(tmp_path, JETSON)
    make_fail(tmp_path / DEVICES / "1-0040/hwmon/hwmon3/in1_input")
    source = Ina3221(PowerOptions(root=str(tmp_path)))
    assert read(source) is None
    assert "in1_input" in source.reason


def test_all_channels_off(tmp_path: Path) -> None:
    build(tmp_path, chip("1-0040", 3, ("A", 5000, 100), ("B", 5000, 100)))
    for channel in (1, 2):
        make_fail(tmp_path / DEVICES / f"1-0040/hwmon/hwmon3/in{channel}_input")
    source = Ina3221(PowerOptions(root=str(tmp_path)))
    assert read(source) is None
    assert "in2_input" in source.reason


def test_the_source_for_single_chips_leaves_it_alone(tmp_path: Path) -> None:
    reading: PowerReading | None = Ina2xx(PowerOptions(root=build(tmp_path, JETSON))).read()
    assert reading is None
