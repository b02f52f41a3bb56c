"""The connection to a broker: a bounded outbox before paho, emptied as fast as it is confirmed.

Three threads meet here. Callers only fill the outbox. The sender hands messages to paho while few
of them are unconfirmed; since all but the images go at QoS 1, a broker that hangs stops the
sender, and nothing grows behind it. paho's own thread connects, reads, writes and calls `_on_…`.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import MQTTErrorCode

from app.telemetry.client import build_client, shut
from app.telemetry.options import MqttOptions
from app.telemetry.outbox import Message, Outbox
from app.telemetry.snapshot import MqttStatus

log = logging.getLogger(__name__)

# Handed to paho and not confirmed yet: at most this many messages, and no further one beyond this
# many bytes.
WINDOW = 16
WINDOW_BYTES = 256 * 1024

SILENT_S = 5.0
BRIEF_S = 2.0
LOGIN_REFUSED = (0x86, 0x87)  # bad user name or password, not authorized

MessageHandler = Callable[[str, bytes, bool], None]


class Connection:
    """Sends messages to a broker whenever there is one.

    Nothing but `stop` waits for the broker. *will* is what the broker says when this process
    dies. *subscriptions* are topics whose messages go to *on_message(topic, payload, retained)*,
    on paho's thread. *first* is the topic that goes before all others when everything is sent
    again. Raises ConfigError for a certificate file that cannot be used.
    """

    def __init__(
        self,
        options: MqttOptions,
        will: Message,
        subscriptions: Sequence[str],
        on_message: MessageHandler,
        first: str,
    ) -> None:
        self._options = options
        self._subscriptions = [(topic, 1) for topic in subscriptions]
        self._handle = on_message
        self._first = first

        # The condition's lock guards everything below but the confirmed message ids, which
        # paho's thread appends while it holds locks of its own.
        self._wake = threading.Condition()
        self._outbox = Outbox()
        self._unconfirmed: dict[int, Message] = {}
        self._confirmed: deque[int] = deque()
        self._connected = False
        self._connected_s = 0.0
        self._connections = 0
        self._brief_connections = 0
        self._reborn = False
        self._published = 0
        self._heard_s = 0.0
        self._message = f"connecting to {options.broker}"
        self._stop_by_s: float | None = None

        self._client = build_client(options, will, max_queued=2 * WINDOW)
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message
        self._sender = threading.Thread(target=self._send, name="mqtt-sender", daemon=True)

    def start(self) -> None:
        """Begin to connect, in the background and for as long as it takes."""
        broker = self._options.broker
        self._client.connect_async(broker.host, broker.port, self._options.keepalive_s)
        self._client.loop_start()
        self._sender.start()

    def put(self, *batch: Message) -> None:
        """The values of their topics from now on, sent again at every connection."""
        with self._wake:
            if self._stop_by_s is None:
                for message in batch:
                    self._outbox.put(message)
                self._wake.notify()

    def put_once(self, message: Message) -> None:
        """Send once; it replaces a message of the same topic that still waits."""
        with self._wake:
            self._outbox.put_once(message)
            self._wake.notify()

    def append(self, event: Message) -> None:
        """Send in order; of too many, the oldest are given up."""
        with self._wake:
            self._outbox.append(event)
            self._wake.notify()

    def refresh(self) -> None:
        """Send the values of all topics again."""
        with self._wake:
            self._outbox.refresh(self._first)
            self._wake.notify()

    def status(self) -> MqttStatus:
        """The connection and its counts; cheap."""
        broker = str(self._options.broker)
        with self._wake:
            message = self._message
            silent_s = time.monotonic() - self._heard_s if self._unconfirmed else 0.0
            if self._connected and silent_s > SILENT_S:
                message = f"{broker} has not answered for {silent_s:.0f} s"
            return MqttStatus(
                connected=self._connected,
                broker=broker,
                message=message,
                published=self._published,
                dropped=self._outbox.dropped,
                reconnects=max(0, self._connections - 1),
            )

    def stop(self, farewell: Sequence[Message], timeout_s: float) -> None:
        """Send *farewell*, disconnect and end; within *timeout_s* even if the broker hangs."""
        with self._wake:
            if self._stop_by_s is not None:
                return
            for message in farewell:
                self._outbox.put(message)
            self._stop_by_s = time.monotonic() + 0.6 * timeout_s
            self._wake.notify()
        if self._sender.ident is None:
            return
        self._sender.join(timeout_s)
        with self._wake:
            said = self._connected and not self._unconfirmed and not self._outbox
        if said:
            self._client.disconnect()
        # paho's own stop waits for ever if the broker hangs, so it waits in a thread.
        stopper = threading.Thread(target=self._client.loop_stop, name="mqtt-stop", daemon=True)
        stopper.start()
        if said:
            stopper.join(0.2 * timeout_s)
        if stopper.is_alive():
            # Closed without a word: the broker then sends the last will.
            shut(self._client.socket())
            stopper.join(0.2 * timeout_s)
        if not stopper.is_alive():
            # Closes the sockets that woke paho's thread. Left to paho's own end, the garbage
            # collector may come to them before it.
            self._client.reinitialise()

    # The sender's thread.

    def _send(self) -> None:
        while True:
            with self._wake:
                while (message := self._next()) is None:
                    if not self._wait():
                        return
            info = self._client.publish(message.topic, message.payload, message.qos, message.retain)
            kept = info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS or (
                # paho keeps it and sends it when it is connected again.
                info.rc == MQTTErrorCode.MQTT_ERR_NO_CONN and message.qos > 0
            )
            with self._wake:
                if kept:
                    if not self._unconfirmed:
                        self._heard_s = time.monotonic()
                    self._unconfirmed[info.mid] = message
                else:
                    self._outbox.dropped += 1

    def _wait(self) -> bool:
        """Until there may be something to do; False when the sender shall end."""
        if self._stop_by_s is None:
            self._wake.wait()
            return True
        left_s = self._stop_by_s - time.monotonic()
        if left_s <= 0 or not self._connected or not self._unconfirmed:
            return False
        self._wake.wait(left_s)
        return True

    def _next(self) -> Message | None:
        """The next message that may be handed to paho now."""
        while self._confirmed:
            if self._unconfirmed.pop(self._confirmed.popleft(), None):
                self._published += 1
                self._heard_s = time.monotonic()
        if not self._connected:
            return None
        if self._reborn:
            for mid in [mid for mid, lost in self._unconfirmed.items() if lost.qos == 0]:
                del self._unconfirmed[mid]
                self._outbox.dropped += 1
            if self._unconfirmed:
                # paho sends these once more; what is newer must not overtake them.
                return None
            self._reborn = False
            self._outbox.refresh(self._first)
        waiting_bytes = sum(len(message.payload) for message in self._unconfirmed.values())
        if len(self._unconfirmed) >= WINDOW or waiting_bytes >= WINDOW_BYTES:
            return None
        return self._outbox.take()

    # paho's thread.

    def _on_connect(
        self, client: Client, userdata: Any, flags: Any, reason: Any, properties: Any
    ) -> None:
        broker = self._options.broker
        if reason.is_failure:
            advice = "check user and password, " if reason.value in LOGIN_REFUSED else ""
            self._say(f"{broker} refuses the connection: {reason}; {advice}trying again")
            return
        client.subscribe(self._subscriptions)
        log.info("connected to %s", broker)
        with self._wake:
            self._connected = self._reborn = True
            self._connected_s = time.monotonic()
            self._connections += 1
            self._message = ""
            self._wake.notify()

    def _on_connect_fail(self, client: Client, userdata: Any) -> None:
        error = sys.exc_info()[1]  # paho calls this while it handles the failure
        why = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or error
        self._say(f"{self._options.broker} cannot be reached: {why}; trying again")

    def _on_disconnect(
        self, client: Client, userdata: Any, flags: Any, reason: Any, properties: Any
    ) -> None:
        with self._wake:
            lost = self._connected and self._stop_by_s is None
            self._connected = False
            brief = time.monotonic() - self._connected_s < BRIEF_S
            self._brief_connections = self._brief_connections + 1 if brief else 0
            twin = self._brief_connections >= 3
            self._wake.notify()
        if lost:
            why = "it does not answer" if reason == "Keep alive timeout" else "it closed"
            hint = "; does another Saccade use the same node name?" if twin else ""
            self._say(f"lost {self._options.broker}: {why}{hint}; connecting again")

    def _on_publish(
        self, client: Client, userdata: Any, mid: int, reason: Any, properties: Any
    ) -> None:
        self._confirmed.append(mid)
        with self._wake:
            self._wake.notify()

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        self._handle(message.topic, bytes(message.payload), message.retain)

    def _say(self, message: str) -> None:
        with self._wake:
            new = message != self._message
            self._message = message
        if new:
            log.warning("MQTT: %s", message)
