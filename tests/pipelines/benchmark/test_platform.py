"""The fingerprint: the same for what compares, another for what does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.benchmark.platform import describe, fingerprint
from tests.recorded.tree import build

PI = {
    "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\x00",
    "proc/cpuinfo": "processor: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0b\nprocessor: 1\n",
    "sys/devices/system/cpu/cpufreq/policy0/scaling_governor": "ondemand\n",
    "sys/devices/system/cpu/cpufreq/policy0/cpuinfo_max_freq": "2400000\n",
    "etc/os-release": 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian"\n',
}


def test_it_is_readable_and_stable(tmp_path: Path) -> None:
    root = Path(build(tmp_path, PI))
    platform = describe(root)
    assert re.fullmatch(r"raspberry-pi-5-model-b-rev-1-0-[0-9a-f]{8}", platform.fingerprint)
    assert describe(root) == platform
    assert platform.details["governor"] == "ondemand"
    assert platform.details["processor"] == "implementer 0x41 part 0xd0b"
    assert platform.details["system"] == "debian 12"
    assert {"python", "numpy", "opencv", "onnxruntime", "kernel"} <= platform.details.keys()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.1\x00"),
        ("sys/devices/system/cpu/cpufreq/policy0/scaling_governor", "performance\n"),
        ("sys/devices/system/cpu/cpufreq/policy0/cpuinfo_max_freq", "2800000\n"),
        ("sys/devices/system/cpu/cpufreq/policy4/scaling_governor", "powersave\n"),
        ("etc/os-release", 'ID=debian\nVERSION_ID="13"\n'),
        ("proc/cpuinfo", "model name\t: Some Processor @ 3 GHz\n"),
    ],
)
def test_another_machine_or_setting_has_another(tmp_path: Path, name: str, text: str) -> None:
    first = describe(Path(build(tmp_path / "one", PI)))
    second = describe(Path(build(tmp_path / "two", PI | {name: text})))
    assert first.fingerprint != second.fingerprint


def test_what_cannot_be_told_is_missing(tmp_path: Path) -> None:
    platform = describe(tmp_path)
    assert platform.details.keys().isdisjoint({"board", "processor", "governor", "clock_khz"})
    assert "" not in platform.details.values()


def test_this_machine_has_one() -> None:
    assert re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{8}", fingerprint())
