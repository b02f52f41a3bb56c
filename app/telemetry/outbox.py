"""What waits to be sent: one value per topic, and a bounded ring of events."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

EVENTS = 256


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


class Outbox:
    """Bounded whatever the broker does; *dropped* counts what was overtaken before it was sent.

    Not thread-safe: its owner locks.
    """

    def __init__(self, events: int = EVENTS) -> None:
        self.dropped = 0
        self._current: dict[str, Message] = {}
        self._waiting: dict[str, Message] = {}
        self._events: deque[Message] = deque(maxlen=events)

    def put(self, message: Message) -> None:
        """The topic's value from now on. A retained one that did not change is not sent again."""
        if message.retain and self._current.get(message.topic) == message:
            return
        self._current[message.topic] = message
        self.put_once(message)

    def put_once(self, message: Message) -> None:
        """Send once; a message of the same topic that still waits is replaced."""
        if self._waiting.get(message.topic) is not None:
            self.dropped += 1
        self._waiting[message.topic] = message

    def append(self, event: Message) -> None:
        """Send in order; if too many wait, the oldest is given up."""
        if len(self._events) == self._events.maxlen:
            self.dropped += 1
        self._events.append(event)

    def refresh(self, first: str) -> None:
        """Send every topic's value again, the topic *first* before the others."""
        for topic in sorted(self._current, key=lambda topic: topic != first):
            self._waiting.pop(topic, None)
            self._waiting[topic] = self._current[topic]

    def take(self) -> Message | None:
        """The next message to send; values before events, because they cannot pile up."""
        if self._waiting:
            return self._waiting.pop(next(iter(self._waiting)))
        return self._events.popleft() if self._events else None

    def __len__(self) -> int:
        return len(self._waiting) + len(self._events)
