"""The whole application chooses its network while it runs: a real process, broker and store."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from models.candidate import Candidate
from models.manifest import describe_network
from models.store import Store
from pipelines.benchmark.platform import describe
from pipelines.benchmark.record import Record
from pipelines.benchmark.store.measurements import MeasurementStore
from pipelines.power import PowerReading
from pipelines.selection.measurement import Measurement
from tests.app.running import Home, assert_accounted
from tests.broker import Broker, Listener, broker, wait_until

__all__ = ["broker"]

NODE = "saccade/gate"
CAMERA = f"{NODE}/cam/camera"
CONFIG = """
[mqtt]
node = "gate"

[scenario]
name = "accuracy"

[governor]
dwell_s = 1
confirm_s = 0

[storage]
measurements = "measured.sqlite"
"""


def measured(network: str, accuracy: float, fps: float, watts: float) -> Measurement:
    return Measurement(
        candidate=Candidate(network, "fp32", "onnxruntime"),
        task="detect",
        metric="AP50",
        accuracy=accuracy,
        accuracy_source="declared",
        fps=fps,
        power=PowerReading(watts, "modelled", "board", "modelled"),
        platform=describe().fingerprint,
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "node.toml").write_text(CONFIG, encoding="utf-8")
    store = Store(tmp_path / "networks")
    measurements = MeasurementStore(tmp_path / "measured.sqlite")
    for row in (
        measured("vgg-ssd-labels", 0.81, 20.0, 4.4),
        measured("tiny-yolo-labels", 0.50, 120.0, 3.2),
    ):
        network = store.get(row.candidate.network)
        measurements.add(Record(row), network.manifest.sha256, describe())
    measurements.close()
    return Home(tmp_path)


def latest(listener: Listener, topic: str) -> dict[str, Any]:
    payload = listener.last(topic)
    assert payload is not None
    found: dict[str, Any] = json.loads(payload)
    return found


def changes(listener: Listener) -> list[dict[str, Any]]:
    """The events of changed networks, among those of tracks."""
    return told(listener, "switch")


def told(listener: Listener, kind: str) -> list[dict[str, Any]]:
    """The camera's events of that type."""
    events = [json.loads(payload) for payload in listener.payloads(f"{CAMERA}/events")]
    return [event for event in events if event["type"] == kind]


def test_a_scenario_by_mqtt_switches_the_network_and_is_answered(
    home: Home, broker: Broker
) -> None:
    with Listener(broker, "saccade/gate/#") as listener:
        process = home.start(
            *("run", "--config", "node.toml", "--headless", "--source", "synthetic:320x180@20"),
            *("--mqtt", broker.url, "--no-benchmark", "--report", str(home.report)),
        )
        try:
            listener.wait_for(f"{NODE}/scenario/state", b"accuracy")
            listener.wait_for(f"{NODE}/scenario_source/state", b"configuration")

            def network() -> str | None:
                listener.wait_for(f"{CAMERA}/state")
                name: str | None = latest(listener, f"{CAMERA}/state")["network"]
                return name

            wait_until(lambda: network() == "vgg-ssd-labels", 60)
            assert not changes(listener)

            listener.send(f"{NODE}/scenario/set", "enrgy")
            listener.send(f"{NODE}/scenario/set", '{"accuracy": -1}')
            listener.send(f"{NODE}/scenario/set", b"\xff\xfe")
            wait_until(lambda: len(listener.payloads(f"{NODE}/events")) == 3)
            refused = [json.loads(payload) for payload in listener.payloads(f"{NODE}/events")]
            assert {event["type"] for event in refused} == {"refused"}
            assert "did you mean 'energy'" in refused[0]["reason"]

            listener.send(f"{NODE}/scenario/set", "energy")
            listener.wait_for(f"{NODE}/scenario/state", b"energy")
            listener.wait_for(f"{NODE}/scenario_source/state", b"mqtt")
            event = wait_until(lambda: changes(listener), what="a switch")[0]
            wait_until(lambda: network() == "tiny-yolo-labels", 60)

            listener.send(f"{NODE}/scenario/set", '{"accuracy": 1}')
            listener.wait_for(f"{NODE}/scenario/state", b"custom")
            wait_until(lambda: network() == "vgg-ssd-labels", 60)
            state = latest(listener, f"{NODE}/state")
            assert (state["scenario"], state["scenario_source"]) == ("custom", "mqtt")
            assert (state["weight_accuracy"], state["weight_power"]) == (1.0, 0.0)
            wait_until(lambda: latest(listener, f"{CAMERA}/state")["fom_table"] == 0.81)

            listener.send(f"{NODE}/scenario/set", "auto")
            wait_until(lambda: listener.last(f"{NODE}/scenario/state") == b"accuracy")
        finally:
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=15)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    with Listener(broker, f"{NODE}/scenario/state") as late:
        late.wait_for(f"{NODE}/scenario/state", b"accuracy")  # retained
    assert event["before"]["network"] == "vgg-ssd-labels"
    assert event["after"]["network"] == "tiny-yolo-labels"
    assert (event["scenario"], event["source"]) == ("energy", "mqtt")
    assert event["why"].startswith("energy by MQTT: tiny-yolo-labels · onnxruntime fp32 (")
    assert event["gain"] > 0
    assert event["realised_gain"] is None
    report = home.reported()
    assert_accounted(report)
    switches = report["cameras"][0]["switches"]
    assert [switch["to"]["network"] for switch in switches] == [
        "tiny-yolo-labels",
        "vgg-ssd-labels",
    ]


def test_a_network_that_was_damaged_meanwhile_is_told_of_and_the_old_one_stays(
    home: Home, broker: Broker
) -> None:
    with (home.folder / "node.toml").open("a", encoding="utf-8") as file:
        file.write('networks = "networks"\n')
    store = Store(home.folder / "networks")
    bundled = store.get("tiny-yolo-labels")
    manifest = home.folder / "own.toml"
    text = (bundled.path.parent / "manifest.toml").read_text(encoding="utf-8")
    manifest.write_text(text.replace('name = "tiny-yolo-labels"', 'name = "own"'))
    own = store.add(describe_network(manifest, bundled.path), check=lambda network: None)
    measurements = MeasurementStore(home.folder / "measured.sqlite")
    measurements.add(Record(measured("own", 0.55, 150.0, 3.0)), own.manifest.sha256, describe())
    measurements.close()
    with Listener(broker, "saccade/gate/#") as listener:
        process = home.start(
            *("run", "--config", "node.toml", "--headless", "--source", "synthetic:320x180@20"),
            *("--mqtt", broker.url, "--no-benchmark", "--report", str(home.report)),
        )
        try:
            listener.wait_for(f"{CAMERA}/state")
            wait_until(
                lambda: latest(listener, f"{CAMERA}/state")["network"] == "vgg-ssd-labels", 60
            )
            own.path.write_bytes(own.path.read_bytes()[:1000])
            listener.send(f"{NODE}/scenario/set", "energy")
            failed = wait_until(lambda: told(listener, "failed"), what="a failure")[0]
            # The second best is taken in its place.
            event = wait_until(lambda: changes(listener), what="a switch")[0]
        finally:
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=15)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert (failed["before"]["network"], failed["after"]["network"]) == ("vgg-ssd-labels", "own")
    assert "network 'own' is damaged" in failed["why"]
    assert event["after"]["network"] == "tiny-yolo-labels"
    (refused,) = home.reported()["cameras"][0]["refused"]
    assert (refused["candidate"]["network"], refused["why"]) == ("own", failed["why"])


def test_a_rule_switches_the_network(home: Home, broker: Broker) -> None:
    """A network that is too slow for the floor that was set."""
    with (home.folder / "node.toml").open("a", encoding="utf-8") as file:
        file.write('[[governor.rule]]\nsensor = "fps"\nbelow = 100000\nscenario = "energy"\n')
    with Listener(broker, "saccade/gate/#") as listener:
        process = home.start(
            *("run", "--config", "node.toml", "--headless", "--source", "synthetic:320x180@20"),
            *("--mqtt", broker.url, "--no-benchmark", "--report", str(home.report)),
        )
        try:
            event = wait_until(lambda: changes(listener), what="a switch")[0]
            listener.wait_for(f"{NODE}/scenario_source/state", b"governor")
        finally:
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=15)
    assert process.returncode == 0, err
    assert event["after"]["network"] == "tiny-yolo-labels"
    assert event["why"].startswith("energy by the governor (fps: network ")
    assert "limit 100000 fps" in event["why"]
