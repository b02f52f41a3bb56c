"""The fleet's mosquitto.conf and acl, in force in a real mosquitto."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.telemetry.options import MqttOptions, parse_mqtt_url
from app.telemetry.publisher import MqttPublisher
from app.telemetry.topics import Topics
from tests.app.telemetry.examples import snapshot
from tests.broker import Broker, Listener, wait_until
from tests.packaging.fleet.files import FLEET

USERS = ("gate", "yard", "telegraf", "homeassistant")
GATE, YARD = (Topics("saccade", node, "homeassistant") for node in ("gate", "yard"))
FINGERPRINT = "raspberry-pi-5-3f9c2a7b"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Broker]:
    """As in the container, but on a free loopback port and with its folders in *tmp_path*."""
    broker = Broker(tmp_path)
    (tmp_path / "data").mkdir()
    passwords = tmp_path / "data" / "passwords"
    passwords.touch(0o600)
    for user in USERS:
        command = ["mosquitto_passwd", "-b", str(passwords), user, f"of {user}"]
        subprocess.run(command, check=True, capture_output=True)
    shutil.copy(FLEET / "mosquitto/acl", tmp_path / "acl")
    text = (FLEET / "mosquitto/mosquitto.conf").read_text(encoding="utf-8")
    for there, here in (
        ("\nlistener 1883\n", f"\nlistener {broker.port} 127.0.0.1\nuser root\n"),
        ("/mosquitto/data", str(tmp_path / "data")),
        ("/mosquitto/config", str(tmp_path)),
    ):
        assert there in text
        text = text.replace(there, here)
    (tmp_path / "mosquitto.conf").write_text(text, encoding="utf-8")
    broker.start()
    yield broker
    broker.stop()


def signed_in(broker: Broker, user: str, *topics: str) -> Listener:
    return Listener(broker, *topics, user=user, password=f"of {user}")


def written(broker: Broker, user: str, topics: list[str]) -> set[str]:
    """Those of *topics* that *user* may write; the broker says nothing of the others."""
    with signed_in(broker, "homeassistant") as reader, signed_in(broker, user, "none") as writer:
        for topic in topics:
            writer.send(topic, "x")
        # Written last by someone who may: what has not come by then never comes.
        reader.send("homeassistant/status", "over")
        reader.wait_for("homeassistant/status")
        return {topic for topic, _, _ in reader.heard} & set(topics)


def test_a_device_writes_what_is_its_own(fleet: Broker) -> None:
    def of(topics: Topics) -> list[str]:
        camera = [topics.camera("door", leaf) for leaf in ("status", "state", "events", "snapshot")]
        own = [topics.status, topics.state, topics.events, topics.item("scenario"), *camera]
        return [*own, f"saccade/_tables/{FINGERPRINT}/{topics.node}"]

    assert written(fleet, "gate", of(GATE) + of(YARD)) == set(of(GATE))
    assert written(fleet, "gate", [YARD.command("pause"), GATE.discovery]) == {GATE.discovery}


def test_collectors_write_nothing_and_home_assistant_commands(fleet: Broker) -> None:
    commands = [GATE.command(item) for item in ("pause", "scenario")]
    others = [GATE.state, f"saccade/_tables/{FINGERPRINT}/gate"]
    assert written(fleet, "telegraf", commands + others) == set()
    assert written(fleet, "homeassistant", commands + others) == set(commands)


def test_a_device_hears_its_own_commands_and_shared_tables_only(fleet: Broker) -> None:
    table = f"saccade/_tables/{FINGERPRINT}/yard"
    with signed_in(fleet, "gate") as gate, signed_in(fleet, "yard", "none") as yard:
        with signed_in(fleet, "homeassistant", "none") as home:
            home.send(YARD.command("pause"), "ON")
            home.send(GATE.command("pause"), "ON")
        yard.send(YARD.state, "{}")
        yard.send(table, "x")
        gate.wait_for(table)
    assert {topic for topic, _, _ in gate.heard} == {GATE.command("pause"), table}


def test_a_publisher_of_ours_is_heard_by_the_collector(fleet: Broker) -> None:
    options = MqttOptions(
        parse_mqtt_url(fleet.url), node="gate", user="gate", password="of gate", keepalive_s=2
    )
    gate = MqttPublisher(options, print)
    gate.start()
    gate.publish(snapshot())
    try:
        with signed_in(fleet, "telegraf", "saccade/#") as telegraf:
            telegraf.wait_for(GATE.status, b"online")
            telegraf.wait_for(GATE.camera("front door", "status"), b"online")
    finally:
        gate.stop()


def test_nobody_is_let_in_without_a_password(fleet: Broker) -> None:
    gate = MqttPublisher(MqttOptions(parse_mqtt_url(fleet.url), node="gate"), print)
    gate.start()
    try:
        wait_until(lambda: "refuses the connection: Not authorized" in gate.status().message)
    finally:
        gate.stop()


def test_what_is_retained_outlives_the_broker(fleet: Broker) -> None:
    with signed_in(fleet, "gate", "none") as gate:
        gate.send(GATE.status, "offline", retain=True)
    fleet.stop()
    fleet.start()
    with signed_in(fleet, "telegraf", "saccade/#") as telegraf:
        telegraf.wait_for(GATE.status, b"offline")
