"""docs/home-assistant.md says what is really sent."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from app.telemetry.options import parse_mqtt_url
from app.telemetry.publisher import MqttPublisher
from docs.home_assistant import CAMERAS, OPTIONS, PAGE, TOPICS, page
from tests.app.telemetry.examples import camera, snapshot
from tests.broker import Broker, Listener, broker, wait_until

__all__ = ["broker"]

TEXT = PAGE.read_text(encoding="utf-8")
(BLOCK,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
DOCUMENTED = json.loads(BLOCK)


def test_the_page_is_as_the_code_has_it() -> None:
    assert page(TEXT) == TEXT, "run `python -m docs.home_assistant`"
    assert page(TEXT.replace("sensor.gate_power", "sensor.gate_watts")) == TEXT


def test_the_payload_is_what_a_publisher_sends(broker: Broker) -> None:
    gate = MqttPublisher(replace(OPTIONS, broker=parse_mqtt_url(broker.url)), print)
    gate.start()
    ((name, zones),) = CAMERAS.items()
    try:
        gate.publish(snapshot(camera(name)), standing={name: dict.fromkeys(zones, 0)})
        with Listener(broker, "homeassistant/#", "saccade/#") as listener:
            wait_until(lambda: listener.last(TOPICS.discovery) is not None)
            assert json.loads(listener.last(TOPICS.discovery) or b"") == DOCUMENTED
    finally:
        gate.stop()


def test_every_entity_is_listed_and_every_one_that_is_named_is_there() -> None:
    announced = {component["def_ent_id"] for component in DOCUMENTED["cmps"].values()}
    listed = re.findall(r"^\| `(\w+\.\w+)` \|", TEXT, re.MULTILINE)
    assert sorted(listed) == sorted(announced)
    named = re.findall(r"\b\w+\.gate_\w+", TEXT)
    assert set(named) == announced
