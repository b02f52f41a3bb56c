"""What may be commanded over MQTT, and with which payloads."""

from __future__ import annotations

from collections.abc import Callable

COMMANDS = ("pause", "snapshot", "overlay")

# "pause" and "overlay" come with True or False; "snapshot" with a camera's name, or None for all.
CommandValue = bool | str | None
CommandHandler = Callable[[str, CommandValue], None]

_SWITCH = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}
_MAX_BYTES = 256


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
    try:
        return _SWITCH[text.lower()]
    except KeyError:
        raise ValueError(f"expected ON or OFF, not {excerpt(payload)}") from None


def excerpt(payload: bytes) -> str:
    """The payload's beginning, printable and in one line."""
    return repr(payload) if len(payload) <= 40 else f"{payload[:40]!r}…"
