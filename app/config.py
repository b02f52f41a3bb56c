"""config.toml → a frozen, validated Config. config.toml itself documents every key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from models.errors import ConfigError
from models.toml import read_toml

DEFAULT_FILE = Path(__file__).resolve().parent.parent / "config.toml"

NotNegative = Annotated[float, Meta(ge=0)]
Pixels = Annotated[int, Meta(ge=0, le=8192)]
CameraName = Annotated[
    str,
    Meta(pattern=r"^[^\x00-\x1f\x7f]{1,64}$", description="1 to 64 printable characters"),
]
PolicyName = Literal["newest", "fresh", "every-frame"]
Theme = Literal["system", "dark", "light"]


class _Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all tables of the file share: unknown keys are errors."""


class CameraConfig(_Section, frozen=True):
    """One [[camera]]."""

    name: CameraName = "camera"
    source: Annotated[str, Meta(min_length=1)] = "auto"
    model: Annotated[str, Meta(min_length=1)] = "auto"
    width: Pixels = 0
    height: Pixels = 0
    fps: Annotated[float, Meta(ge=0, le=1000)] = 0.0
    timeout_s: Annotated[float, Meta(gt=0, le=600)] = 5.0


class LiveConfig(_Section, frozen=True):
    """[live]"""

    policy: PolicyName = "newest"


class EngineConfig(_Section, frozen=True):
    """[engine]"""

    name: str = "onnxruntime"
    threads: Annotated[int, Meta(ge=0, le=256)] = 0
    spinning: bool = False
    device: Literal["auto", "cpu"] = "auto"


class DetectConfig(_Section, frozen=True):
    """[detect]"""

    score_threshold: Annotated[float, Meta(ge=0, le=1)] = 0.0


class WindowConfig(_Section, frozen=True):
    """[window]"""

    theme: Theme = "system"
    overlay: bool = True


class MqttConfig(_Section, frozen=True):
    """[mqtt]"""

    url: str = ""
    password_file: str = ""
    ca_file: str = ""
    base: Annotated[str, Meta(min_length=1)] = "saccade"
    node: str = ""
    discovery: bool = True
    discovery_prefix: Annotated[str, Meta(min_length=1)] = "homeassistant"


class PowerConfig(_Section, frozen=True):
    """[power]"""

    source: str = "auto"
    idle_w: NotNegative = 2.7
    core_w: NotNegative = 0.9


class StorageConfig(_Section, frozen=True):
    """[storage]"""

    networks: str = ""
    snapshots: str = ""

    @property
    def networks_folder(self) -> Path:
        if self.networks:
            return _folder(self.networks, "storage.networks")
        import platformdirs

        return platformdirs.user_data_path("saccade", appauthor=False) / "networks"

    @property
    def snapshots_folder(self) -> Path:
        if self.snapshots:
            return _folder(self.snapshots, "storage.snapshots")
        import platformdirs

        return platformdirs.user_pictures_path() / "saccade"


class Config(_Section, frozen=True):
    """The whole file."""

    camera: Annotated[tuple[CameraConfig, ...], Meta(min_length=1)] = (CameraConfig(),)
    live: LiveConfig = LiveConfig()
    engine: EngineConfig = EngineConfig()
    detect: DetectConfig = DetectConfig()
    window: WindowConfig = WindowConfig()
    mqtt: MqttConfig = MqttConfig()
    power: PowerConfig = PowerConfig()
    storage: StorageConfig = StorageConfig()

    def with_sources(self, sources: list[str]) -> Config:
        """The same with the command line's sources in place of the file's cameras.

        The first configured camera's other settings hold for all of them.
        """
        first = self.camera[0]
        names = _numbered(first.name, len(sources))
        cameras = tuple(
            msgspec.structs.replace(first, name=name, source=source)
            for name, source in zip(names, sources, strict=True)
        )
        return msgspec.structs.replace(self, camera=cameras)


def load_config(path: Path | None = None) -> Config:
    """Read *path*, by default the config.toml beside main.py. Raises ConfigError."""
    file = path or DEFAULT_FILE
    config = read_toml(file, Config, ConfigError)
    names = [camera.name for camera in config.camera]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise ConfigError(
                f"{file}: camera[{index}].name = {name!r}: another camera has this name; "
                f"every camera needs its own"
            )
    return config


def _folder(name: str, key: str) -> Path:
    try:
        path = Path(name).expanduser()
    except RuntimeError as error:
        raise ConfigError(f"{key} = {name!r}: there is no such user") from error
    if path.exists() and not path.is_dir():
        raise ConfigError(f"{key} = {name!r}: is not a folder")
    return path


def _numbered(name: str, count: int) -> list[str]:
    return [name] if count == 1 else [f"{name}-{number}" for number in range(1, count + 1)]
