"""`main.py doctor`: what this machine has, and what to do about what it lacks."""

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
from models.errors import SaccadeError
from models.version import VERSION

Finding = dict[str, Any]

EXAMPLES = """examples:
  main.py doctor           a page to read
  main.py doctor --json    the same for programs
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
    return [
        _finding("board", board_model() or "unknown", None),
        _finding("processor", f"{platform.machine()}, {usable_cores()} cores usable", None),
        _finding("memory", f"{memory_gb:.1f} GB", None),
        _finding("system", _release(), None),
        _finding("software", f"Saccade {VERSION}, Python {platform.python_version()}", None),
    ]


def _release() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def _display() -> list[Finding]:
    fault = display_available()
    if fault is None:
        return [_finding("window", "can be opened")]
    return [_finding("window", f"{fault}; `run` goes headless", False)]


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
            what = _version(traits(name).package or name)
            rows.append(_finding(name, what + _providers(name) + _converter(name)))
        except SaccadeError as error:
            rows.append(_finding(name, str(error), False))
    return rows


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "installed, version unknown"


def _providers(engine: str) -> str:
    if engine != "onnxruntime":
        return ""
    import onnxruntime

    names = [
        name.removesuffix("ExecutionProvider") for name in onnxruntime.get_available_providers()
    ]
    return f" with the providers {', '.join(names)}"


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
        _finding("none installed", "`python main.py models list` names those to be had", False)
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
