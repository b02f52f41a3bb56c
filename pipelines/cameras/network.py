"""What network cameras share: their addresses, and why one cannot be reached, in plain words."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from models.errors import CameraError, CameraStalled, InputError
from pipelines.cameras.deadline import Deadline
from pipelines.cameras.source import redact


@dataclass(frozen=True, slots=True)
class Address:
    """A camera's address, taken apart: *url* is without the credentials."""

    url: str
    scheme: str
    host: str
    port: int | None
    user: str | None
    password: str | None


def parse_address(url: str) -> Address:
    """Raises InputError, without the credentials, for what names no machine."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host:
        raise InputError(
            f"{redact(url)} is no network address; write SCHEME://USER:PASSWORD@HOST:PORT/PATH, "
            f"with %40, %2F and %3F for @, / and ? in a password"
        )
    netloc = parts.netloc.rpartition("@")[2]
    return Address(
        url=urlunsplit(parts._replace(netloc=netloc, fragment="")),
        scheme=parts.scheme.lower(),
        host=host,
        port=port,
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )


def resolve(host: str, port: int, deadline: Deadline) -> list[Any]:
    """What `socket.getaddrinfo` finds, within *deadline*; raises OSError.

    In a thread of its own, since nothing else ends the wait for a name server.
    """
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            found.append(error)
        except UnicodeError:  # no name that a machine can have
            found.append(socket.gaierror(socket.EAI_NONAME, "not a host name"))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(deadline.left_s)
    if not found:
        raise TimeoutError
    if isinstance(found[0], OSError):
        raise found[0]
    return list(found[0])


def connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A connection to the first of the host's addresses that takes it; raises OSError."""
    refusal = OSError()
    for family, kind, protocol, _, where in resolve(host, port, deadline):
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(deadline.left_s)
            connection.connect(where)
        except OSError as error:
            connection.close()
            refusal = error
        else:
            connection.settimeout(deadline.left_s)
            return connection
    raise refusal


def failure(name: str, error: BaseException, host: str) -> CameraError:
    """What to raise for the camera *name*, to which a connection failed with *error*."""
    if isinstance(error, TimeoutError):
        return CameraStalled(f"{name} does not answer in time")
    return CameraError(f"{name} {_explain(error, host)}")


def _explain(error: BaseException, host: str) -> str:
    if isinstance(error, socket.gaierror):
        return f"cannot be reached: no machine is known as {host!r}"
    if isinstance(error, ConnectionResetError):
        return "breaks off the connection"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "shows a certificate that this machine does not trust"
    if isinstance(error, ssl.SSLError):
        return "does not speak TLS as this machine does"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be reached: {error.strerror.lower()}"
    return "cannot be reached"


def explain_login(address: Address) -> str:
    """What an answer that asks for a login means, to follow the camera's name."""
    if address.user is None:
        return "asks for a user name and a password; put USER:PASSWORD@ before the host"
    return "refuses the user name or the password"
