"""The broker is absent, refuses, dies or hangs: the caller never notices, and all resumes."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

import pytest

from app.telemetry.connection import WINDOW
from app.telemetry.options import BrokerAddress, MqttOptions
from app.telemetry.outbox import EVENTS
from app.telemetry.publisher import MqttPublisher
from models.errors import ConfigError
from tests.app.telemetry.conftest import Publish
from tests.app.telemetry.examples import camera, snapshot
from tests.broker import USER, WAIT_S, Broker, Listener, free_port, make_certificates, wait_until

NODE = "saccade/gate"
SECRET = "correct horse"


def test_a_broker_that_appears_later_gets_everything(tmp_path: Path, publisher: Publish) -> None:
    broker = Broker(tmp_path)
    gate = publisher(broker)
    for uptime in range(5):
        gate.publish(snapshot(uptime_s=uptime))
    gate.publish_event("front door", "new", None, {"id": 1})
    wait_until(lambda: "cannot be reached: Connection refused" in gate.status().message)
    assert gate.status().connected is False
    assert gate.status().dropped == 8  # four older values of two states
    broker.start()
    try:
        with Listener(broker) as listener:
            listener.wait_for(f"{NODE}/status", b"online")
            listener.wait_for(f"{NODE}/cam/front_door/status", b"online")
            wait_until(lambda: gate.status().published == 6)
            # Only what is retained is sure to be heard by a listener that came this late.
            assert gate.status().message == ""
    finally:
        gate.stop()
        broker.stop()


def test_a_wrong_password_is_told_and_never_shown(
    tmp_path: Path, publisher: Publish, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    broker = Broker(tmp_path, password=SECRET)
    broker.start()
    try:
        gate = publisher(broker, user=USER, password="wrong horse")
        gate.publish(snapshot())
        wait_until(lambda: "refuses the connection: Not authorized" in gate.status().message)
        wait_until(lambda: broker.log.count("not authorised") >= 2)  # it tries again
        assert "check user and password, trying again" in gate.status().message
        assert gate.status().connected is False
        right = publisher(broker, node="right", user=USER, password=SECRET)
        wait_until(lambda: right.status().connected)
    finally:
        gate.stop()
        right.stop()
        broker.stop()
    everything = caplog.text + repr(gate.status()) + repr(right.status()) + repr(vars(gate))
    assert SECRET not in everything
    assert "wrong horse" not in everything
    assert USER not in everything


def test_after_a_broker_was_killed_all_is_sent_again(broker: Broker, publisher: Publish) -> None:
    gate = publisher(broker)
    gate.publish_item("overlay", True)
    gate.publish(snapshot())
    wait_until(lambda: gate.status().published == 6)
    # Two messages are under way when it dies, three more wait for its return.
    broker.freeze()
    gate.publish_item("pause", True)
    gate.publish_event("front door", "new", None, {"id": 0})
    connection: Any = gate._connection
    wait_until(lambda: len(connection._client._out_messages) == 2)
    broker.kill()
    wait_until(lambda: gate.status().connected is False)
    assert "connecting again" in gate.status().message
    gate.publish_item("pause", False)
    for number in (1, 2):
        gate.publish_event("front door", "new", None, {"id": number})
    broker.start()
    with Listener(broker) as listener:
        listener.wait_for(f"{NODE}/status", b"online")
        listener.wait_for(f"{NODE}/overlay/state", b"ON")
        listener.wait_for(f"{NODE}/cam/front_door/status", b"online")
        wait_until(lambda: gate.status().published == 6 + 2 + 7 + 2)
        assert gate.status().reconnects == 1
        assert gate.status().dropped == 0
        # What was under way did not overtake what is newer.
        wait_until(lambda: listener.last(f"{NODE}/pause/state") == b"OFF")
        gate.publish(snapshot(uptime_s=77.0))
        wait_until(lambda: b'"uptime_s":77.0' in (listener.last(f"{NODE}/state") or b""))
    with Listener(broker, f"{NODE}/pause/state") as late:
        assert late.wait_for(f"{NODE}/pause/state") == b"OFF"


def test_an_image_that_the_broker_does_not_take_is_not_sent_for_ever(
    tmp_path: Path, publisher: Publish
) -> None:
    broker = Broker(tmp_path, "max_packet_size 100000")
    broker.start()
    try:
        gate = publisher(broker)
        gate.publish(snapshot())
        wait_until(lambda: gate.status().published == 5)
        gate.publish_snapshot("front door", bytes(300_000))
        wait_until(lambda: gate.status().reconnects == 1)
        wait_until(lambda: gate.status().published >= 5 + 5)
        gate.publish(snapshot(uptime_s=77.0))
        with Listener(broker) as listener:
            listener.wait_for(f"{NODE}/status", b"online")
            gate.publish(snapshot(uptime_s=78.0))
            listener.wait_for(f"{NODE}/state")
        assert gate.status().reconnects == 1
    finally:
        gate.stop()
        broker.stop()


def hammer(gate: MqttPublisher, rounds: int) -> None:
    """Publish everything as fast as it goes; fails if that waits for the broker."""
    cameras = snapshot(camera("front door"), camera("yard"))
    image = bytes(200_000)
    started = time.monotonic()
    for number in range(rounds):
        gate.publish(cameras)
        gate.publish_event("yard", "update", {"id": 1}, {"id": 1})
        gate.publish_snapshot("yard", image)
        gate.publish_item("pause", number % 2 == 0)
        time.sleep(0.001)  # the sender gets its turn
    # A round takes a millisecond or two; one that waits for the broker never ends.
    assert time.monotonic() - started < WAIT_S


def queued_bytes(gate: MqttPublisher) -> int:
    """Everything that waits anywhere in this process."""
    connection: Any = gate._connection
    outbox = connection._outbox
    assert len(outbox._events) <= EVENTS
    assert len(connection._unconfirmed) <= WINDOW
    assert len(connection._client._out_messages) <= WINDOW
    assert len(connection._client._out_packet) <= WINDOW + 3  # pings and the like
    waiting = [*outbox._waiting.values(), *outbox._events, *connection._unconfirmed.values()]
    packets = sum(len(packet["packet"]) for packet in list(connection._client._out_packet))
    return packets + sum(len(message.payload) for message in waiting)


def test_a_broker_that_hangs_is_not_noticed_and_resumes(broker: Broker, publisher: Publish) -> None:
    with Listener(broker) as listener:
        gate = publisher(broker, keepalive_s=60)  # the connection outlives the hang
        gate.publish(snapshot())
        listener.wait_for(f"{NODE}/state")
        broker.freeze()
        hammer(gate, 500)
        assert queued_bytes(gate) < 2_000_000
        dropped = gate.status().dropped
        hammer(gate, 1000)
        assert queued_bytes(gate) < 2_000_000
        assert gate.status().dropped > dropped
        wait_until(lambda: "has not answered for" in gate.status().message)
        gate.publish_item("pause", True)
        broker.resume()
        gate.publish(snapshot(uptime_s=77.0))
        wait_until(lambda: b'"uptime_s":77.0' in (listener.last(f"{NODE}/state") or b""))
        wait_until(lambda: listener.last(f"{NODE}/pause/state") == b"ON")
        assert gate.status().reconnects == 0
        assert gate.status().message == ""


def test_a_broker_that_hangs_for_long_is_left_and_found_again(
    broker: Broker, publisher: Publish
) -> None:
    gate = publisher(broker, keepalive_s=1)
    gate.publish(snapshot())
    wait_until(lambda: gate.status().published == 5)
    broker.freeze()
    gate.publish(snapshot())
    wait_until(lambda: gate.status().connected is False)
    hammer(gate, 500)
    assert queued_bytes(gate) < 2_000_000
    broker.resume()
    wait_until(lambda: gate.status().connected)
    with Listener(broker) as listener:
        gate.publish(snapshot(uptime_s=77.0))
        wait_until(lambda: b'"uptime_s":77.0' in (listener.last(f"{NODE}/state") or b""))
        # The dead connection's last will must not have come after the new one's "online".
        assert listener.payloads(f"{NODE}/status")[-1] == b"online"


@pytest.mark.parametrize("state", ["absent", "hung", "dead"])
def test_a_stop_is_quick_whatever_the_broker_does(
    broker: Broker, publisher: Publish, state: str
) -> None:
    with Listener(broker) as listener:
        gate = publisher(broker, keepalive_s=60)
        gate.publish(snapshot())
        listener.wait_for(f"{NODE}/state")
    if state == "hung":
        broker.freeze()
        hammer(gate, 200)
    else:
        broker.kill()
        if state == "absent":
            wait_until(lambda: "cannot be reached" in gate.status().message)
    started = time.monotonic()
    gate.stop(1.0)
    gate.stop(1.0)
    assert time.monotonic() - started < WAIT_S  # less than the broker may keep silent
    if state == "hung":
        broker.resume()
        with Listener(broker) as late:
            # It could not say goodbye, so the broker does.
            wait_until(lambda: late.last(f"{NODE}/status") == b"offline")


def test_a_publisher_that_was_never_started_stops() -> None:
    gate = MqttPublisher(MqttOptions(BrokerAddress("127.0.0.1", free_port())), print)
    gate.publish(snapshot())
    gate.stop()
    gate.publish(snapshot())


def test_tls_with_the_right_authority(secure_broker: Broker, publisher: Publish) -> None:
    gate = publisher(
        secure_broker, ca_file=secure_broker.ca_file, user=USER, password=secure_broker.password
    )
    with Listener(secure_broker) as listener:
        gate.publish(snapshot())
        assert json.loads(listener.wait_for(f"{NODE}/state"))["cameras"] == 1
        started = time.monotonic()
        secure_broker.freeze()
        gate.stop()
        assert time.monotonic() - started < WAIT_S


def test_tls_with_another_authority_is_refused(
    secure_broker: Broker, publisher: Publish, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    make_certificates(other)
    gate = publisher(
        secure_broker, ca_file=other / "ca.pem", user=USER, password=secure_broker.password
    )
    wait_until(lambda: "cannot be reached" in gate.status().message)
    assert "certificate" in gate.status().message or "issuer" in gate.status().message
    assert gate.status().connected is False


def test_a_certificate_file_that_is_none_is_told(tmp_path: Path) -> None:
    for content in (None, b"", b"no certificate"):
        file = tmp_path / "ca.pem"
        if content is not None:
            file.write_bytes(content)
        options = MqttOptions(BrokerAddress("127.0.0.1", 8883, tls=True), ca_file=file)
        with pytest.raises(ConfigError, match=r"ca\.pem: cannot be used") as refused:
            MqttPublisher(options, print)
        assert "\n" not in str(refused.value)
