"""What is drawn holds at once and is found again in the file."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.config import DEFAULT_FILE, load_config
from app.zones import Zones
from models.errors import ConfigError
from pipelines.tracking.zones import Zone

DOOR = Zone("door", ((0.1, 0.5), (0.4, 0.5), (0.4, 1.0)), ("person",))
YARD = Zone("yard", ((0.5, 0.5), (0.9, 0.5), (0.9, 1.0)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(DEFAULT_FILE, tmp_path / "config.toml"))


def test_what_is_drawn_holds_at_once_and_after_the_next_start(file: Path) -> None:
    zones = Zones(load_config(file).camera, file)
    told: list[Sequence[Zone]] = []
    zones.watch("camera", told.append)
    assert zones.change("camera", (DOOR, YARD)) == ""
    assert zones.of("camera") == (DOOR, YARD)
    assert told == [(), (DOOR, YARD)]
    assert Zones(load_config(file).camera, file).of("camera") == (DOOR, YARD)
    assert zones.change("camera", ()) == ""
    assert file.read_text() == DEFAULT_FILE.read_text()


def test_corners_are_kept_to_four_digits(file: Path) -> None:
    zones = Zones(load_config(file).camera, file)
    third = 1 / 3
    zones.change("camera", (Zone("door", ((0, 0), (third, 0), (third, 1))),))
    assert zones.of("camera")[0].points[1] == (0.3333, 0.0)


def test_a_camera_that_the_file_does_not_have_keeps_its_zones_for_this_run(file: Path) -> None:
    zones = Zones(load_config(file).with_sources(["synthetic:", "camera:1"]).camera, file)
    assert "no camera named 'camera-2'" in zones.change("camera-2", (DOOR,))
    assert zones.of("camera-2") == (DOOR,)
    assert file.read_text() == DEFAULT_FILE.read_text()


def test_a_file_that_is_broken_meanwhile_is_named_and_the_zones_hold(file: Path) -> None:
    zones = Zones(load_config(file).camera, file)
    file.write_text("[window")
    assert str(file) in zones.change("camera", (DOOR,))
    assert zones.of("camera") == (DOOR,)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ((DOOR, DOOR), "another zone of this camera has this name"),
        ((Zone("door", DOOR.points[:2]),), "points"),
        ((Zone("", DOOR.points),), "1 to 64 printable characters"),
        ((Zone("bow", ((0, 0), (1, 1), (1, 0), (0, 1))),), "crosses itself"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    file: Path, bad: tuple[Zone, ...], said: str
) -> None:
    zones = Zones(load_config(file).camera, file)
    with pytest.raises(ConfigError, match=said):
        zones.change("camera", bad)
    assert zones.of("camera") == ()
    assert file.read_text() == DEFAULT_FILE.read_text()
