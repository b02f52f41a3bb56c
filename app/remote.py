"""MQTT at the session's side: the publisher it gets, and what a command does."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from app.config import MqttConfig
from app.snapshots import jpeg, picture
from app.telemetry.snapshot import MqttStatus, TelemetrySnapshot
from models.errors import SaccadeError
from models.version import VERSION
from pipelines.board import board_model
from pipelines.live.pipeline import Pipeline

if TYPE_CHECKING:
    from app.telemetry.commands import CommandValue
    from app.ui.feed import Controls

log = logging.getLogger(__name__)


class Remote:
    """Publishes what the session tells it, and carries out what a broker's clients ask for."""

    def __init__(
        self, config: MqttConfig, controls: Controls, pipelines: tuple[Pipeline, ...]
    ) -> None:
        """Raises ConfigError; connects nothing yet."""
        from app.telemetry.options import MqttOptions, parse_mqtt_url, read_credentials
        from app.telemetry.publisher import MqttPublisher

        user, password = read_credentials(_path(config.password_file))
        options = MqttOptions(
            broker=parse_mqtt_url(config.url),
            ca_file=_path(config.ca_file),
            user=user,
            password=password,
            base=config.base,
            discovery=config.discovery,
            discovery_prefix=config.discovery_prefix,
            model=board_model(),
            version=VERSION,
            node=config.node,
        )
        self._controls = controls
        self._pipelines = pipelines
        self._publisher = MqttPublisher(options, self._obey)

    def start(self) -> None:
        """Begin to connect; never waits for the broker."""
        self.announce()
        self._publisher.start()

    def stop(self) -> None:
        """Say offline and disconnect, within a second."""
        self._publisher.stop()

    def publish(self, snapshot: TelemetrySnapshot) -> None:
        """One second's states."""
        self._publisher.publish(snapshot)

    def status(self) -> MqttStatus:
        """The connection and its counts."""
        return self._publisher.status()

    def announce(self) -> None:
        """Publish what is in force, after it may have changed."""
        self._publisher.publish_item("pause", self._controls.paused)
        self._publisher.publish_item("overlay", self._controls.overlay)

    def _obey(self, name: str, value: CommandValue) -> None:
        """One command, on paho's thread."""
        if name == "pause":
            self._controls.set_paused(bool(value))
        elif name == "overlay":
            self._controls.set_overlay(bool(value))
        else:
            threading.Thread(target=self._snapshot, args=(value,), daemon=True).start()

    def _snapshot(self, camera: str | None) -> None:
        """Publish the picture of *camera*, of every one if None, and write the files."""
        for pipeline in self._pipelines:
            if camera in (None, pipeline.name):
                image = picture(pipeline)
                if image is not None:
                    self._publisher.publish_snapshot(pipeline.name, jpeg(image))
        try:
            self._controls.snapshot()
        except SaccadeError as error:
            log.warning("%s", error)


def connect(
    config: MqttConfig, controls: Controls, pipelines: tuple[Pipeline, ...]
) -> Remote | None:
    """A Remote where a broker is configured."""
    return Remote(config, controls, pipelines) if config.url else None


def _path(name: str) -> Path | None:
    return Path(name).expanduser() if name else None
