"""The board's temperature and its firmware's complaints, from recorded trees."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.heat import Heat, Throttling, parse_throttled
from tests.recorded.tree import VCGENCMD, build, make_fail

THERMAL = "sys/class/thermal"
PI = [("cpu-thermal", "52100")]
LAPTOP = [
    ("acpitz", "27800"),
    ("INT3400 Thermal", "20000"),
    ("iwlwifi_1", "48000"),
    ("x86_pkg_temp", "61000"),
    ("TCPU", "60050"),
]
JETSON_NANO = [
    ("AO-therm", "41500"),
    ("CPU-therm", "33500"),
    ("GPU-therm", "31000"),
    ("PLL-therm", "31500"),
    ("PMIC-Die", "100000"),
    ("thermal-fan-est", "32250"),
]


def zones(pairs: list[tuple[str, str]]) -> dict[str, str]:
    files = {f"{THERMAL}/cooling_device0/type": "Processor\n"}
    for number, (kind, temperature) in enumerate(pairs):
        files[f"{THERMAL}/thermal_zone{number}/type"] = f"{kind}\n"
        files[f"{THERMAL}/thermal_zone{number}/temp"] = f"{temperature}\n"
    return files


def hwmon(number: int, name: str, temperature: str) -> dict[str, str]:
    folder = f"sys/class/hwmon/hwmon{number}"
    return {f"{folder}/name": f"{name}\n", f"{folder}/temp1_input": f"{temperature}\n"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (zones(PI), 52.1),
        # not the wireless card, nor the constant that ACPI tells
        (zones(LAPTOP), 61.0),
        # not the power chip, which always says 100
        (zones(JETSON_NANO), 33.5),
        (zones([("soc-thermal", "45000"), ("gpu-thermal", "70000")]), 45.0),
        (zones([("soc0-thermal", "45000"), ("tj-thermal", "51000")]), 51.0),
        # two processors: the warmer one
        (zones([("x86_pkg_temp", "61000"), ("x86_pkg_temp", "66000")]), 66.0),
        (zones([("cpu0-thermal", "50000"), ("cpu1-thermal", "52000")]), 52.0),
        # AMD has no thermal zone for it, only a hwmon chip
        (zones([("acpitz", "16800")]) | hwmon(2, "k10temp", "47250"), 47.25),
        (hwmon(1, "nvme", "40850") | hwmon(2, "coretemp", "55000"), 55.0),
        # nonsense in the best zone: the next best
        (zones([("cpu-thermal", "garbage"), ("soc-thermal", "45000")]), 45.0),
        (zones([("cpu-thermal", "-274000"), ("soc-thermal", "45000")]), 45.0),
        (zones([("cpu-thermal", "0"), ("soc-thermal", "45000")]), 45.0),
        (zones([("cpu-thermal", "999999"), ("soc-thermal", "45000")]), 45.0),
        (zones([("cpu-thermal", "nan")]), None),
        # frost is possible
        (zones([("cpu-thermal", "-12500")]), -12.5),
        # nothing of the processor's
        (zones([("iwlwifi_1", "48000"), ("acpitz", "27800"), ("", "40000")]), None),
        ({}, None),
    ],
)
def test_temperature(tmp_path: Path, files: dict[str, str], expected: float | None) -> None:
    assert Heat(build(tmp_path, files)).temperature_c() == expected


def test_a_zone_that_fails_is_skipped_and_taken_again(tmp_path: Path) -> None:
    build(tmp_path, zones([("cpu-thermal", "52100"), ("soc-thermal", "45000")]))
    heat = Heat(str(tmp_path))
    assert heat.temperature_c() == 52.1
    zone = tmp_path / THERMAL / "thermal_zone0/temp"
    make_fail(zone)
    assert heat.temperature_c() == 45.0
    zone.rmdir()
    zone.write_text("53000\n")
    assert heat.temperature_c() == 53.0


def test_a_zone_that_appears_later(tmp_path: Path) -> None:
    heat = Heat(str(tmp_path))
    assert heat.temperature_c() is None
    build(tmp_path, zones(PI))
    assert heat.temperature_c() == 52.1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("throttled=0x0", Throttling((), ())),
        (
            "throttled=0x50005",
            Throttling(("under-voltage", "throttled"), ("under-voltage", "throttled")),
        ),
        ("throttled=0x50000", Throttling((), ("under-voltage", "throttled"))),
        ("throttled=0x20002", Throttling(("frequency capped",), ("frequency capped",))),
        ("throttled=0x80008", Throttling(("soft temperature limit",), ("soft temperature limit",))),
        # bits that nobody has named mean nothing
        ("throttled=0x0FF0", Throttling((), ())),
        ("", None),
        ("throttled=", None),
        ("throttled=0x", None),
        ("throttled=5", None),
        ("throttled=0xZZ", None),
        ("throttled=0x5\nthrottled=0x5", None),
        ('error=1 error_msg="Command not registered"', None),
    ],
)
def test_the_bits(text: str, expected: Throttling | None) -> None:
    assert parse_throttled(text) == expected


@given(st.text())
def test_the_bits_of_anything(text: str) -> None:
    parse_throttled("throttled=0x" + text)
    parse_throttled(text)


def test_throttling_asks_the_firmware(tmp_path: Path) -> None:
    build(
        tmp_path,
        {"usr/bin/vcgencmd": VCGENCMD, "usr/bin/vcgencmd.get_throttled": "throttled=0x50005\n"},
    )
    heat = Heat(str(tmp_path))
    assert heat.throttling() == Throttling(
        ("under-voltage", "throttled"), ("under-voltage", "throttled")
    )
    (tmp_path / "usr/bin/vcgencmd.get_throttled").unlink()
    assert heat.throttling() is None


def test_throttling_elsewhere_is_unknown(tmp_path: Path) -> None:
    assert Heat(str(tmp_path)).throttling() is None


def test_this_machine() -> None:
    heat = Heat()
    temperature = heat.temperature_c()
    assert temperature is None or -40 < temperature < 150
    throttling = heat.throttling()
    assert throttling is None or isinstance(throttling.present, tuple)
