"""Two devices and a real broker: what the one measured, the other need not measure."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.sharing.exchange import PATIENCE_S, Exchange
from app.sharing.table import seal
from app.telemetry.options import MqttOptions, parse_mqtt_url
from app.telemetry.publisher import MqttPublisher, Tables
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.store.measurements import MeasurementStore
from tests.app.sharing.examples import KEY, LATE, NETWORKS, PI, measured, row, table
from tests.broker import WAIT_S, Broker, Listener, broker, wait_until

__all__ = ["broker"]

TOPIC = f"saccade/_tables/{PI}/gate"


class Device:
    """One device's exchange and its publisher, in a folder of its own."""

    def __init__(self, folder: Path, node: str, key: bytes = KEY, platform: str = PI) -> None:
        folder.mkdir(exist_ok=True)
        self.node = node
        self.file = folder / "measurements.sqlite"
        self.exchange = Exchange(self.file, platform, key, lambda: NETWORKS)
        self.publisher: MqttPublisher | None = None

    def connect(self, broker: Broker) -> None:
        options = MqttOptions(
            parse_mqtt_url(broker.url), node=self.node, keepalive_s=2, reconnect_max_s=1
        )
        self.publisher = MqttPublisher(
            options, print, Tables(self.exchange.platform, self.exchange.take)
        )
        self.publisher.start()
        self.publish()

    def publish(self) -> None:
        """What the reporter's second does."""
        assert self.publisher is not None
        if payload := self.exchange.offer(self.node):
            self.publisher.publish_table(self.exchange.platform, payload)


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Callable[..., Device]]:
    made: list[Device] = []

    def make(node: str, **more: object) -> Device:
        made.append(Device(tmp_path / node, node, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        if each.publisher:
            each.publisher.stop()


def never() -> bool:
    return False


def test_the_second_device_has_the_rows_of_the_first(
    broker: Broker, device: Callable[..., Device], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    gate, yard = device("gate"), device("yard")
    measured(gate.file, row(), row("tiny"))
    gate.connect(broker)
    with Listener(broker, TOPIC) as listener:
        listener.wait_for(TOPIC)
    assert gate.publisher is not None
    gate.publisher.stop()  # retained: it need not be there any more
    yard.connect(broker)
    yard.exchange.wait(NETWORKS, never)
    assert yard.exchange.beside((), NETWORKS) == (row(), row("tiny"))
    assert "2 measurements of this kind of device, shared by gate" in caplog.text
    # Its own store stays empty, and the next start needs no broker.
    assert not yard.file.exists()
    again = Device(yard.file.parent, "yard")
    assert again.exchange.beside((), NETWORKS) == (row(), row("tiny"))
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


def test_a_benchmark_that_ends_during_the_run_is_shared_then(
    broker: Broker, device: Callable[..., Device]
) -> None:
    gate, yard = device("gate"), device("yard")
    gate.connect(broker)
    yard.connect(broker)
    gate.publish()
    measured(gate.file, row())
    gate.publish()
    wait_until(lambda: yard.exchange.beside((), NETWORKS) == (row(),))
    measured(gate.file, row(fps=50.0, measured_at=LATE))
    gate.publish()
    wait_until(lambda: yard.exchange.beside((), NETWORKS)[0].fps == 50.0)
    assert gate.exchange.beside((), NETWORKS) == ()  # its own does not come back to it


def test_own_rows_win_and_so_do_own_rejections(device: Callable[..., Device]) -> None:
    yard = device("yard")
    shared = [row(fps=99.0), row(engine="ncnn"), row("tiny")]
    yard.exchange.take("gate", seal(table(*shared), KEY))
    assert yard.exchange.beside((row(),), NETWORKS) == (row(), *shared[1:])
    store = MeasurementStore(yard.file)
    run = store.begin(Platform(PI, {}), "plan")
    store.reject(run, shared[1].candidate, "its boxes are wrong here")
    store.close()
    assert yard.exchange.beside((row(),), NETWORKS) == (row(), shared[2])


def test_what_is_refused_is_told_once_and_loses_nothing(
    broker: Broker, device: Callable[..., Device], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    yard = device("yard")
    yard.connect(broker)
    good = seal(table(), KEY)
    with Listener(broker, "none") as other:
        other.send(TOPIC, good, retain=True)
        wait_until(lambda: yard.exchange.beside((), NETWORKS))
        for _ in range(3):
            other.send(TOPIC, good.replace(b"41.5", b"99.5"))
            other.send(TOPIC, b"\xff" * 600_000)
            other.send(TOPIC, seal(table(platform="jetson-orin-00000000"), KEY))
            other.send(TOPIC, "")  # as when the retained one is removed
        other.send(TOPIC, seal(table(row(fps=50.0, measured_at=LATE)), KEY))
        wait_until(lambda: yard.exchange.beside((), NETWORKS)[0].fps == 50.0)
        other.send(TOPIC, good)
        wait_until(lambda: "older than" in caplog.text)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 4
    assert all(
        text.startswith("the measurements that 'gate' shares are refused: ") for text in told
    )
    assert yard.publisher is not None
    assert yard.publisher.status().reconnects == 0
    assert yard.exchange.beside((), NETWORKS)[0].fps == 50.0


def test_devices_with_another_key_share_nothing(
    broker: Broker, device: Callable[..., Device], caplog: pytest.LogCaptureFixture
) -> None:
    gate, yard = device("gate"), device("yard", key=b"another key that is long enough!")
    measured(gate.file, row())
    gate.connect(broker)
    yard.connect(broker)
    wait_until(lambda: "its signature is wrong" in caplog.text)
    assert yard.exchange.beside((), NETWORKS) == ()


def test_another_platform_hears_nothing_of_it(
    broker: Broker, device: Callable[..., Device]
) -> None:
    gate, jetson = device("gate"), device("jetson", platform="jetson-orin-00000000")
    measured(gate.file, row())
    gate.connect(broker)
    jetson.connect(broker)
    with Listener(broker, "saccade/#") as listener:
        listener.wait_for(TOPIC)
    assert not (jetson.file.parent / "measurements-shared").exists()


def test_complaints_are_bounded(
    device: Callable[..., Device], caplog: pytest.LogCaptureFixture
) -> None:
    yard = device("yard")
    for number in range(1000):
        yard.exchange.take(f"n{number}", b"x")
    assert len(caplog.records) == 64


def test_a_store_that_cannot_be_read_is_told_and_the_run_goes_on(
    device: Callable[..., Device], caplog: pytest.LogCaptureFixture
) -> None:
    gate = device("gate")
    gate.file.write_bytes(b"no store" * 100)
    assert gate.exchange.offer("gate") is None
    assert "the measurements are not shared" in caplog.text
    assert gate.exchange.offer("gate") is None
    assert len(caplog.records) == 1


def test_waiting_ends_when_it_is_cancelled_or_takes_too_long(
    device: Callable[..., Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    yard = device("yard")
    started = time.monotonic()
    yard.exchange.wait(NETWORKS, lambda: True)
    assert time.monotonic() - started < PATIENCE_S
    monkeypatch.setattr("app.sharing.exchange.PATIENCE_S", 0.2)
    yard.exchange.wait(NETWORKS, never)
    assert time.monotonic() - started < WAIT_S
