"""What may be commanded over MQTT, and with which payloads."""

from __future__ import annotations

import json
from collections.abc import Callable

from msgspec import Struct

from models.errors import InputError
from models.toml import convert
from pipelines.selection.scenario import Weights

COMMANDS = ("pause", "snapshot", "overlay", "scenario")

# "pause" and "overlay" come with True or False; "snapshot" with a camera's name, or None for all;
# "scenario" with a name or with weights.
CommandValue = bool | str | Weights | None
CommandHandler = Callable[[str, CommandValue], None]

_SWITCH = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}
_MAX_BYTES = 256
_MAX_NAME = 64
_MAX_TOLD = 120


class _Wanted(Struct, forbid_unknown_fields=True):
    accuracy: float = 0.0
    throughput: float = 0.0
    power: float = 0.0
    memory: float = 0.0
    latency: float = 0.0


def parse_command(
    item: str, payload: bytes, camera_named: Callable[[str], str | None]
) -> CommandValue:
    """The value that *payload* asks for. Raises ValueError: one line, without the whole payload."""
    if len(payload) > _MAX_BYTES:
        raise ValueError(f"{len(payload)} bytes are too many: {excerpt(payload)}")
    try:
        text = payload.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise ValueError(f"not UTF-8 text: {excerpt(payload)}") from None
    if item == "snapshot":
        return camera_named(text)
    if item == "scenario":
        return _weights(text) if text.startswith("{") else _name(text, payload)
    try:
        return _SWITCH[text.lower()]
    except KeyError:
        raise ValueError(f"expected ON or OFF, not {excerpt(payload)}") from None


def _name(text: str, payload: bytes) -> str:
    if not text or len(text) > _MAX_NAME:
        raise ValueError(f"expected the name of a scenario or weights, not {excerpt(payload)}")
    return text


def _weights(text: str) -> Weights:
    try:
        wanted = convert(json.loads(text), _Wanted, InputError, "weights")
        return Weights(
            wanted.accuracy, wanted.throughput, wanted.power, wanted.memory, wanted.latency
        )
    except (InputError, ValueError, RecursionError) as error:
        raise ValueError(str(error)[:_MAX_TOLD]) from None


def excerpt(payload: bytes) -> str:
    """The payload's beginning, printable and in one line."""
    return repr(payload) if len(payload) <= 40 else f"{payload[:40]!r}…"
