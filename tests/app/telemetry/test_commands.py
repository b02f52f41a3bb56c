from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.commands import COMMANDS, CommandValue, parse_command
from pipelines.selection.scenario import Weights

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
        ("scenario", b""),
        ("scenario", b"x" * 65),
        ("scenario", b"{"),
        ("scenario", b"{}"),
        ("scenario", b'{"accuracy": -1}'),
        ("scenario", b'{"accuracy": NaN}'),
        ("scenario", b'{"accuracy": Infinity}'),
        ("scenario", b'{"accuracy": 1e999}'),
        ("scenario", b'{"accuracy": 101}'),
        ("scenario", b'{"accuracy": "1"}'),
        ("scenario", b'{"accuracy": true}'),
        ("scenario", b'{"accuracy": null}'),
        ("scenario", b'{"accuracy": 0, "throughput": 0, "power": 0}'),
        ("scenario", b'{"acuracy": 1}'),
        ("scenario", b'{"accuracy": {"accuracy": 1}}'),
        ("scenario", b'{"accuracy": ' + b"[" * 200),
        ("scenario", b'{"accuracy": 1} and more'),
        ("scenario", b'{"\n": 1}'),
    ],
)
def test_a_bad_payload_is_told_in_one_short_line(item: str, payload: bytes) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse_command(item, payload, CAMERAS.get)
    assert len(str(refused.value)) < 150
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b"energy", "energy"),
        (b" balanced\n", "balanced"),
        (b"auto", "auto"),
        (b'{"accuracy": 0.5, "throughput": 0.2, "power": 0.3}', Weights(0.5, 0.2, 0.3)),
        # what is left out weighs nothing
        (b'{"power": 1}', Weights(0, 0, 1)),
        (b' {"latency": 2, "memory": 1}', Weights(0, 0, 0, 1, 2)),
    ],
)
def test_a_scenario_is_a_name_or_weights(payload: bytes, value: CommandValue) -> None:
    assert parse_command("scenario", payload, CAMERAS.get) == value


@given(st.sampled_from(COMMANDS), st.binary(max_size=300) | st.text(max_size=80).map(str.encode))
def test_nothing_but_a_value_or_an_error_comes_of_any_payload(item: str, payload: bytes) -> None:
    value: CommandValue = None
    with contextlib.suppress(ValueError):
        value = parse_command(item, payload, CAMERAS.get)
    assert value is None or isinstance(value, bool | str | Weights)
