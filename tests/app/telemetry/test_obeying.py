"""What commands do that arrive from a real broker."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest

from app.telemetry.commands import CommandValue
from models.errors import UnknownName
from tests.app.telemetry.conftest import Publish
from tests.app.telemetry.examples import snapshot
from tests.broker import Broker, Listener, wait_until

NODE = "saccade/gate"
CONFIG = "homeassistant/device/saccade_gate/config"


def test_only_the_commands_are_subscribed_to(broker: Broker, publisher: Publish) -> None:
    gate = publisher(broker)
    wait_until(lambda: gate.status().connected)
    wait_until(lambda: "homeassistant/status (QoS" in broker.log)
    subscribed = re.findall(r"^\d+: \t(\S+) \(QoS", broker.log, re.MULTILINE)
    assert set(subscribed) == {
        f"{NODE}/pause/set",
        f"{NODE}/snapshot/set",
        f"{NODE}/overlay/set",
        f"{NODE}/scenario/set",
        "homeassistant/status",
    }


def test_good_commands_are_obeyed_and_bad_ones_told_and_ignored(
    broker: Broker,
    publisher: Publish,
    obeyed: list[tuple[str, CommandValue]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    with Listener(broker, f"{NODE}/status") as sender:
        sender.send(f"{NODE}/pause/set", "ON", retain=True)  # left over from another day
        gate = publisher(broker)
        gate.publish(snapshot())
        wait_until(lambda: "ignored: retained" in caplog.text)
        for topic, payload in (
            ("pause/set", b"\xff\xfe\x00"),
            ("pause/set", b"x" * 10_000_000),
            ("pause/set", b"perhaps"),
            ("unknown/set", b"ON"),
            ("pause/set", b"ON"),
            ("overlay/set", b"off"),
            ("snapshot/set", b"front door"),
            ("snapshot/set", b"PRESS"),
        ):
            sender.send(f"{NODE}/{topic}", payload)
        wait_until(lambda: len(obeyed) >= 4)
        assert gate.status().reconnects == 0
    assert obeyed == [
        ("pause", True),
        ("overlay", False),
        ("snapshot", "front door"),
        ("snapshot", None),
    ]
    told = [record.getMessage() for record in caplog.records if "ignored" in record.getMessage()]
    assert len(told) == 4
    assert all(len(line) < 200 and "\n" not in line for line in told)


def test_a_refused_command_is_answered_with_an_event(broker: Broker, publisher: Publish) -> None:
    def refuse(name: str, value: CommandValue) -> None:
        raise UnknownName("scenario", str(value), ("balanced", "energy"))

    gate = publisher(broker)
    gate._on_command = refuse
    with Listener(broker) as listener:
        listener.wait_for(f"{NODE}/status", b"online")
        listener.send(f"{NODE}/scenario/set", '{"accuracy": -1}')
        listener.send(f"{NODE}/scenario/set", "enrgy")
        topic = f"{NODE}/events"
        wait_until(lambda: len(listener.payloads(topic)) == 2)
        events = [json.loads(payload) for payload in listener.payloads(topic)]
    assert events == [
        {
            "type": "refused",
            "item": "scenario",
            "reason": "weight accuracy = -1.0: expected a number from 0 to 100",
        },
        {
            "type": "refused",
            "item": "scenario",
            "reason": "unknown scenario 'enrgy'; did you mean 'energy'?",
        },
    ]


def test_a_command_that_fails_does_not_end_the_connection(
    broker: Broker, publisher: Publish, caplog: pytest.LogCaptureFixture
) -> None:
    class Fragile(list[Any]):
        def append(self, command: Any) -> None:
            super().append(command)
            raise RuntimeError("no camera")

    gate = publisher(broker)
    calls = Fragile()
    gate._on_command = lambda name, value: calls.append((name, value))
    with Listener(broker) as sender:
        sender.wait_for(f"{NODE}/status", b"online")
        for _ in range(2):
            sender.send(f"{NODE}/snapshot/set", "")
        wait_until(lambda: len(calls) == 2)
    assert gate.status().reconnects == 0
    assert "the MQTT command snapshot failed: no camera" in caplog.text
