"""What arrives at a real broker."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from pipelines.live.status import CameraState
from tests.app.telemetry.conftest import Publish
from tests.app.telemetry.examples import camera, snapshot
from tests.broker import Broker, Listener, wait_until
from tests.conftest import ROOT

NODE = "saccade/gate"
CONFIG = "homeassistant/device/saccade_gate/config"


def test_statuses_are_retained_and_states_are_not(broker: Broker, publisher: Publish) -> None:
    with Listener(broker) as live:
        gate = publisher(broker)
        gate.publish_item("pause", False)
        gate.publish_item("overlay", True)
        gate.publish(snapshot())
        assert json.loads(live.wait_for(f"{NODE}/state"))["fps"] == 19.988
        assert json.loads(live.wait_for(f"{NODE}/cam/front_door/state"))["object_person"] == 2
        wait_until(lambda: gate.status().published >= 7)
    with Listener(broker) as late:
        late.wait_for(f"{NODE}/status", b"online")
        late.wait_for(f"{NODE}/cam/front_door/status", b"online")
        late.wait_for(f"{NODE}/pause/state", b"OFF")
        late.wait_for(f"{NODE}/overlay/state", b"ON")
        assert json.loads(late.wait_for(CONFIG))["cmps"]["pause"]["p"] == "switch"
        assert all(retained for _, _, retained in late.heard)
        assert not late.payloads(f"{NODE}/state")


def test_zones_that_are_drawn_meanwhile_are_announced_and_counted(
    broker: Broker, publisher: Publish
) -> None:
    def components() -> set[str]:
        announced = listener.last(CONFIG)
        return set(json.loads(announced)["cmps"]) if announced else set()

    with Listener(broker) as listener:
        gate = publisher(broker)
        gate.publish(snapshot())
        assert "zone_door" not in json.loads(listener.wait_for(f"{NODE}/cam/front_door/state"))
        wait_until(lambda: bool(components()))
        assert not any("zone" in key for key in components())
        gate.publish(snapshot(), standing={"front door": {"Door": 2}})
        wait_until(lambda: "cam_front_door_zone_door" in components())
        gate.stop()
        listener.wait_for(f"{NODE}/cam/front_door/status", b"offline")


def test_a_stop_leaves_no_socket_open(broker: Broker, publisher: Publish) -> None:
    def sockets() -> set[str]:
        paths = (f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd"))
        # The folder's own number is gone by the time that it is read.
        links = {os.readlink(path) for path in paths if os.path.lexists(path)}
        return {link for link in links if link.startswith("socket:")}

    before = sockets()
    gate = publisher(broker)
    wait_until(lambda: gate.status().connected)
    assert len(sockets() - before) == 3  # one to the broker, two that wake the thread
    gate.stop()
    assert not sockets() - before


def test_a_stop_says_offline(broker: Broker, publisher: Publish) -> None:
    with Listener(broker) as listener:
        gate = publisher(broker)
        gate.publish(snapshot())
        listener.wait_for(f"{NODE}/cam/front_door/status", b"online")
        gate.stop()
        listener.wait_for(f"{NODE}/status", b"offline")
        listener.wait_for(f"{NODE}/cam/front_door/status", b"offline")
        assert gate.status().connected is False


def test_the_last_will_comes_when_the_process_is_killed(broker: Broker) -> None:
    program = f"""
import time
from app.telemetry.options import MqttOptions, parse_mqtt_url
from app.telemetry.publisher import MqttPublisher
MqttPublisher(MqttOptions(parse_mqtt_url({broker.url!r}), node="gate"), print).start()
time.sleep(60)
"""
    with Listener(broker) as listener:
        child = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
        try:
            listener.wait_for(f"{NODE}/status", b"online")
        finally:
            child.kill()
            child.wait()
        listener.wait_for(f"{NODE}/status", b"offline")


def test_a_status_is_sent_when_it_changes(broker: Broker, publisher: Publish) -> None:
    topic = f"{NODE}/cam/front_door/status"
    with Listener(broker) as listener:
        gate = publisher(broker)
        for state in (CameraState.LIVE, CameraState.LIVE, CameraState.STALE, CameraState.LIVE):
            count = len(listener.payloads(f"{NODE}/state"))
            gate.publish(snapshot(camera(state=state)))
            wait_until(lambda: len(listener.payloads(f"{NODE}/state")) > count)  # noqa: B023
        assert listener.payloads(topic) == [b"online", b"stalled", b"online"]


def test_states_keep_to_their_interval(broker: Broker, publisher: Publish) -> None:
    with Listener(broker) as listener:
        gate = publisher(broker, interval_s=60.0)
        for state in (CameraState.LIVE, CameraState.STALE):
            gate.publish(snapshot(camera(state=state)))
            listener.wait_for(f"{NODE}/cam/front_door/status", messages_status(state))
        assert len(listener.payloads(f"{NODE}/state")) == 1


def messages_status(state: CameraState) -> bytes:
    return {CameraState.LIVE: b"online", CameraState.STALE: b"stalled"}[state]


def test_a_label_that_is_gone_counts_zero(broker: Broker, publisher: Publish) -> None:
    with Listener(broker) as listener:
        gate = publisher(broker)
        for objects in ((("person", 2),), (), (("dog", 1),)):
            count = len(listener.payloads(f"{NODE}/cam/front_door/state"))
            gate.publish(snapshot(camera(objects=objects)))
            wait_until(
                lambda: len(listener.payloads(f"{NODE}/cam/front_door/state")) > count  # noqa: B023
            )
        states = [json.loads(state) for state in listener.payloads(f"{NODE}/cam/front_door/state")]
    assert [state["objects"] for state in states] == [2, 0, 1]
    assert [state["object_person"] for state in states] == [2, 0, 0]


def test_events_arrive_in_order_and_images_whole(broker: Broker, publisher: Publish) -> None:
    image = os.urandom(300_000)
    with Listener(broker) as listener:
        gate = publisher(broker)
        gate.publish_snapshot("front door", image)
        for number in range(100):
            gate.publish_event("front door", "new", None, {"id": number})
        gate.publish_event("front door", "end", {"id": 1}, {"bad": object()})  # cannot be JSON
        gate.publish_event("front door", "end", {"id": 99}, None)
        topic = f"{NODE}/cam/front_door/events"
        listener.wait_for(topic, b'{"type":"end","before":{"id":99},"after":null}')
        events = [json.loads(event) for event in listener.payloads(topic)]
        assert [event["after"]["id"] for event in events[:-1]] == list(range(100))
        assert listener.wait_for(f"{NODE}/cam/front_door/snapshot") == image


def test_home_assistant_gets_the_config_and_then_the_states_at_its_birth(
    broker: Broker, publisher: Publish
) -> None:
    with Listener(broker) as listener:
        gate = publisher(broker)
        gate.publish(snapshot())
        listener.wait_for(f"{NODE}/state")
        wait_until(lambda: gate.status().published >= 5)
        listener.heard.clear()
        listener.send("homeassistant/status", "offline")
        listener.send("homeassistant/status", "online")
        listener.wait_for(f"{NODE}/cam/front_door/state")
        wait_until(lambda: gate.status().published >= 10)
        topics = [topic for topic, _, _ in listener.heard if topic != "homeassistant/status"]
    assert topics == [
        CONFIG,
        f"{NODE}/status",
        f"{NODE}/cam/front_door/status",
        f"{NODE}/state",
        f"{NODE}/cam/front_door/state",
    ]


def test_a_home_assistant_that_was_there_first_gets_everything_once(
    broker: Broker, publisher: Publish
) -> None:
    with Listener(broker) as listener:
        listener.send("homeassistant/status", "online", retain=True)
        gate = publisher(broker)
        wait_until(lambda: gate.status().connected)
        gate.publish(snapshot())
        listener.wait_for(f"{NODE}/cam/front_door/state")
        gate.publish_event("front door", "new", None, {"id": 1})
        listener.wait_for(f"{NODE}/cam/front_door/events")  # behind anything sent twice
        assert len(listener.payloads(f"{NODE}/status")) == 1
        assert len(listener.payloads(CONFIG)) == 1


def test_the_device_can_be_forgotten_or_never_announced(broker: Broker, publisher: Publish) -> None:
    with Listener(broker) as listener:
        gate = publisher(broker)
        gate.publish(snapshot())
        listener.wait_for(CONFIG)
        gate.forget_device()
        listener.wait_for(CONFIG, b"")
        gate.publish(snapshot(camera("another")))
        listener.wait_for(f"{NODE}/cam/another/state")
        assert len(listener.payloads(CONFIG)) == 2
        silent = publisher(broker, node="silent", discovery=False)
        silent.publish(snapshot())
        listener.wait_for("saccade/silent/state")
        assert not listener.payloads("homeassistant/device/saccade_silent/config")


def test_the_documented_payloads_have_the_keys_that_are_sent() -> None:
    from app.telemetry.messages import camera_state, node_state

    text = (Path(ROOT) / "docs" / "mqtt.md").read_text(encoding="utf-8")
    node, of_camera = (
        json.loads(block)
        for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)
        if '"timestamp"' in block
    )
    assert list(node) == list(node_state(snapshot()))
    sent = camera_state(camera(), "", [])
    assert [key for key in of_camera if not key.startswith("object_")] == [
        key for key in sent if not key.startswith("object_")
    ]
