"""Which broker, as whom, and under which topics: validated before anything connects."""

from __future__ import annotations

import logging
import os
import re
import socket
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from models.errors import ConfigError

log = logging.getLogger(__name__)

USER_VARIABLE = "SACCADE_MQTT_USER"
PASSWORD_VARIABLE = "SACCADE_MQTT_PASSWORD"

_PORTS = {"mqtt": 1883, "mqtts": 8883}
_EXPECTED = "expected mqtt://HOST[:PORT] or mqtts://HOST[:PORT]"
_TOPIC = re.compile(r"[^/+#\s$\x00][^/+#\s\x00]*(/[^/+#\s\x00]+)*")


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where a broker listens; *tls* encrypts and checks its certificate."""

    host: str
    port: int = 1883
    tls: bool = False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'mqtts' if self.tls else 'mqtt'}://{host}:{self.port}"


def parse_mqtt_url(url: str) -> BrokerAddress:
    """Parse `mqtt://HOST[:PORT]` or `mqtts://HOST[:PORT]`.

    Raises ConfigError. No message repeats the text, which may hold a password.
    """
    if "@" in url:
        raise ConfigError(
            f"the MQTT address holds a user or password; leave them out and set {USER_VARIABLE} "
            f"and {PASSWORD_VARIABLE}, or name a password file in config.toml"
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError as error:  # the port is no number, or the host no name
        raise ConfigError(f"the MQTT address is malformed: {_EXPECTED}") from error
    if parts.scheme not in _PORTS:
        raise ConfigError(f"the MQTT address does not begin with mqtt:// or mqtts://: {_EXPECTED}")
    if not host or re.search(r"[\s%]", host):
        raise ConfigError(f"the MQTT address names no host: {_EXPECTED}")
    if port == 0:
        raise ConfigError(f"the MQTT address has port 0: {_EXPECTED}, with a port from 1 to 65535")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ConfigError(
            f"the MQTT address has more than a host and a port: {_EXPECTED}; "
            "the base topic is set in config.toml"
        )
    return BrokerAddress(host, port or _PORTS[parts.scheme], parts.scheme == "mqtts")


def read_credentials(
    password_file: Path | None = None, environ: Mapping[str, str] = os.environ
) -> tuple[str | None, str | None]:
    """User and password: the environment's, and for what it lacks the file's `user:password`.

    Raises ConfigError for a file that cannot be read or holds something else. Warns of one that
    everyone may read.
    """
    user, password = _read_pair(password_file) if password_file else (None, None)
    return environ.get(USER_VARIABLE) or user, environ.get(PASSWORD_VARIABLE) or password


def _read_pair(path: Path) -> tuple[str, str]:
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigError(
            f"{path}: the MQTT password file cannot be read: {error.strerror}"
        ) from error
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: the MQTT password file is not UTF-8 text") from None
    user, colon, password = lines[0].partition(":") if lines else ("", "", "")
    if not (user and colon and password):
        raise ConfigError(f"{path}: the MQTT password file's first line must be user:password")
    if mode & stat.S_IROTH:
        log.warning("%s: everyone on this machine can read this password: chmod 600 it", path)
    return user, password


@dataclass(frozen=True, slots=True)
class MqttOptions:
    """How the publisher connects and what it calls things. Raises ConfigError.

    *ca_file*: certificate authorities to trust instead of the system's, PEM. *base*: the topics'
    root. *node*: this device's name, "" = the host's. *interval_s*: how often states are
    sent. *keepalive_s*: a broker that is silent for up to twice as long counts as lost, and a
    broker announces this node as offline after one and a half times. *reconnect_max_s*: the
    longest pause between two tries. *model*, *version*: shown by Home Assistant, "" if unknown.
    *scenarios*: the names that can be asked for.
    """

    broker: BrokerAddress
    ca_file: Path | None = None
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    base: str = "saccade"
    node: str = ""
    discovery: bool = True
    discovery_prefix: str = "homeassistant"
    interval_s: float = 1.0
    keepalive_s: int = 20
    reconnect_max_s: int = 120
    model: str = ""
    version: str = ""
    scenarios: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.node:
            object.__setattr__(self, "node", socket.gethostname())
        for key, topic in (("base", self.base), ("discovery_prefix", self.discovery_prefix)):
            if not _TOPIC.fullmatch(topic):
                raise ConfigError(
                    f"mqtt {key} = {topic!r}: expected topic levels joined by /, without "
                    "spaces, + or #, and not beginning with $"
                )
        if self.password is not None and not self.user:
            raise ConfigError(f"MQTT has a password but no user; set {USER_VARIABLE}")
        if self.ca_file is not None and not self.broker.tls:
            raise ConfigError(
                f"mqtt ca_file is set, but {self.broker} is not encrypted; use mqtts://"
            )
