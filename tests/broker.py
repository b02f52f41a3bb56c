"""A real mosquitto on a free loopback port, that tests can kill, freeze and start again.

`from tests.broker import broker, secure_broker` in a conftest.py gives the fixtures;
`Broker(folder, password=…, tls=True)` gives any other kind.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

USER = "watcher"
WAIT_S = 15.0
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def wait_until(condition: Callable[[], Any], timeout_s: float = WAIT_S, what: str = "") -> Any:
    """The condition's first true value. Fails the test after *timeout_s*."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited {timeout_s} s in vain{': ' if what else ''}{what}")


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _need(program: str) -> str:
    path = shutil.which(program, path=_PATH)
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


class Broker:
    """mosquitto on 127.0.0.1:*port*. With *password*, only `USER` may connect.

    *settings* are further lines of mosquitto.conf.
    """

    def __init__(
        self, folder: Path, *settings: str, password: str | None = None, tls: bool = False
    ) -> None:
        self._program = _need("mosquitto")
        self.port = free_port()
        self.tls = tls
        self.password = password
        self.ca_file = folder / "ca.pem"
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "mosquitto.log"
        lines = [
            f"listener {self.port} 127.0.0.1",
            f"allow_anonymous {'false' if password else 'true'}",
            "persistence false",
            "max_queued_messages 10000",
            "log_type all",
            *settings,
        ]
        if os.geteuid() == 0:
            lines.append("user root")  # it would not be allowed to read the files below
        if password:
            secrets = folder / "passwords"
            command = [_need("mosquitto_passwd"), "-b", "-c", str(secrets), USER, password]
            subprocess.run(command, check=True, capture_output=True)
            lines.append(f"password_file {secrets}")
        if tls:
            make_certificates(folder)
            lines += [f"cafile {self.ca_file}", f"certfile {folder}/server.pem"]
            lines += [f"keyfile {folder}/server.key"]
        self._config = folder / "mosquitto.conf"
        self._config.write_text("\n".join(lines) + "\n")

    @property
    def url(self) -> str:
        return f"{'mqtts' if self.tls else 'mqtt'}://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [self._program, "-c", str(self._config)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(self._listens, what=f"mosquitto does not listen:\n{self.log}")

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self.resume()
            self._process.send_signal(how)
            self._process.wait(WAIT_S)
            self._process = None

    def kill(self) -> None:
        """As kill -9: no word to its clients, and it forgets everything."""
        self.stop(signal.SIGKILL)

    def freeze(self) -> None:
        """It hangs: its connections stay open, and nothing is read or answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


class Listener:
    """A subscriber that keeps everything it hears: (topic, payload, retained), in order.

    *user* signs in with *password*; else `USER`, where the broker asks for one.
    """

    def __init__(
        self, broker: Broker, *topics: str, user: str = USER, password: str | None = None
    ) -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self._topics = topics or ("#",)
        self._subscribed = threading.Event()
        self.client = Client(CallbackAPIVersion.VERSION2)
        if password or broker.password:
            self.client.username_pw_set(user, password or broker.password)
        if broker.tls:
            self.client.tls_set(str(broker.ca_file))
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.on_message = self._on_message
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()
        assert self._subscribed.wait(WAIT_S)

    def _on_connect(self, client: Client, *_: Any) -> None:
        client.subscribe([(topic, 1) for topic in self._topics])

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload), message.retain))

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()
        self.client.reinitialise()  # closes what woke its thread

    def payloads(self, topic: str) -> list[bytes]:
        return [payload for heard, payload, _ in list(self.heard) if heard == topic]

    def last(self, topic: str) -> bytes | None:
        return next(iter(self.payloads(topic)[::-1]), None)

    def wait_for(self, topic: str, payload: bytes | None = None) -> bytes:
        """The topic's first (or that) payload, as soon as it is there."""

        def found() -> list[bytes]:
            return [p for p in self.payloads(topic) if payload is None or p == payload]

        wanted = f"{topic} {payload!r}" if payload is not None else topic
        first: bytes = wait_until(found, what=f"no {wanted} among {self.heard[-20:]}")[0]
        return first

    def send(self, topic: str, payload: bytes | str, retain: bool = False) -> None:
        self.client.publish(topic, payload, 1, retain).wait_for_publish(WAIT_S)


def make_certificates(folder: Path) -> None:
    """ca.pem, and server.pem with server.key for 127.0.0.1, by the openssl command."""
    openssl = _need("openssl")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    extensions = folder / "server.ext"
    extensions.write_text("subjectAltName = IP:127.0.0.1, DNS:localhost\n")

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)

    authority = ["-subj", "/CN=test authority", "-days", "1", "-keyout", "ca.key", "-out", "ca.pem"]
    run("req", "-x509", *key, *authority)
    run("req", *key, "-subj", "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.csr")
    signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1"]
    run(
        "x509", "-req", "-in", "server.csr", *signed, "-extfile", "server.ext", "-out", "server.pem"
    )


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running mosquitto that lets everyone in."""
    it = Broker(tmp_path)
    it.start()
    yield it
    it.stop()


@pytest.fixture
def secure_broker(tmp_path: Path) -> Iterator[Broker]:
    """A running mosquitto with a password and its own certificate authority."""
    it = Broker(tmp_path, password="o-p:e n", tls=True)
    it.start()
    yield it
    it.stop()
