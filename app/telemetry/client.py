"""paho's client, set up: identity, encryption, last will, limits."""

from __future__ import annotations

import contextlib
import socket
import ssl
import zlib
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from app.telemetry.options import MqttOptions
from app.telemetry.outbox import Message
from models.errors import ConfigError

CONNECT_TIMEOUT_S = 5.0


class _ClosingSocket(ssl.SSLSocket):
    """paho forgets to close the socket of a handshake that failed."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


def build_client(options: MqttOptions, will: Message, max_queued: int) -> Client:
    """A client that is not connected. Raises ConfigError for an unusable certificate file."""
    client = Client(CallbackAPIVersion.VERSION2, client_id=_client_id(will.topic))
    client.username_pw_set(options.user, options.password)
    if options.broker.tls:
        try:
            context = ssl.create_default_context(cafile=options.ca_file)
        except OSError as error:  # ssl's errors are OSErrors too
            raise ConfigError(
                f"{options.ca_file}: cannot be used as the MQTT certificate authority: "
                f"{error.strerror or error}"
            ) from error
        # Python 3.13 began to refuse authorities without the key-usage extension, which those that
        # people make for their own broker mostly lack; what is checked beyond it stays.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.sslsocket_class = _ClosingSocket
        client.tls_set_context(context)
    client.will_set(will.topic, will.payload, will.qos, will.retain)
    client.reconnect_delay_set(1, options.reconnect_max_s)
    client.max_queued_messages_set(max_queued)
    client.connect_timeout = CONNECT_TIMEOUT_S
    client.on_socket_open = _set_no_delay
    return client


def _client_id(name: str) -> str:
    """The same after a restart, so that the broker ends the dead connection before the new one.

    Otherwise the old connection's last will could arrive after "online". At most 23 characters,
    which every broker must accept.
    """
    try:
        machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        machine = socket.gethostname()
    return f"saccade-{zlib.crc32(f'{name} {machine}'.encode()):08x}"


def _set_no_delay(client: Client, userdata: Any, sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def shut(sock: Any) -> None:
    """End a connection at once: below any encryption, which would wait for an answer."""
    if isinstance(sock, socket.socket):
        with contextlib.suppress(OSError):  # closed already
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
