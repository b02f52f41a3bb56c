"""The systemd units: whether systemd takes them, and how much they give away."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.installed import LAUNCHER, PACKAGING, Installation

# Exposure by `systemd-analyze security`: 0 nothing, 10 everything. What is left is the network, the
# devices (cameras, graphics) and memory that is written and executed, all of which a run needs.
MOST_EXPOSED = 2.8

SYSTEM = ("headless", "kiosk")
ALL = (*SYSTEM, "desktop")


class Unit:
    """One unit file; keys that stand there several times have several values."""

    def __init__(self, path: Path) -> None:
        self.lines = [
            line
            for line in path.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")
        ]

    def values(self, key: str) -> list[str]:
        return [line.partition("=")[2] for line in self.lines if line.startswith(f"{key}=")]


def analyze(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed (apt install systemd)")
    return subprocess.run(
        [program, *arguments],
        env={"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(home), "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", ALL)
def test_systemd_takes_the_unit(name: str, installed: Installation) -> None:
    mode = "--user" if name == "desktop" else "--system"
    # The manual page exists where the package is installed.
    options = (mode, "--man=no", "--recursive-errors=no")
    done = analyze(installed.home, "verify", *options, installed.units[name])
    assert done.returncode == 0, done.stderr
    assert "saccade" not in done.stderr, done.stderr


@pytest.mark.parametrize("name", SYSTEM)
def test_the_unit_gives_little_away(name: str, installed: Installation) -> None:
    options = ("--offline=yes", "--no-pager", f"--threshold={MOST_EXPOSED * 10:.0f}")
    done = analyze(installed.home, "security", *options, installed.units[name])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Overall exposure level" in done.stdout


@pytest.mark.parametrize("name", ALL)
def test_it_starts_this_checkout_and_is_watched(name: str, installed: Installation) -> None:
    unit = Unit(installed.units[name])
    (command,) = unit.values("ExecStart")
    assert command.split()[0] == str(LAUNCHER)
    assert unit.values("Type") == ["notify"]
    assert unit.values("WatchdogSec") == ["20"]
    # Under cage, Saccade is not the process that systemd has started.
    assert unit.values("NotifyAccess") == ["all" if name == "kiosk" else "main"]


def test_both_system_services_are_hardened_alike() -> None:
    hardened = []
    for name in ("saccade", "saccade-kiosk"):
        lines = Unit(PACKAGING / f"systemd/system/{name}.service").lines
        hardened.append(lines[lines.index("UMask=0027") :])
    assert hardened[0] == hardened[1]
    for line in ("ProtectSystem=strict", "PrivateTmp=yes", "NoNewPrivileges=yes"):
        assert line in hardened[0]


def test_the_packages_own_units_name_the_packages_files() -> None:
    for path in sorted(PACKAGING.glob("systemd/*/*.service")):
        (command,) = Unit(path).values("ExecStart")
        assert command.startswith("/usr/bin/saccade run")
