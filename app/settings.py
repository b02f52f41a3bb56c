"""What one changes often in config.toml, from the window: read, checked, and written back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.config import AUTO, Config, load_config
from app.networks import NO_NETWORK
from models.errors import ConfigError, InputError
from pipelines.cameras import CameraOptions
from pipelines.cameras.source import open_camera
from pipelines.selection.premodel import PREFIX

# Where a value stands: ("window", "theme"), ("camera", 0, "source").
Place = tuple[str | int, ...]


class Settings:
    """*file*: the one that was loaded, None being `config_file`.

    *find_network* raises InputError for a name that no network has.
    """

    def __init__(self, file: Path | None, find_network: Callable[[str], object]) -> None:
        self._file = file
        self._find_network = find_network

    def read(self) -> Config:
        """What the file says now; the command line may have said otherwise. Raises ConfigError."""
        return load_config(self._file)

    def change(self, place: Place, value: Any) -> Config:
        """Write *value* into the file, whose comments stay; returns what it says then.

        Beyond the file's own rules a source has to name a camera, a model a network that is
        installed, and the broker's address has to be one, without user and password. Raises
        ConfigError, or SaccadeError where the file cannot be written.
        """
        # It alone needs tomlkit.
        from app.config_file import change_config

        check = self._checks().get(place[-1])
        if check is not None:
            try:
                check(value)
            except InputError as error:
                raise ConfigError(f"{_dotted(place)}: {error}") from error
        return change_config({place: value}, self._file)

    def _checks(self) -> dict[str | int, Callable[[str], object]]:
        return {"source": _check_source, "model": self._check_model, "url": _check_url}

    def _check_model(self, name: str) -> None:
        if name not in (AUTO, NO_NETWORK) and not name.startswith(PREFIX):
            self._find_network(name)


def _check_source(source: str) -> None:
    # What "auto" finds is found out at the start.
    if source != AUTO:
        open_camera(source, CameraOptions())


def _check_url(url: str) -> None:
    if url:
        from app.telemetry.options import parse_mqtt_url

        parse_mqtt_url(url)


def _dotted(place: Place) -> str:
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
    return text.removeprefix(".")
