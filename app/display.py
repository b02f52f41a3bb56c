"""Whether a window can be opened here, found out without Qt.

Where Qt's platform plug-in fails it ends the whole process. So the display is tried first, and an
application that has none goes on without a window.
"""

from __future__ import annotations

import ctypes
import glob
import importlib.util
import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

_INSTALL_QT = "install it with `apt install python3-pyqt5` or `pip install PyQt5`"
_INSTALL_XCB = (
    "`apt install libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 "
    "libxcb-util1 libxcb-xinerama0 libxcb-xkb1 libxkbcommon-x11-0` brings what it needs"
)

# An X server starts anew when its last client leaves, and refuses others meanwhile: where we are
# the only one, the connection that was tried has to stay until Qt has made its own.
_held: list[ctypes.c_void_p] = []


def display_available(environ: Mapping[str, str] = os.environ) -> str | None:
    """None where a window can be opened, otherwise the reason in one sentence."""
    if importlib.util.find_spec("PyQt5") is None:
        return f"PyQt5 is not installed: {_INSTALL_QT}"
    if sys.platform in ("win32", "darwin"):
        return None
    names = _platforms(environ)
    if not names:
        return "no display: neither DISPLAY nor WAYLAND_DISPLAY is set"
    faults = [_fault(name, environ) for name in names]
    return None if None in faults else "; ".join(fault for fault in faults if fault)


def platform_to_set(environ: Mapping[str, str] = os.environ) -> str | None:
    """The QT_QPA_PLATFORM to set where Qt by itself would choose one that does not work here."""
    if environ.get("QT_QPA_PLATFORM"):
        return None
    usable = [name for name in _platforms(environ) if _fault(name, environ) is None]
    return "wayland" if usable == ["wayland"] else None


def _platforms(environ: Mapping[str, str]) -> list[str]:
    """The platform plug-ins that may serve, without their arguments."""
    if asked := environ.get("QT_QPA_PLATFORM"):
        return [name.partition(":")[0] for name in asked.split(";")]
    served = {"xcb": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}
    return [name for name, variable in served.items() if environ.get(variable)]


def _fault(name: str, environ: Mapping[str, str]) -> str | None:
    """Why the platform *name* cannot open a window; None if it can."""
    checks: dict[str, Callable[[Mapping[str, str]], str | None]] = {
        "xcb": _x_fault,
        "wayland": _wayland_fault,
        "linuxfb": lambda _: _device_fault("/dev/fb*", "/dev/dri/card*"),
        "eglfs": lambda _: _device_fault("/dev/dri/card*"),
    }
    kind = name.partition("-")[0]
    if kind in checks and (fault := checks[kind](environ)):
        return fault
    return plugin_fault(name, environ)


def _x_fault(environ: Mapping[str, str]) -> str | None:
    display = environ.get("DISPLAY", "")
    if not display:
        return "no X display: DISPLAY is not set"
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return f"no X display: libxcb is missing; {_INSTALL_XCB}"
    # The call that Qt will make, permissions (XAUTHORITY) included.
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    if not xcb.xcb_connection_has_error(connection):
        _held.append(connection)
        return None
    xcb.xcb_disconnect(connection)
    return f"no X display: {display!r} does not answer or refuses this user"


def _wayland_fault(environ: Mapping[str, str]) -> str | None:
    path = Path(environ.get("XDG_RUNTIME_DIR", ""), environ.get("WAYLAND_DISPLAY", "wayland-0"))
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError as error:
            return f"no Wayland display: {path} {error.strerror or error}"
    return None


def _device_fault(*patterns: str) -> str | None:
    devices = [device for pattern in patterns for device in glob.glob(pattern)]
    if any(os.access(device, os.R_OK | os.W_OK) for device in devices):
        return None
    if devices:
        return f"no display: no permission for {devices[0]}; add the user to the video group"
    return f"no display: there is no {' or '.join(patterns)}"


def plugin_fault(name: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """Why Qt's platform plug-in *name* cannot be loaded; None if it can."""
    file = {"wayland": "libqwayland-generic.so"}.get(name, f"libq{name}.so")
    folders = [folder for folder in _plugin_folders(environ) if folder.is_dir()]
    found = [folder / file for folder in folders if (folder / file).is_file()]
    if folders and not found:
        more = " (`apt install qtwayland5`)" if name.startswith("wayland") else ""
        return f"Qt has no platform plug-in named {name!r}{more}"
    if found:
        try:
            ctypes.CDLL(str(found[0]))
        except OSError as error:
            more = f"; {_INSTALL_XCB}" if name == "xcb" else ""
            return f"Qt's platform plug-in {name!r} cannot be loaded: {error}{more}"
    return None


def _plugin_folders(environ: Mapping[str, str]) -> list[Path]:
    spec = importlib.util.find_spec("PyQt5")
    own = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    named = environ.get("QT_PLUGIN_PATH", "").split(os.pathsep)
    return [
        *(Path(folder, "platforms") for folder in named if folder),
        *(place / "Qt5" / "plugins" / "platforms" for place in own),
        *(place / "Qt" / "plugins" / "platforms" for place in own),
        *map(Path, glob.glob("/usr/lib/*/qt5/plugins/platforms")),
        *map(Path, glob.glob("/usr/lib/qt/plugins/platforms")),
    ]
