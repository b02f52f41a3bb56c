from __future__ import annotations

import pytest

from app.telemetry.commands import CommandValue, parse_command

CAMERAS = {"front door": "front door", "front_door": "front door"}


@pytest.mark.parametrize(
    ("item", "payload", "value"),
    [
        ("pause", b"ON", True),
        ("pause", b" off\n", False),
        ("overlay", b"True", True),
        ("overlay", b"false", False),
        ("pause", b"1", True),
        ("pause", b"0", False),
        ("snapshot", b"PRESS", None),  # what Home Assistant's button sends
        ("snapshot", b"", None),
        ("snapshot", b"front door", "front door"),
        ("snapshot", b"front_door", "front door"),
        ("snapshot", b"no such camera", None),
    ],
)
def test_a_payload_is_a_value(item: str, payload: bytes, value: CommandValue) -> None:
    assert parse_command(item, payload, CAMERAS.get) is value or value == "front door"
    assert parse_command(item, payload, CAMERAS.get) == value


@pytest.mark.parametrize(
    ("item", "payload"),
    [
        ("pause", b""),
        ("pause", b"maybe"),
        ("pause", b"2"),
        ("overlay", b'{"on": true}'),
        ("pause", b"\xff\xfe"),
        ("snapshot", b"\xff\xfe"),
        ("pause", b"ON\nlog injection"),
        ("snapshot", b"x" * 10_000_000),
    ],
)
def test_a_bad_payload_is_told_in_one_short_line(item: str, payload: bytes) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse_command(item, payload, CAMERAS.get)
    assert len(str(refused.value)) < 150
    assert "\n" not in str(refused.value)
