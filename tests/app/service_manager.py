"""systemd's end of the socket that a service writes to."""

from __future__ import annotations

import socket
from pathlib import Path


class Manager:
    """Listens at *path*."""

    def __init__(self, path: Path) -> None:
        self.address = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.settimeout(30)
        path.chmod(0o777)  # whatever user the service has

    def receive(self) -> list[str]:
        """The lines of the next datagram."""
        return self._socket.recv(65536).decode().split("\n")

    def until(self, word: str, *, there: bool = True) -> None:
        """Read on until *word* is among a datagram's lines, or is not."""
        for _ in range(60):
            if (word in self.receive()) is there:
                return
        raise AssertionError(f"{word} {'never came' if there else 'never ceased'}")

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
