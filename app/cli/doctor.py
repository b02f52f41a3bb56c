"""`doctor`: what this machine has, and what to do about what it lacks."""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from app.config import Config
from app.display import display_available
from app.jetson import build_fault, jetson_linux
from models.command import command
from models.errors import SaccadeError
from models.version import VERSION

Finding = dict[str, Any]

EXAMPLES = """examples:
  %(prog)s           a page to read
  %(prog)s --json    the same for programs
"""


def add_parser(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Add `doctor` to the command line."""
    parser = commands.add_parser(
        "doctor",
        help="what this machine has: cameras, engines, power sources, display, broker",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=parents,
    )
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print the findings; an examination that fails is itself a finding."""
    config: Config = args.settings
    parts: dict[str, Callable[[], list[Finding]]] = {
        "machine": _machine,
        "display": _display,
        "cameras": _cameras,
        "engines": _engines,
        "networks": lambda: _networks(config),
        "power sources": lambda: _power(config),
        "heat": _heat,
        "broker": lambda: _broker(config),
    }
    findings = {name: _examine(part) for name, part in parts.items()}
    if args.json:
        print(json.dumps({"schema": 1, **findings}, indent=1))
        return 0
    for name, rows in findings.items():
        print(f"{name}")
        for row in rows:
            mark = {True: "✓", False: "✗", None: "·"}[row["ok"]]
            print(f"  {mark} {row['name']:18} {row['what']}")
    return 0


def _examine(part: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return part()
    except (SaccadeError, OSError) as error:
        return [_finding("not examined", str(error), False)]


def _finding(name: str, what: str, ok: bool | None = True) -> Finding:
    """*ok*: there, absent or faulty, or None for what is only said."""
    return {"name": name, "what": what, "ok": ok}


def _machine() -> list[Finding]:
    import psutil

    from pipelines.board import board_model, usable_cores

    memory_gb = psutil.virtual_memory().total / 1e9
    jetson = jetson_linux()
    return [
        _finding("board", board_model() or "unknown", None),
        _finding("processor", f"{platform.machine()}, {usable_cores()} cores usable", None),
        _finding("memory", f"{memory_gb:.1f} GB", None),
        _finding("system", _release() + (f", {jetson}" if jetson else ""), None),
        _finding("software", f"Saccade {VERSION}, Python {platform.python_version()}", None),
    ]


def _release() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def _display() -> list[Finding]:
    fault = display_available()
    window = (
        _finding("window", "can be opened")
        if fault is None
        else _finding("window", f"{fault}; `run` goes headless", False)
    )
    return [window, _kiosk()]


def _kiosk() -> Finding:
    """How `run --kiosk` would reach the screen from the console or a service."""
    from app.kiosk import probe

    found = probe()
    faults = "; ".join(found.faults)
    if found.screen is None:
        return _finding("kiosk", faults, None)
    better = f" (not by what is better: {faults})" if faults else ""
    return _finding("kiosk", f"{found.screen.name} on {found.screen.where}{better}")


def _cameras() -> list[Finding]:
    from pipelines.cameras.picamera import count_picameras
    from pipelines.cameras.v4l2 import list_devices

    rows = [
        _finding(device.source, f"{device.name}{_because(device.problem)}", device.usable)
        for device in list_devices()
    ]
    rows += [
        _finding(f"picamera:{number}", "Raspberry Pi camera") for number in range(count_picameras())
    ]
    if not rows:
        rows.append(_finding("none found", "`run` shows the rendered scene", False))
    return [*rows, _finding("synthetic:", "the rendered scene, always there")]


def _because(problem: str | None) -> str:
    return f": {problem}" if problem else ""


def _engines() -> list[Finding]:
    from models.engines import ENGINES, traits

    rows = []
    for name in ENGINES.names():
        try:
            ENGINES.load(name)
            if name == "onnxruntime":
                rows.append(_onnxruntime())
                continue
            what = _version(traits(name).package or name) or "installed, version unknown"
            rows.append(_finding(name, what + _converter(name)))
        except SaccadeError as error:
            rows.append(_finding(name, str(error), False))
    return rows


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _onnxruntime() -> Finding:
    """Its builds, which share one module, and its providers."""
    import onnxruntime

    builds = [build for build in ("onnxruntime", "onnxruntime-gpu") if _version(build)]
    names = [
        name.removesuffix("ExecutionProvider") for name in onnxruntime.get_available_providers()
    ]
    what = f"{onnxruntime.__version__} with the providers {', '.join(names)}"
    fault = build_fault(jetson_linux(), builds, names)
    return _finding("onnxruntime", f"{what}; {fault}" if fault else what, not fault)


def _converter(engine: str) -> str:
    """Raises MissingExtra, with the command, where an engine lacks what makes its files."""
    if engine != "ncnn":
        return ""
    from models.engines.pnnx import find_converter

    return f" with {find_converter()}"


def _networks(config: Config) -> list[Finding]:
    from models.store import Store

    store = Store(config.storage.networks_folder)
    rows = [
        _finding(entry.name, entry.problem or entry.state, entry.network is not None)
        for entry in store.list()
    ]
    return rows or [
        _finding("none installed", f"`{command()} models list` names those to be had", False)
    ]


def _power(config: Config) -> list[Finding]:
    from pipelines.power import PowerOptions
    from pipelines.power.choose import describe_sources

    options = PowerOptions(idle_w=config.power.idle_w, core_w=config.power.core_w)
    rows = []
    for state in describe_sources(options):
        reading = state.reading
        if reading is None:
            rows.append(_finding(state.name, state.reason, False))
        else:
            what = f"{reading.watts:.1f} W, {reading.kind}, {reading.scope}"
            rows.append(_finding(state.name, what))
    return rows


def _heat() -> list[Finding]:
    from pipelines.heat import Heat

    heat = Heat()
    temperature = heat.temperature_c()
    throttling = heat.throttling()
    rows = [
        _finding("temperature", "no sensor", False)
        if temperature is None
        else _finding("temperature", f"{temperature:.0f} °C")
    ]
    if throttling is not None:
        present = ", ".join(throttling.present)
        past = ", ".join(throttling.past)
        what = present or (f"none now; since the start: {past}" if past else "none")
        rows.append(_finding("the board's complaints", what, not present))
    return rows


def _broker(config: Config) -> list[Finding]:
    if not config.mqtt.url:
        return [_finding("MQTT", "not configured (mqtt.url in config.toml, or run --mqtt)", None)]
    import socket

    from app.telemetry.options import parse_mqtt_url, read_credentials

    address = parse_mqtt_url(config.mqtt.url)
    password_file = config.mqtt.password_file
    read_credentials(Path(password_file).expanduser() if password_file else None)
    try:
        socket.create_connection((address.host, address.port), timeout=3).close()
    except OSError as error:
        return [_finding(str(address), f"cannot be reached: {error.strerror or error}", False)]
    return [_finding(str(address), "answers")]
