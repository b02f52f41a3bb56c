"""The first start on a device that nothing was measured on: a real process and broker."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.app.running import Home
from tests.app.test_automatic import install
from tests.broker import Broker, Listener, broker, wait_until
from tests.pipelines.benchmark.parts import folders

__all__ = ["broker"]

CAMERA = "saccade/gate/cam/camera"
CONFIG = """
[engine]
name = "onnxruntime"

[mqtt]
node = "gate"

[storage]
networks = "networks"
measurements = "data/m.sqlite"
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """With two detectors, of which one is better and neither was measured."""
    (tmp_path / "node.toml").write_text(CONFIG, encoding="utf-8")
    folders(tmp_path / "pictures")
    for name, accuracy in (("good", 0.9), ("poor", 0.2)):
        install(tmp_path, name, accuracy)
    return Home(tmp_path)


def start(home: Home, broker: Broker, *more: str) -> subprocess.Popen[str]:
    return home.start(
        *("run", "--config", "node.toml", "--headless", "--source", "pictures/red"),
        *("--mqtt", broker.url, *more),
    )


def state(listener: Listener) -> dict[str, Any]:
    listener.wait_for(f"{CAMERA}/state")
    found: dict[str, Any] = json.loads(listener.last(f"{CAMERA}/state") or b"{}")
    return found


def stop(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=15)
    assert process.returncode == 0, err
    return err


def test_it_measures_chooses_and_says_so(home: Home, broker: Broker) -> None:
    with Listener(broker, f"{CAMERA}/#") as listener:
        process = start(home, broker)
        try:
            wait_until(lambda: "measuring which network" in state(listener)["message"], 60)
            wait_until(lambda: state(listener)["fom_table"] is not None, 60)
            assert state(listener)["candidate"] == "good · onnxruntime fp32"
        finally:
            err = stop(process)
    assert "measuring for 20 s at the most which network runs best here" in err
    assert "camera: good · onnxruntime fp32, chosen for balanced" in err
    # The second start has something to choose from.
    with Listener(broker, f"{CAMERA}/#") as listener:
        process = start(home, broker)
        try:
            wait_until(lambda: state(listener)["fom_table"] is not None, 60)
        finally:
            err = stop(process)
    assert "measuring for" not in err
    assert "camera: good · onnxruntime fp32, chosen for balanced" in err


def test_it_can_be_told_not_to(home: Home, broker: Broker) -> None:
    with Listener(broker, f"{CAMERA}/#") as listener:
        process = start(home, broker, "--no-benchmark")
        try:
            wait_until(lambda: state(listener)["candidate"] == "good · onnxruntime fp32", 60)
            assert state(listener)["fom_table"] is None
        finally:
            err = stop(process)
    assert "network good, by the accuracy in the manifests, since nothing is measured here" in err
    assert not list(home.folder.glob("data/*"))


def test_a_damaged_network_leaves_its_place_to_the_next(home: Home) -> None:
    file = home.folder / "networks" / "good" / "good.onnx"
    file.write_bytes(file.read_bytes()[:-10])
    done = home.run(
        *("run", "--config", "node.toml", "--headless", "--source", "pictures/red"),
        *("--no-benchmark", "--frames", "3", "--report", str(home.report)),
    )
    assert done.returncode == 0, done.stderr
    assert "network good cannot be used: good.onnx of network 'good' is damaged" in done.stderr
    assert "network poor takes its place" in done.stderr
    assert home.reported()["cameras"][0]["candidate"]["network"] == "poor"
