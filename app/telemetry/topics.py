"""The names of all topics. Their depth is fixed, so that a parser can map levels to tags."""

from __future__ import annotations

import threading

from app.names import safe_name


class Topics:
    """`<base>/<node>/…` and Home Assistant's discovery topics."""

    def __init__(self, base: str, node: str, discovery_prefix: str) -> None:
        self.node = safe_name(node)
        self.root = f"{base}/{self.node}"
        self.status = f"{self.root}/status"
        self.state = f"{self.root}/state"
        self.events = f"{self.root}/events"
        self.device_id = safe_name(f"{base}_{self.node}")
        self.discovery = f"{discovery_prefix}/device/{self.device_id}/config"
        self.birth = f"{discovery_prefix}/status"
        self._tables = f"{base}/_tables"  # no node is called so: its name begins with no "_"
        self._levels: dict[str, str] = {}
        self._lock = threading.Lock()

    def camera(self, name: str, leaf: str) -> str:
        """The topic *leaf* (status, state, events, snapshot) of the camera *name*."""
        return f"{self.root}/cam/{self.camera_level(name)}/{leaf}"

    def camera_level(self, name: str) -> str:
        """The camera's level, unique even if two names differ only in unsafe characters."""
        with self._lock:
            if name not in self._levels:
                wanted = level = safe_name(name)
                count = 1
                while level in self._levels.values():
                    count += 1
                    level = f"{wanted}_{count}"
                self._levels[name] = level
            return self._levels[name]

    def camera_named(self, text: str) -> str | None:
        """The camera whose name or level is *text*."""
        with self._lock:
            return next((n for n, level in self._levels.items() if text in (n, level)), None)

    def table(self, platform: str, node: str = "") -> str:
        """Where *node*, by default this one, shares what it measured on *platform*."""
        return f"{self._tables}/{platform}/{node or self.node}"

    def sharer(self, topic: str) -> str | None:
        """The node whose table *topic* is; None for any other topic."""
        return topic.rpartition("/")[2] if topic.startswith(f"{self._tables}/") else None

    def item(self, item: str) -> str:
        """What is in force of *item*, retained."""
        return f"{self.root}/{item}/state"

    def command(self, item: str) -> str:
        """Where *item* is commanded."""
        return f"{self.root}/{item}/set"
