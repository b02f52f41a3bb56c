"""config.toml is changed in place: comments stay, and what is wrong changes nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from app.config import DEFAULT_FILE, Config, load_config
from app.config_file import change_config
from app.zone_config import ZoneConfig
from models.errors import ConfigError

DOOR = {"name": "door", "points": ((0.1, 0.5), (0.4, 0.5), (0.4, 1.0)), "labels": ("person",)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(DEFAULT_FILE, tmp_path / "config.toml"))


def changed_lines(file: Path) -> list[str]:
    before = DEFAULT_FILE.read_text(encoding="utf-8").splitlines()
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line not in before]


def test_a_value_is_replaced_and_every_other_line_stays(file: Path) -> None:
    config = change_config({("window", "theme"): "dark", ("power", "idle_w"): 3.5}, file)
    assert changed_lines(file) == ['theme = "dark"', "idle_w = 3.5"]
    assert len(file.read_text().splitlines()) == len(DEFAULT_FILE.read_text().splitlines())
    assert config == load_config(file)
    assert (config.window.theme, config.power.idle_w) == ("dark", 3.5)


def test_tables_are_added_changed_and_removed(file: Path) -> None:
    config = change_config({("camera", 0, "zone"): [DOOR]}, file)
    assert config.camera[0].zone == (ZoneConfig(**DOOR),)  # type: ignore[arg-type]
    assert changed_lines(file) == [
        "[[camera.zone]]",
        'name = "door"',
        "points = [[0.1, 0.5], [0.4, 0.5], [0.4, 1.0]]",
        'labels = ["person"]',
    ]
    # The next table still stands apart.
    assert "\n\n[live]\n" in file.read_text()
    window = {**DOOR, "name": "window"}
    assert len(change_config({("camera", 0, "zone"): [DOOR, window]}, file).camera[0].zone) == 2
    assert change_config({("camera", 0, "zone"): None}, file) == Config()
    assert changed_lines(file) == []
    change_config({("camera", 0, "zone"): None}, file)  # once more does no harm


def test_a_table_that_the_file_lacks_is_added(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n[live]\npolicy = 'fresh'  # younger\n")
    change_config({("camera", 0, "name"): "gate", ("window", "overlay"): False}, file)
    config = change_config({("camera", 1, "name"): "yard", ("live", "policy"): "newest"}, file)
    assert [camera.name for camera in config.camera] == ["gate", "yard"]
    assert not config.window.overlay
    assert '# mine\n[live]\npolicy = "newest"  # younger\n' in file.read_text()


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("window", "theme"), "pink", ["window.theme", "'pink'", "dark"]),
        (("window", "colour"), "pink", ["window.colour"]),
        (("camera", 0, "zone"), [DOOR, DOOR], ["camera[0].zone[1].name", "'door'"]),
    ],
)
def test_what_is_wrong_is_not_written(
    file: Path, place: tuple[str | int, ...], value: object, said: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        change_config({place: value}, file)
    assert all(word in str(caught.value) for word in [str(file), *said])
    assert changed_lines(file) == []


def test_a_file_that_is_broken_meanwhile_is_left_alone(file: Path) -> None:
    file.write_text("[window")
    with pytest.raises(ConfigError, match="not valid TOML"):
        change_config({("window", "theme"): "dark"}, file)
    assert file.read_text() == "[window"


def test_who_may_read_the_file_stays(file: Path) -> None:
    file.chmod(0o600)
    change_config({("window", "theme"): "dark"}, file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_the_systems_stays_and_the_user_gets_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = DEFAULT_FILE.read_text(encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    # Root, whom tests may run as, is refused nothing.
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    assert load_config() == Config()
    change_config({("window", "theme"): "dark"})
    own = tmp_path / "saccade" / "config.toml"
    assert own.read_text(encoding="utf-8").count("\n") == before.count("\n")
    assert load_config().window.theme == "dark"
    change_config({("window", "overlay"): False})
    assert load_config().window.theme == "dark"
    assert not load_config().window.overlay
    assert DEFAULT_FILE.read_text(encoding="utf-8") == before
