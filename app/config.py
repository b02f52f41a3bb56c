"""config.toml → a frozen, validated Config. config.toml itself documents every key."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from app.governor_config import GovernorConfig
from app.zone_config import ZoneConfig, check_zones
from models.errors import ConfigError, suggestion
from models.manifest import Task
from models.toml import convert, read_toml_data
from pipelines.selection.in_force import RESERVED
from pipelines.selection.scenario import MOST, NAMED

AUTO = "auto"
DEFAULT_FILE = Path(__file__).resolve().parent.parent / "config.toml"

NotNegative = Annotated[float, Meta(ge=0)]
Positive = Annotated[float, Meta(gt=0, le=1e9)]
Weight = Annotated[float, Meta(ge=0, le=MOST)]
Pixels = Annotated[int, Meta(ge=0, le=8192)]
CameraName = Annotated[
    str,
    Meta(pattern=r"^[^\x00-\x1f\x7f]{1,64}$", description="1 to 64 printable characters"),
]
Share = Annotated[float, Meta(ge=0, le=1)]
# Less than a twentieth of the picture is a slip of the pen.
LEAST_REGION = 0.05
PolicyName = Literal["newest", "fresh", "every-frame"]
Theme = Literal["system", "dark", "light"]
Language = Literal["auto", "en", "de"]


class _Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all tables of the file share: unknown keys are errors."""


class CameraConfig(_Section, frozen=True):
    """One [[camera]]."""

    name: CameraName = "camera"
    source: Annotated[str, Meta(min_length=1)] = "auto"
    model: Annotated[str, Meta(min_length=1)] = "auto"
    scenario: str = ""
    width: Pixels = 0
    height: Pixels = 0
    fps: Annotated[float, Meta(ge=0, le=1000)] = 0.0
    timeout_s: Annotated[float, Meta(gt=0, le=600)] = 5.0
    rotation: Literal[0, 90, 180, 270] = 0
    region: tuple[Share, Share, Share, Share] = (0.0, 0.0, 1.0, 1.0)
    zone: tuple[ZoneConfig, ...] = ()

    def __post_init__(self) -> None:
        left, top, width, height = self.region
        if min(width, height) < LEAST_REGION or max(left + width, top + height) > 1 + 1e-9:
            raise ValueError(
                f"region = {list(self.region)}: expected left, top, width and height inside the "
                f"picture, width and height at least {LEAST_REGION}"
            )


class LiveConfig(_Section, frozen=True):
    """[live]"""

    policy: PolicyName = "newest"


class EngineConfig(_Section, frozen=True):
    """[engine]"""

    name: str = AUTO
    threads: Annotated[int, Meta(ge=0, le=256)] = 0
    spinning: bool = False
    device: Literal["auto", "cpu"] = "auto"


class DetectConfig(_Section, frozen=True):
    """[detect]"""

    score_threshold: Annotated[float, Meta(ge=0, le=1)] = 0.0


class MotionConfig(_Section, frozen=True):
    """[motion]"""

    enabled: bool = False
    sensitivity: Annotated[float, Meta(ge=0, le=1)] = 0.5
    heartbeat_s: Annotated[float, Meta(ge=0.1, le=3600)] = 2.0


class TrackingConfig(_Section, frozen=True):
    """[tracking]"""

    enabled: bool = True
    snapshots: bool = False


class WindowConfig(_Section, frozen=True):
    """[window]"""

    theme: Theme = "system"
    language: Language = "auto"
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
    share_measurements: bool = False
    fleet_key_file: str = ""


class PowerConfig(_Section, frozen=True):
    """[power]"""

    source: str = "auto"
    idle_w: NotNegative = 2.7
    core_w: NotNegative = 0.9


class ScenarioConfig(_Section, frozen=True):
    """[scenario]"""

    name: str = "balanced"


class WeightsConfig(_Section, frozen=True):
    """One of [scenarios]: the exponents of the figure of merit, and limits."""

    accuracy: Weight = 0.0
    throughput: Weight = 0.0
    power: Weight = 0.0
    memory: Weight = 0.0
    latency: Weight = 0.0
    task: Task | None = None
    min_accuracy: Annotated[float, Meta(gt=0, le=1)] | None = None
    min_fps: Positive | None = None
    max_power_w: Positive | None = None

    def __post_init__(self) -> None:
        if not any((self.accuracy, self.throughput, self.power, self.memory, self.latency)):
            raise ValueError("expected at least one weight above 0")


def _named_scenarios() -> dict[str, WeightsConfig]:
    return {name: WeightsConfig(**asdict(weights)) for name, weights in NAMED.items()}


class StorageConfig(_Section, frozen=True):
    """[storage]"""

    networks: str = ""
    measurements: str = ""
    snapshots: str = ""

    @property
    def networks_folder(self) -> Path:
        if self.networks:
            return _folder(self.networks, "storage.networks")
        import platformdirs

        return platformdirs.user_data_path("saccade", appauthor=False) / "networks"

    @property
    def measurements_file(self) -> Path:
        if self.measurements:
            return _expand(self.measurements, "storage.measurements")
        import platformdirs

        return platformdirs.user_data_path("saccade", appauthor=False) / "measurements.sqlite"

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
    motion: MotionConfig = MotionConfig()
    tracking: TrackingConfig = TrackingConfig()
    window: WindowConfig = WindowConfig()
    mqtt: MqttConfig = MqttConfig()
    power: PowerConfig = PowerConfig()
    scenario: ScenarioConfig = ScenarioConfig()
    scenarios: dict[str, WeightsConfig] = msgspec.field(default_factory=_named_scenarios)
    governor: GovernorConfig = GovernorConfig()
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


def config_file() -> Path:
    """What is read where no --config is given: config.toml beside main.py.

    Where that is not the user's to change, as in an installed package, their own takes its place,
    once the window has made one.
    """
    own = own_file()
    return own if own.is_file() else DEFAULT_FILE


def own_file() -> Path:
    """The configuration that the window may write."""
    if os.access(DEFAULT_FILE.resolve().parent, os.W_OK):
        return DEFAULT_FILE
    import platformdirs

    return platformdirs.user_config_path("saccade", appauthor=False) / "config.toml"


def load_config(path: Path | None = None) -> Config:
    """Read *path*, by default `config_file`. Raises ConfigError."""
    file = path or config_file()
    return check_config(read_toml_data(file, ConfigError), str(file))


def check_config(data: dict[str, Any], file: str) -> Config:
    """Validate what *file* says. Raises ConfigError."""
    if isinstance(scenarios := data.get("scenarios"), dict):
        # One by one: an error in a table of tables would not say in which of them it is.
        for name, entry in scenarios.items():
            convert(entry, WeightsConfig, ConfigError, f"{file}: scenarios.{name}")
    config = convert(data, Config, ConfigError, file)
    names = [camera.name for camera in config.camera]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise ConfigError(
                f"{file}: camera[{index}].name = {name!r}: another camera has this name; "
                f"every camera needs its own"
            )
        check_zones(config.camera[index].zone, f"{file}: camera[{index}]")
    for name in RESERVED:
        if name in config.scenarios:
            raise ConfigError(f"{file}: scenarios.{name}: the name has a meaning of its own")
    known = {**NAMED, **config.scenarios}
    wanted = {"scenario.name": config.scenario.name}
    wanted |= {
        f"camera[{index}].scenario": camera.scenario
        for index, camera in enumerate(config.camera)
        if camera.scenario
    }
    wanted |= {
        f"governor.rule[{index}].scenario": rule.scenario
        for index, rule in enumerate(config.governor.rule)
        if rule.scenario is not None
    }
    for key, name in wanted.items():
        if name not in known:
            raise ConfigError(
                f"{file}: {key} = {name!r}: there is no such scenario{suggestion(name, known)}"
            )
    return config


def _expand(name: str, key: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise ConfigError(f"{key} = {name!r}: there is no such user") from error


def _folder(name: str, key: str) -> Path:
    path = _expand(name, key)
    if path.exists() and not path.is_dir():
        raise ConfigError(f"{key} = {name!r}: is not a folder")
    return path


def _numbered(name: str, count: int) -> list[str]:
    return [name] if count == 1 else [f"{name}-{number}" for number in range(1, count + 1)]
