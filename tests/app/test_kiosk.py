"""Which way to the screen is taken, on folders that stand for the devices of real machines."""

from __future__ import annotations

import ctypes.util
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.kiosk import Probe, connected, probe, take_screen
from tests.recorded.tree import build, shared_folder, unprivileged

OFF = {"status": "disconnected\n", "enabled": "disabled\n", "modes": ""}
HD = {"status": "connected\n", "enabled": "enabled\n", "modes": "1920x1080\n1280x720\n"}
TOUCH = {"status": "connected\n", "enabled": "enabled\n", "modes": "800x480\n"}
# What writes into memory: a display to the kernel, to nobody else.
MEMORY = {"status": "unknown\n", "enabled": "disabled\n", "modes": ""}


def card(number: int, **connectors: dict[str, str]) -> dict[str, str]:
    """The files of a graphics card; "HDMI_A_1" stands for the connector HDMI-A-1."""
    files = {f"dev/dri/card{number}": ""}
    for name, attributes in connectors.items():
        folder = f"sys/class/drm/card{number}-{name.replace('_', '-')}"
        files |= {f"{folder}/{key}": text for key, text in attributes.items()}
    return files


SEATD = {"run/seatd.sock": "", "run/saccade/.keep": ""}
CAGE = {"usr/bin/cage": "#!/bin/sh\n", "usr/bin/Xwayland": "#!/bin/sh\n"}
PI5 = card(0) | card(1, HDMI_A_1=HD, HDMI_A_2=OFF, Writeback_1=MEMORY)

MACHINES = {
    # files → the way, where, and the platform that Qt is told
    "Pi 5 with cage": (PI5 | CAGE | SEATD, "cage", "card1, HDMI-A-1 1920x1080", "wayland"),
    "Pi 5 without cage": (PI5 | {"dev/fb0": ""}, "linuxfb", "fb0", "linuxfb:fb={root}/dev/fb0"),
    "Pi 5 without a frame buffer": (PI5, "eglfs", "card1, HDMI-A-1 1920x1080", "eglfs"),
    "Pi 4 with its touch screen": (
        card(0, DSI_1=TOUCH, HDMI_A_1=OFF, Writeback_1=MEMORY) | card(1) | {"dev/fb0": ""},
        "linuxfb",
        "card0, DSI-1 800x480",
        "linuxfb",
    ),
    "cage without a seat": (
        card(0, HDMI_A_1=HD) | CAGE | {"run/saccade/.keep": ""},
        "linuxfb",
        "card0, HDMI-A-1 1920x1080",
        "linuxfb",
    ),
    "cage without Xwayland": (
        PI5 | SEATD | {"usr/bin/cage": "#!/bin/sh\n"} | {"dev/fb0": ""},
        "linuxfb",
        "fb0",
        "linuxfb:fb={root}/dev/fb0",
    ),
    "a machine with a frame buffer alone": (
        {"dev/fb0": ""},
        "linuxfb",
        "fb0",
        "linuxfb:fb={root}/dev/fb0",
    ),
}


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """That of a service, with a Qt whose platform plug-ins can all be loaded."""
    with shared_folder() as plugins:
        (plugins / "platforms").mkdir()
        for name in ("wayland-generic", "linuxfb", "eglfs"):
            (plugins / "platforms" / f"libq{name}.so").symlink_to(_any_library())
        yield {
            "PATH": str(tmp_path / "root" / "usr/bin"),
            "QT_PLUGIN_PATH": str(plugins),
            "XDG_RUNTIME_DIR": "/run/saccade",
        }


def _any_library() -> str:
    name = ctypes.util.find_library("c")
    maps = Path("/proc/self/maps").read_text(encoding="ascii")
    return next(line.split()[-1] for line in maps.splitlines() if line.endswith(f"/{name}"))


def looked(tmp_path: Path, files: dict[str, str], environ: dict[str, str]) -> Probe:
    build(tmp_path / "root", files)
    return probe(tmp_path / "root", environ)


@pytest.mark.parametrize("machine", MACHINES)
def test_the_way_to_the_screen(machine: str, tmp_path: Path, environ: dict[str, str]) -> None:
    files, name, where, platform = MACHINES[machine]
    screen = looked(tmp_path, files, environ).screen
    assert screen is not None
    assert screen.name == name
    assert screen.where.removeprefix(f"{tmp_path}/root/dev/").removeprefix("dri/") == where
    assert screen.environ["QT_QPA_PLATFORM"] == platform.format(root=tmp_path / "root")


def test_cage_is_shown_the_card_that_has_the_display(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    screen = looked(tmp_path, PI5 | CAGE | SEATD, environ).screen
    assert screen is not None
    assert screen.environ["WLR_DRM_DEVICES"].endswith("/dev/dri/card1")
    assert screen.command == (str(tmp_path / "root/usr/bin/cage"), "-d", "--")


def test_so_is_eglfs(tmp_path: Path, environ: dict[str, str]) -> None:
    screen = looked(tmp_path, PI5, environ).screen
    assert screen is not None
    assert json.loads(screen.kms)["device"].endswith("/dev/dri/card1")


def test_linuxfb_takes_the_card_only_where_qt_would_open_that_one(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    files = card(0, HDMI_A_1=HD) | {"dev/fb0": ""}
    screen = looked(tmp_path, files, environ).screen
    assert screen is not None
    assert screen.environ["QT_QPA_FB_DRM"] == "1"
    screen = looked(tmp_path / "other", PI5 | {"dev/fb0": ""}, environ).screen
    assert screen is not None
    assert "QT_QPA_FB_DRM" not in screen.environ


def test_where_nothing_is_every_way_says_what_it_lacks(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    found = looked(tmp_path, card(0, HDMI_A_1=OFF), environ)
    assert found.screen is None
    assert len(found.faults) == 3
    assert "apt install cage" in found.faults[0]
    assert "no display is connected" in found.faults[2]


def test_a_device_that_is_forbidden_is_named_with_the_groups_that_open_it(
    environ: dict[str, str],
) -> None:
    with shared_folder() as root:
        build(root, PI5)
        for device in (root / "dev/dri").iterdir():
            device.chmod(0o600)
        with unprivileged():
            found = probe(root, environ)
    assert found.screen is None
    assert "card1" in found.faults[-1]
    assert "video" in found.faults[-1]


def test_only_what_is_connected_is_a_display(tmp_path: Path) -> None:
    build(tmp_path, PI5)
    assert [output.connector for output in connected(tmp_path)] == ["HDMI-A-1"]


@pytest.mark.parametrize("name", ["QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"])
def test_inside_a_desktop_or_with_a_platform_of_ones_own_nothing_is_changed(name: str) -> None:
    environ = {name: "x"}
    take_screen(environ)
    assert environ == {name: "x"}
