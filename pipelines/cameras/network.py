"""What network cameras share: their addresses, and why one cannot be reached, in plain words."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from models.errors import InputError
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


def explain(error: BaseException, host: str) -> str:
    """Why a connection failed, as the rest of a sentence that began with the camera's name."""
    if isinstance(error, socket.gaierror):
        return f"cannot be reached: no machine is known as {host!r}"
    if isinstance(error, TimeoutError):
        return "does not answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "shows a certificate that this machine does not trust"
    if isinstance(error, ssl.SSLError):
        return "does not speak TLS as this machine does"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be reached: {error.strerror.lower()}"
    return "cannot be reached"


def explain_login(address: Address) -> str:
    """The same for an answer that asks for a login."""
    if address.user is None:
        return "asks for a user name and a password; put USER:PASSWORD@ before the host"
    return "refuses the user name or the password"
