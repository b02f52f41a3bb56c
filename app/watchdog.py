"""Tells systemd how a run goes; only results feed its watchdog. The protocol is sd_notify(3)."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import MutableMapping

from app.console import line
from app.telemetry.snapshot import TelemetrySnapshot
from pipelines.live.status import CameraState

log = logging.getLogger(__name__)


class Watchdog:
    """A consumer of the reporter's snapshots that writes to the service manager's socket.

    `READY=1` goes out with the first result. From then on every snapshot that finds new results of
    any camera sends `WATCHDOG=1`: once a second, so that a run that has fallen silent is ended
    `WatchdogSec` later and not half of it more. A camera that fails beside others that deliver is
    reopened by its own pipeline, without an end to theirs; a pause is no silence.
    """

    def __init__(self, address: str, *, feeding: bool) -> None:
        """*address*: of a datagram socket, "@" for the abstract namespace. *feeding*: it waits."""
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._feeding = feeding
        self._processed = 0
        self._ready = False
        self._unheard = False

    def __call__(self, snapshot: TelemetrySnapshot) -> None:
        """Tell of one snapshot."""
        # A line is a message: what a camera's complaint has of them must not become one.
        status = " ".join("; ".join(map(line, snapshot.cameras)).split())
        messages = [f"STATUS={status}"]
        if self._alive(snapshot):
            if not self._ready:
                messages.append("READY=1")
                self._ready = True
            if self._feeding:
                messages.append("WATCHDOG=1")
        self._send(messages)

    def close(self) -> None:
        """The run ends in order."""
        self._send(["STOPPING=1"])

    def _alive(self, snapshot: TelemetrySnapshot) -> bool:
        processed = sum(camera.frames.processed for camera in snapshot.cameras)
        arrived, self._processed = processed > self._processed, processed
        paused = any(camera.state is CameraState.PAUSED for camera in snapshot.cameras)
        return arrived or paused

    def _send(self, messages: list[str]) -> None:
        # It must never wait for the service manager: the cameras are looked after on this thread.
        kind = socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        try:
            with socket.socket(socket.AF_UNIX, kind) as manager:
                manager.sendto("\n".join(messages).encode(), self._address)
        except OSError as error:
            if not self._unheard:
                log.warning("the service manager does not hear us: %s", error.strerror)
            self._unheard = True
        else:
            self._unheard = False


def find_watchdog(environ: MutableMapping[str, str] = os.environ) -> Watchdog | None:
    """The one that the service manager asks for in *environ*; None outside of a service.

    What it asks is taken out, so that no process that we start speaks for us.
    """
    address = environ.pop("NOTIFY_SOCKET", "")
    period_us = environ.pop("WATCHDOG_USEC", "")
    meant_for = environ.pop("WATCHDOG_PID", "")
    if not address.startswith(("/", "@")):
        return None
    feeding = False
    with contextlib.suppress(ValueError):
        feeding = int(period_us or 0) > 0 and int(meant_for or os.getpid()) == os.getpid()
    return Watchdog(address, feeding=feeding)
