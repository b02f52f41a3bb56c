"""The MQTT publisher: snapshots, events and images out, commands in."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.telemetry import messages
from app.telemetry.commands import COMMANDS, CommandHandler, excerpt, parse_command
from app.telemetry.connection import Connection
from app.telemetry.discovery import discovery_config
from app.telemetry.options import MqttOptions
from app.telemetry.outbox import Message
from app.telemetry.snapshot import ChoosingStatus, MqttStatus, TelemetrySnapshot
from app.telemetry.topics import Topics
from models.errors import InputError

log = logging.getLogger(__name__)

EventType = Literal["new", "update", "end", "switch", "judged", "failed"]

LABELS = 50
_UNKNOWN = ChoosingStatus()


@dataclass(frozen=True, slots=True)
class Tables:
    """Measurement tables of other devices of *platform*, a fingerprint.

    *take(node, payload)* is called on paho's thread with each that arrives.
    """

    platform: str
    take: Callable[[str, bytes], None]


class MqttPublisher:
    """Publishes telemetry and receives commands; docs/mqtt.md has the topics and payloads.

    No `publish…` waits for the broker or raises. *on_command(name, value)* is called on paho's
    thread and must return at once; it raises InputError for what it does not obey.
    `app.telemetry.commands` has the names and values. *tables*: where measurements are shared.
    """

    def __init__(
        self, options: MqttOptions, on_command: CommandHandler, tables: Tables | None = None
    ) -> None:
        """Connects nothing yet. Raises ConfigError for a certificate file that cannot be used."""
        self._options = options
        self._on_command = on_command
        self._topics = Topics(options.base, options.node, options.discovery_prefix)
        self._commands = {self._topics.command(item): item for item in COMMANDS}
        self._tables = tables
        self._cameras: dict[str, tuple[str, ...]] | None = None  # and their zones, as announced
        self._labels: dict[str, tuple[str, ...]] = {}
        self._discovery = options.discovery
        self._state_due_s = 0.0
        self._connection = Connection(
            options,
            will=_retained(self._topics.status, b"offline"),
            subscriptions=[
                *self._commands,
                *([self._topics.birth] if self._discovery else []),
                *([self._topics.table(tables.platform, "+")] if tables else []),
            ],
            on_message=self._on_message,
            first=self._topics.discovery,
        )
        self._connection.put(_retained(self._topics.status, b"online"))

    @property
    def node(self) -> str:
        """This device's name, as its topics have it."""
        return self._topics.node

    def start(self) -> None:
        """Begin to connect, in the background and for as long as it takes."""
        self._connection.start()

    def stop(self, timeout_s: float = 1.0) -> None:
        """Say offline, disconnect and end; within *timeout_s* even if the broker hangs."""
        farewell = [
            _retained(self._topics.camera(camera, "status"), b"offline")
            for camera in self._cameras or ()
        ]
        farewell.append(_retained(self._topics.status, b"offline"))
        self._connection.stop(farewell, timeout_s)

    def status(self) -> MqttStatus:
        """The connection and its counts; cheap."""
        return self._connection.status()

    def publish(
        self,
        snapshot: TelemetrySnapshot,
        choosing: ChoosingStatus = _UNKNOWN,
        standing: Mapping[str, Mapping[str, int]] | None = None,
    ) -> None:
        """Send the states, and the statuses that changed. Called by one thread only.

        *standing*: how many things stand in each zone of each camera.
        """
        batch: list[Message] = []
        standing = standing or {}
        cameras = {each.name: tuple(standing.get(each.name, ())) for each in snapshot.cameras}
        if cameras != self._cameras:
            self._cameras = cameras
            if self._discovery:
                config = discovery_config(self._options, self._topics, cameras)
                batch.append(_retained(self._topics.discovery, messages.encode(config)))
        for camera in snapshot.cameras:
            status = messages.camera_status(camera.state).encode()
            batch.append(_retained(self._topics.camera(camera.name, "status"), status))
        now = time.monotonic()
        if now >= self._state_due_s:
            # Half a second early is in time: the reporter's second is not exact.
            self._state_due_s = now + self._options.interval_s - 0.5
            batch.append(
                Message(
                    self._topics.state,
                    messages.encode(messages.node_state(snapshot, choosing.ruling)),
                )
            )
            for camera in snapshot.cameras:
                labels = self._labels_of(camera.name, camera.objects)
                merit = choosing.merits.get(camera.name)
                state = messages.camera_state(
                    camera, snapshot.taken_at, labels, merit, standing.get(camera.name)
                )
                topic = self._topics.camera(camera.name, "state")
                batch.append(Message(topic, messages.encode(state)))
        self._connection.put(*batch)

    def publish_item(self, item: str, value: bool | str) -> None:
        """What is in force of *item* ("pause", "scenario" …): retained, sent when it changes."""
        text = value if isinstance(value, str) else "ON" if value else "OFF"
        self._connection.put(_retained(self._topics.item(item), text.encode()))

    def publish_event(
        self,
        camera: str,
        type: EventType,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """A track that began, changed or ended, or a network that was changed.

        *before* and *after* become JSON objects, *details* further keys. Events are sent in
        order; of too many that wait, the oldest are dropped and counted.
        """
        try:
            event = {"type": type, "before": before, "after": after, **(details or {})}
            payload = messages.encode(event)
        except Exception as error:
            log.error("an event of %r cannot be sent: %s", camera, error)
            return
        self._connection.append(Message(self._topics.camera(camera, "events"), payload))

    def publish_snapshot(self, camera: str, jpeg: bytes) -> None:
        """An image; it replaces one of the same camera that still waits."""
        # QoS 0: an image that the broker refuses as too large must not be sent again for ever.
        topic = self._topics.camera(camera, "snapshot")
        self._connection.put_once(Message(topic, jpeg, qos=0))

    def publish_table(self, platform: str, payload: bytes) -> None:
        """What this device measured on *platform*, for others of its kind: retained."""
        self._connection.put(_retained(self._topics.table(platform), payload))

    def forget_device(self) -> None:
        """Remove the device from Home Assistant, and do not announce it again."""
        self._discovery = False
        self._connection.put(_retained(self._topics.discovery, b""))

    def _labels_of(self, camera: str, objects: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
        """The labels seen lately; the longest absent are forgotten first."""
        present = [label for label, _ in objects]
        labels = dict.fromkeys([*present, *self._labels.get(camera, ())])
        self._labels[camera] = tuple(labels)[:LABELS]
        return self._labels[camera]

    def _on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        item = self._commands.get(topic)
        sharer = self._topics.sharer(topic)
        if sharer is not None:
            self._take_table(sharer, payload)
        elif topic == self._topics.birth:
            # A retained one is old: everything was sent when we connected.
            if payload == b"online" and not retained:
                self._connection.refresh()
        elif item is None or retained:
            # A retained command would be obeyed again at every connection.
            kind = "retained" if item else "unknown"
            log.warning("ignored: %s MQTT command %s: %s", kind, topic, excerpt(payload))
        else:
            self._obey(item, payload)

    def _take_table(self, sharer: str, payload: bytes) -> None:
        if self._tables is None or sharer == self._topics.node:
            return  # its own comes back
        try:
            self._tables.take(sharer, payload)
        except Exception as error:
            # Whatever another device sends, the connection must survive it.
            log.error("the measurements that %s shares cannot be taken: %s", sharer, error)

    def _obey(self, item: str, payload: bytes) -> None:
        try:
            value = parse_command(item, payload, self._topics.camera_named)
            log.info("MQTT command: %s%s", item, "" if value is None else f" {value}")
            self._on_command(item, value)
        except (ValueError, InputError) as error:
            log.warning("ignored: MQTT command %s: %s", item, error)
            answer = {"type": "refused", "item": item, "reason": str(error)}
            self._connection.append(Message(self._topics.events, messages.encode(answer)))
        except Exception as error:
            # Whatever goes wrong in a command, the connection must survive it.
            log.error("the MQTT command %s failed: %s", item, error)


def _retained(topic: str, payload: bytes) -> Message:
    return Message(topic, payload, retain=True)
