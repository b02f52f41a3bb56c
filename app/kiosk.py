"""How a kiosk without a desktop reaches its screen: found out from the devices, before Qt starts.

In order of preference: cage, a Wayland compositor for one window; Qt's linuxfb, which paints
without a graphics processor; Qt's eglfs.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

from app.display import plugin_fault

log = logging.getLogger(__name__)

# Where one of these is set, somebody has said already where the window goes.
_TAKEN = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")


@dataclass(frozen=True, slots=True)
class Output:
    """A display that is connected. *card*: the device file; *connector*: such as "HDMI-A-1";
    *mode*: the one it prefers, such as "1920x1080", "" where unknown.
    """

    card: Path
    connector: str
    mode: str

    def __str__(self) -> str:
        return f"{self.connector} {self.mode}".strip()


@dataclass(frozen=True, slots=True)
class Screen:
    """One way to it. *environ*: what Qt is told; *command*: what this program is run under;
    *kms*: the content of Qt's KMS configuration, "" for none.
    """

    name: str
    where: str
    environ: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    kms: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """*screen* is None where there is no way; *faults* say why what is better cannot be used."""

    screen: Screen | None
    faults: tuple[str, ...]


class _Fault(Exception):
    """Why one way cannot be used."""


def probe(root: Path = Path("/"), environ: Mapping[str, str] = os.environ) -> Probe:
    """The best way to the screen. *root* stands for "/"."""
    outputs = connected(root)
    ways: tuple[Callable[[Path, list[Output], Mapping[str, str]], Screen], ...] = (
        _cage,
        _linuxfb,
        _eglfs,
    )
    faults: list[str] = []
    for way in ways:
        try:
            return Probe(way(root, outputs, environ), tuple(faults))
        except _Fault as fault:
            faults.append(str(fault))
    return Probe(None, tuple(faults))


def connected(root: Path = Path("/")) -> list[Output]:
    """The connected displays, by card and connector.

    A card may be a graphics processor without connectors: on a Raspberry Pi 5 the displays are
    often at card1.
    """
    found = []
    for folder in sorted((root / "sys/class/drm").glob("card*-*")):
        if _text(folder / "status") != "connected":
            continue
        card, _, connector = folder.name.partition("-")
        modes = _text(folder / "modes").split()
        found.append(Output(root / "dev/dri" / card, connector, modes[0] if modes else ""))
    return found


def take_screen(environ: MutableMapping[str, str] = os.environ) -> None:
    """Let Qt draw on the screen, if need be by starting this program again under cage.

    Does nothing inside a desktop, and where there is no way to a screen.
    """
    if any(environ.get(name) for name in _TAKEN):
        return
    found = probe(environ=environ)
    if found.screen is None:
        log.warning("no screen for the kiosk: %s", "; ".join(found.faults))
        return
    screen = found.screen
    log.info("the kiosk uses %s on %s", screen.name, screen.where)
    environ.update(screen.environ)
    if screen.kms:
        # A folder that nobody else can write to: another user must not tell Qt what to open.
        folder = tempfile.mkdtemp(prefix="saccade-", dir=environ.get("XDG_RUNTIME_DIR") or None)
        path = Path(folder, "kms.json")
        path.write_text(screen.kms, encoding="utf-8")
        environ["QT_QPA_EGLFS_KMS_CONFIG"] = str(path)
    if screen.command:
        # The process that systemd watches becomes cage; we go on as its child.
        environ.pop("WATCHDOG_PID", None)
        os.execvpe(screen.command[0], [*screen.command, *sys.orig_argv], dict(environ))


def _cage(root: Path, outputs: list[Output], environ: Mapping[str, str]) -> Screen:
    program = shutil.which("cage", path=environ.get("PATH"))
    if program is None or not shutil.which("Xwayland", path=environ.get("PATH")):
        # Debian's cage ends at once without Xwayland, and does not depend on it.
        raise _Fault("cage is not installed (`apt install cage seatd xwayland`)")
    if fault := plugin_fault("wayland", environ):
        raise _Fault(fault)
    output = _usable(outputs)
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if not runtime or not _writable(root / runtime.lstrip("/")):
        raise _Fault("cage needs a folder in XDG_RUNTIME_DIR that can be written")
    # A session of logind at the screen itself has a seat, one over the network has none.
    if not environ.get("XDG_SEAT") and not _writable(root / "run/seatd.sock"):
        raise _Fault("cage needs a seat: neither seatd nor a login at this screen gives one")
    return Screen(
        "cage",
        f"{output.card}, {output}",
        # wlroots takes the first card, which may be the one without connectors.
        {"QT_QPA_PLATFORM": "wayland", "WLR_DRM_DEVICES": str(output.card)},
        (program, "-d", "--"),
    )


def _linuxfb(root: Path, outputs: list[Output], environ: Mapping[str, str]) -> Screen:
    if fault := plugin_fault("linuxfb", environ):
        raise _Fault(fault)
    told = {"QT_QPA_FB_HIDECURSOR": "1"}
    # Qt 5 opens card0 whatever its configuration says (QLinuxFbDevice in qlinuxfbdrmscreen.cpp).
    first = [output for output in outputs if output.card.name == "card0" and _open(output.card)]
    if first:
        told |= {"QT_QPA_PLATFORM": "linuxfb", "QT_QPA_FB_DRM": "1"}
        return Screen("linuxfb", f"{first[0].card}, {first[0]}", told)
    buffers = sorted((root / "dev").glob("fb[0-9]*"))
    if not buffers:
        raise _Fault("linuxfb finds no display at /dev/dri/card0 and no /dev/fb0")
    if not _open(buffers[0]):
        raise _Fault(_forbidden(buffers[0]))
    told["QT_QPA_PLATFORM"] = f"linuxfb:fb={buffers[0]}"
    return Screen("linuxfb", str(buffers[0]), told)


def _eglfs(root: Path, outputs: list[Output], environ: Mapping[str, str]) -> Screen:
    if fault := plugin_fault("eglfs", environ):
        raise _Fault(fault)
    output = _usable(outputs)
    told = {"QT_QPA_PLATFORM": "eglfs", "QT_QPA_EGLFS_HIDECURSOR": "1"}
    kms = json.dumps({"device": str(output.card), "hwcursor": False})
    return Screen("eglfs", f"{output.card}, {output}", told, kms=kms)


def _usable(outputs: list[Output]) -> Output:
    if not outputs:
        raise _Fault("no display is connected to a graphics card")
    for output in outputs:
        if _open(output.card):
            return output
    raise _Fault(_forbidden(outputs[0].card))


def _open(device: Path) -> bool:
    return os.access(device, os.R_OK | os.W_OK, effective_ids=True)


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=True)


def _forbidden(device: Path) -> str:
    if not device.exists():
        return f"there is no {device}"
    return f"no permission for {device}: the user must be in the groups video and render"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
