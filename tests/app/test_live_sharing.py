"""Two devices of one kind and a broker: the second need not measure what the first did."""

from __future__ import annotations

import json
import signal
import subprocess
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


def ended(*runs: subprocess.Popen[str]) -> list[str]:
    """What each of the *runs* has said, now that it was stopped; none failed."""
    for run in runs:
        run.send_signal(signal.SIGTERM)
    said = [run.communicate(timeout=30)[1] for run in runs]
    assert [run.returncode for run in runs] == [0] * len(runs), said
    return said


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
        said = ended(first, second)
    assert "1 measurement of this kind of device, shared by gate" in said[1]
    assert "chosen for" in said[1]
    assert "nothing is measured here" not in said[1]
    assert not list((tmp_path / "yard").glob("measurements-first-start-*"))

    # And so do the commands, without the broker.
    file = yard.folder / "node.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[mqtt]", '[mqtt]\nurl = "mqtt://192.0.2.1"'), encoding="utf-8")
    chosen = yard.run("choose", "--config", "node.toml", "--task", "detect", "--json", **KEY)
    assert chosen.returncode == 0, chosen.stderr
    assert json.loads(chosen.stdout)["candidate"]["network"] == NETWORK


def test_what_is_shared_later_is_chosen_from_at_once(tmp_path: Path, broker: Broker) -> None:
    gate, yard = device(tmp_path, "gate"), device(tmp_path, "yard")
    measured(gate)
    arguments = [*RUN, "--config", "node.toml", "--mqtt", broker.url]
    with Listener(broker, "saccade/#") as listener:
        second = yard.start(*arguments, "--no-benchmark", **KEY)
        state, unknown = "saccade/yard/cam/camera/state", b'"fom_table":null'
        wait_until(lambda: unknown in (listener.last(state) or b""))
        first = gate.start(*arguments, **KEY)
        wait_until(lambda: unknown not in (listener.last(state) or unknown))
        said = ended(first, second)
    assert "nothing is measured here" in said[1]


def test_sharing_without_a_key_says_how_to_set_one(tmp_path: Path, broker: Broker) -> None:
    done = device(tmp_path, "gate").run(*RUN, "--config", "node.toml", "--mqtt", broker.url)
    assert done.returncode == 2
    assert "there is no fleet key; set SACCADE_FLEET_KEY or mqtt.fleet_key_file" in done.stderr
    assert "Traceback" not in done.stderr
