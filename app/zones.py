"""The zones of every camera: those of config.toml, and what is drawn in the window."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from app.config import CameraConfig, load_config
from app.zone_config import ZoneConfig, check_zones
from models.errors import ConfigError, SaccadeError
from models.toml import convert
from pipelines.tracking.zones import Zone

Listener = Callable[[Sequence[Zone]], None]


class Zones:
    """What is in force, and the way back into *file*. Changed by one thread only."""

    def __init__(self, cameras: Iterable[CameraConfig], file: Path | None = None) -> None:
        self._file = file
        self._zones = {each.name: tuple(zone.zone for zone in each.zone) for each in cameras}
        self._listeners: dict[str, list[Listener]] = {}

    def of(self, camera: str) -> tuple[Zone, ...]:
        """The zones of *camera*; () means that its whole picture counts."""
        return self._zones.get(camera, ())

    def watch(self, camera: str, listener: Listener) -> None:
        """Tell *listener* of the zones of *camera*, now and whenever they change."""
        self._listeners.setdefault(camera, []).append(listener)
        listener(self.of(camera))

    def change(self, camera: str, zones: Sequence[Zone]) -> str:
        """Put *zones* in force and write them into the file.

        Returns "", or why they hold only until the end of this run. Raises ConfigError for zones
        that cannot be.
        """
        tables = [_table(zone) for zone in zones]
        configured = [convert(table, ZoneConfig, ConfigError, camera) for table in tables]
        check_zones(configured, camera)
        self._zones[camera] = tuple(each.zone for each in configured)
        for listener in self._listeners.get(camera, ()):
            listener(self._zones[camera])
        try:
            self._save(camera, tables)
        except SaccadeError as error:
            return str(error)
        return ""

    def _save(self, camera: str, tables: Sequence[dict[str, Any]]) -> None:
        # It alone needs tomlkit.
        from app.config_file import change_config

        names = [each.name for each in load_config(self._file).camera]
        if camera not in names:
            raise ConfigError(f"the configuration has no camera named {camera!r}")
        change_config({("camera", names.index(camera), "zone"): tables or None}, self._file)


def _table(zone: Zone) -> dict[str, Any]:
    table: dict[str, Any] = {"name": zone.name}
    table["points"] = [[round(x, 4), round(y, 4)] for x, y in zone.points]
    if zone.labels:
        table["labels"] = list(zone.labels)
    return table
