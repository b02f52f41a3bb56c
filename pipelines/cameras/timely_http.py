"""HTTP for urllib with one deadline; its own time-out begins anew with every few bytes."""

from __future__ import annotations

import http.client
import io
import socket
import urllib.request
from functools import partial
from typing import Any

from pipelines.cameras.deadline import Deadline
from pipelines.cameras.network import connect


class _TimelySocket(io.RawIOBase):
    """Reads from a socket for as long as the deadline allows, and not so long for each part."""

    def __init__(self, connection: socket.socket, stream: io.RawIOBase, deadline: Deadline) -> None:
        self._connection, self._stream, self._deadline = connection, stream, deadline

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.left_s)
        return self._connection.recv_into(buffer)

    def close(self) -> None:
        self._stream.close()  # holds the socket open
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, deadline: Deadline, connection: socket.socket, **options: Any) -> None:
        super().__init__(connection, **options)
        self.fp = io.BufferedReader(_TimelySocket(connection, self.fp.detach(), deadline))


class _Connection(http.client.HTTPConnection):
    deadline: Deadline

    def connect(self) -> None:
        self.sock = connect(self.host, self.port, self.deadline)


class _SecureConnection(http.client.HTTPSConnection, _Connection):
    """Wraps what `_Connection` connects."""


class ConnectInTime(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Keeps one deadline over all that urllib does: connections, answers, logins, redirections."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(self._build, _Connection), request)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(self._build, _SecureConnection), request)

    def _build(self, kind: type[_Connection], host: str, **options: Any) -> _Connection:
        connection = kind(host, **options)
        connection.deadline = self._deadline
        connection.response_class = partial(_Response, self._deadline)  # type: ignore[assignment]
        return connection
