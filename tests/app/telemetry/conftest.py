"""Publishers on a real broker, stopped by the test that made them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.telemetry.commands import CommandValue
from app.telemetry.options import MqttOptions, parse_mqtt_url
from app.telemetry.publisher import MqttPublisher
from tests.broker import Broker, broker, secure_broker

__all__ = ["broker", "secure_broker"]

Publish = Callable[..., MqttPublisher]


@pytest.fixture
def obeyed() -> list[tuple[str, CommandValue]]:
    """The commands that a publisher of this test received."""
    return []


@pytest.fixture
def publisher(obeyed: list[tuple[str, CommandValue]]) -> Iterator[Publish]:
    """`publisher(broker, **options)`: started, with time-outs short enough for a test."""
    made: list[MqttPublisher] = []

    def make(broker: Broker, **options: Any) -> MqttPublisher:
        short = {"node": "gate", "interval_s": 0.0, "keepalive_s": 2, "reconnect_max_s": 1}
        it = MqttPublisher(
            MqttOptions(parse_mqtt_url(broker.url), **{**short, **options}),
            lambda name, value: obeyed.append((name, value)),
        )
        made.append(it)
        it.start()
        return it

    yield make
    for it in made:
        it.stop()
