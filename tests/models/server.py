"""A file server on loopback that can misbehave in the ways real ones do."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Behaviour:
    """*cut*: for each request in turn, the bytes after which the connection breaks off.

    *stall*: the bytes after which nothing more comes, at every request. *status*: for each
    request in turn, what to answer instead. *shift*: answer a range that begins elsewhere.
    *length*: announce the content's length, or this other one.
    """

    files: dict[str, bytes]
    ranges: bool = True
    cut: list[int] = field(default_factory=list)
    stall: int | None = None
    status: list[int] = field(default_factory=list)
    shift: int = 0
    length: bool | int = True
    redirect: str | None = None
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server, told = self.server, self.server.behaviour
        wanted = self.headers.get("Range")
        told.requests.append((self.path, wanted))
        if told.status:
            self.send_error(told.status.pop(0))
            return
        if told.redirect and self.path.startswith("/moved/"):
            self.send_response(302)
            self.send_header("Location", self.path.replace("/moved/", told.redirect))
            self.end_headers()
            return
        content = told.files.get(self.path.lstrip("/"))
        if content is None:
            self.send_error(404)
            return
        start = 0
        match = re.match(r"bytes=(\d+)-$", wanted or "") if told.ranges else None
        if match and int(match[1]) >= len(content):
            self.send_error(416)
            return
        if match:
            start = int(match[1]) + told.shift
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        if told.length:
            length = len(content) - start if told.length is True else told.length
            self.send_header("Content-Length", str(length))
        self.end_headers()
        end = len(content)
        if told.cut:
            end = min(end, start + told.cut.pop(0))
        if told.stall is not None:
            end = min(end, start + told.stall)
        self.wfile.write(content[start:end])
        self.wfile.flush()
        if told.stall is not None:
            server.stopping.wait(60)

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is no news here."""


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[Behaviour]:
    """Serve *behaviour* until the block ends; its *url* is the server's address."""
    server = Server(behaviour)
    behaviour.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield behaviour
    finally:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
