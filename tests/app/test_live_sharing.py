"""Two devices of one kind and a broker: the second need not measure what the first did."""

from __future__ import annotations

import signal
from contextlib import closing
from pathlib import Path

from models.store import Store
from pipelines.benchmark.platform import describe
from pipelines.benchmark.record import Record
from pipelines.benchmark.store.measurements import MeasurementStore
from tests.app.running import Home
from tests.app.sharing.examples import row
from tests.broker import Broker, Listener, broker, wait_until

__all__ = ["broker"]

NETWORK = "tiny-yolo-labels"
KEY = {"SACCADE_FLEET_KEY": "0123456789abcdef" * 4}
RUN = ["run", "--headless", "--source", "synthetic:160x120@10", "--model", "auto"]


def device(tmp_path: Path, node: str) -> Home:
    folder = tmp_path / node
    folder.mkdir()
    text = f'[mqtt]\nnode = "{node}"\nshare_measurements = true\n'
    text += f'[storage]\nmeasurements = "{folder}/measurements.sqlite"\n'
    (folder / "node.toml").write_text(text, encoding="utf-8")
    return Home(folder)


def measured(home: Home) -> None:
    """As if `bench` had measured one network on this machine."""
    platform = describe()
    with closing(MeasurementStore(home.folder / "measurements.sqlite")) as store:
        sha256 = Store(home.folder / "networks").get(NETWORK).manifest.sha256
        known = row(NETWORK, platform=platform.fingerprint)
        store.add(Record(known), sha256, platform)


def test_the_second_device_runs_what_the_first_measured(tmp_path: Path, broker: Broker) -> None:
    gate, yard = device(tmp_path, "gate"), device(tmp_path, "yard")
    measured(gate)
    topic = f"saccade/_tables/{describe().fingerprint}/gate"
    arguments = [*RUN, "--config", "node.toml", "--mqtt", broker.url]
    with Listener(broker, "saccade/#") as listener:
        first = gate.start(*arguments, **KEY)
        listener.wait_for(topic)
        second = yard.start(*arguments, **KEY)
        state, unknown = "saccade/yard/cam/camera/state", b'"fom_table":null'
        wait_until(lambda: unknown not in (listener.last(state) or unknown))
        for process in (first, second):
            process.send_signal(signal.SIGTERM)
        said = [process.communicate(timeout=30)[1] for process in (first, second)]
    assert [process.returncode for process in (first, second)] == [0, 0], said
    assert "1 measurement of this kind of device, shared by gate" in said[1]
    assert "chosen for" in said[1]
    assert "nothing is measured here" not in said[1]
    assert not list((tmp_path / "yard").glob("measurements-first-start-*"))


def test_sharing_without_a_key_says_how_to_set_one(tmp_path: Path, broker: Broker) -> None:
    done = device(tmp_path, "gate").run(*RUN, "--config", "node.toml", "--mqtt", broker.url)
    assert done.returncode == 2
    assert "there is no fleet key; set SACCADE_FLEET_KEY or mqtt.fleet_key_file" in done.stderr
    assert "Traceback" not in done.stderr
