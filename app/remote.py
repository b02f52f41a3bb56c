"""MQTT at the session's side: the publisher it gets, and what a command does."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.account import Entry, Refusal
from app.config import Config
from app.snapshots import jpeg, picture
from app.telemetry.snapshot import MqttStatus, TelemetrySnapshot
from models.image import Image
from models.version import VERSION
from pipelines.board import board_model
from pipelines.live.pipeline import Pipeline
from pipelines.selection.in_force import CUSTOM
from pipelines.selection.scenario import Weights

if TYPE_CHECKING:
    from app.choosing import Chooser
    from app.controls import Controls
    from app.sharing.exchange import Exchange
    from app.telemetry.commands import CommandValue
    from app.telemetry.tracks import TrackEvents
    from app.zones import Zones

log = logging.getLogger(__name__)

_PICTURES = 4


class Remote:
    """Publishes what the session tells it, and carries out what a broker's clients ask for."""

    def __init__(
        self,
        config: Config,
        controls: Controls,
        pipelines: tuple[Pipeline, ...],
        chooser: Chooser,
        zones: Zones,
        exchange: Exchange | None = None,
    ) -> None:
        """*exchange*: where measurements are shared. Raises ConfigError; connects nothing yet."""
        from app.telemetry.options import MqttOptions, parse_mqtt_url, read_credentials
        from app.telemetry.publisher import MqttPublisher, Tables

        mqtt = config.mqtt
        user, password = read_credentials(_path(mqtt.password_file))
        options = MqttOptions(
            broker=parse_mqtt_url(mqtt.url),
            ca_file=_path(mqtt.ca_file),
            user=user,
            password=password,
            base=mqtt.base,
            discovery=mqtt.discovery,
            discovery_prefix=mqtt.discovery_prefix,
            model=board_model(),
            version=VERSION,
            node=mqtt.node,
            scenarios=tuple(chooser.scenarios),
        )
        self._controls = controls
        self._chooser = chooser
        chooser.add_listener(self._report_change)
        self._pipelines = pipelines
        self._exchange = exchange
        tables = Tables(exchange.platform, exchange.take) if exchange else None
        self._publisher = MqttPublisher(options, self._obey, tables)
        # Pictures are made one after another; of too many at once, some are left out.
        self._pictures: queue.Queue[Callable[[], None]] = queue.Queue(_PICTURES)
        self._events = {each.name: self._follow(each, config, zones) for each in pipelines}
        self._tracking = config.tracking.enabled

    def start(self) -> None:
        """Begin to connect; never waits for the broker."""
        self.announce()
        self._publisher.start()
        threading.Thread(target=self._paint, name="mqtt snapshots", daemon=True).start()

    def stop(self, timeout: float) -> None:
        """Say what ends and that we are offline, and disconnect, within *timeout* seconds."""
        for events in self._events.values():
            events.close()
        self._publisher.stop(timeout)

    def publish(self, snapshot: TelemetrySnapshot) -> None:
        """One second's states, and what is in force: the governor may have changed it."""
        self.announce()
        # Without tracks nobody knows what stands where.
        events = self._events if self._tracking else {}
        standing = {camera: each.standing() for camera, each in events.items()}
        self._publisher.publish(snapshot, self._chooser.status(), standing)
        if self._exchange and (table := self._exchange.offer(self._publisher.node)):
            self._publisher.publish_table(self._exchange.platform, table)

    def status(self) -> MqttStatus:
        """The connection and its counts."""
        return self._publisher.status()

    def announce(self) -> None:
        """Publish what is in force, after it may have changed."""
        self._publisher.publish_item("pause", self._controls.paused)
        self._publisher.publish_item("overlay", self._controls.overlay)
        ruling = self._chooser.in_force.now
        named = ruling.scenario.name in self._chooser.scenarios
        self._publisher.publish_item("scenario", ruling.scenario.name if named else CUSTOM)
        self._publisher.publish_item("scenario_source", ruling.source)

    def _obey(self, name: str, value: CommandValue) -> None:
        """One command, on paho's thread."""
        if name == "pause":
            self._controls.set_paused(bool(value))
        elif name == "overlay":
            self._controls.set_overlay(bool(value))
        elif name == "scenario":
            self._ask_for(value)
        else:
            self._make(partial(self._draw, value if isinstance(value, str) else None))

    def _follow(self, pipeline: Pipeline, config: Config, zones: Zones) -> TrackEvents:
        """Have the camera's tracks reported, with pictures if they are wanted."""
        from app.telemetry.tracks import TrackEvents

        events = TrackEvents(
            partial(self._publisher.publish_event, pipeline.name),
            partial(self._show, pipeline.name) if config.tracking.snapshots else None,
        )
        zones.watch(pipeline.name, events.set_zones)
        pipeline.add_sink(events.offer)
        return events

    def _ask_for(self, wish: CommandValue) -> None:
        """A scenario, on paho's thread. Raises InputError where there is none of that name."""
        if isinstance(wish, str | Weights):
            self._chooser.command("mqtt", wish)
            ruling = self._chooser.in_force.now
            if ruling.source == "user":
                log.info("MQTT asks for %s, but what the user asked for rules: %s", wish, ruling)
            self.announce()

    def _report_change(self, entry: Entry | Refusal) -> None:
        """A network that was changed, what became of the change, or one that cannot be run."""
        if isinstance(entry, Refusal):
            kept, wished = entry.kept, entry.candidate
            self._publisher.publish_event(
                entry.camera,
                "failed",
                kept.as_dict() if kept else None,
                wished.as_dict(),
                entry.as_dict(),
            )
            return
        before, after = entry.switch.before, entry.switch.after
        self._publisher.publish_event(
            entry.camera,
            "judged" if entry.judged else "switch",
            before.as_dict() if before else None,
            after.as_dict(),
            entry.as_dict(),
        )

    def _show(self, camera: str, image: Image) -> None:
        """A picture of a track."""
        self._make(lambda: self._publisher.publish_snapshot(camera, jpeg(image)))

    def _draw(self, camera: str | None) -> None:
        """The picture that was asked for: of one camera, or of all for None."""
        for pipeline in self._pipelines:
            if camera in (None, pipeline.name):
                image = picture(pipeline)
                if image is not None:
                    self._publisher.publish_snapshot(pipeline.name, jpeg(image))

    def _make(self, picture: Callable[[], None]) -> None:
        with contextlib.suppress(queue.Full):
            self._pictures.put_nowait(picture)

    def _paint(self) -> None:
        while True:
            self._pictures.get()()


def _path(name: str) -> Path | None:
    return Path(name).expanduser() if name else None
