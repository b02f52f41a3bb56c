"""What the window writes into config.toml, and what it refuses to."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from app.settings import Place, Settings
from models.errors import ConfigError, SaccadeError
from models.store import Store
from tests.conftest import ROOT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(ROOT / "config.toml", tmp_path / "own.toml"))


@pytest.fixture
def settings(file: Path, tmp_path: Path) -> Settings:
    return Settings(file, Store(tmp_path / "networks").get)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("camera", 0, "source"), "auto"),
        (("camera", 0, "source"), "synthetic:640x360@15"),
        (("camera", 0, "source"), "rtsp://192.0.2.7/live"),
        (("camera", 0, "model"), "none"),
        (("camera", 0, "model"), "tiny-yolo-labels"),
        (("camera", 0, "scenario"), "energy"),
        (("mqtt", "url"), ""),
        (("mqtt", "url"), "mqtts://broker.example:8883"),
        (("power", "idle_w"), 3.5),
    ],
)
def test_what_is_right_is_read_again(settings: Settings, place: Place, value: Any) -> None:
    settings.change(place, value)
    found: Any = settings.read()
    for key in place:
        found = found[key] if isinstance(key, int) else getattr(found, key)
    assert found == value


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (("camera", 0, "source"), "camera:front", r"camera\[0\]\.source: "),
        (("camera", 0, "source"), "rtsp:host", r"begins with rtsp://"),
        (("camera", 0, "model"), "tiny-yolo-label", r"did you mean 'tiny-yolo-labels'"),
        (("camera", 0, "model"), "yunet", "'yunet' is not installed"),
        (("camera", 0, "scenario"), "enrgy", "there is no such scenario"),
        (("mqtt", "url"), "mqtt://me:secret@host", r"mqtt\.url: .* holds a user or password"),
        (("power", "idle_w"), -1.0, r"power\.idle_w = -1\.0: expected"),
        (("window", "theme"), "blue", r"window\.theme = 'blue': expected one of"),
    ],
)
def test_what_is_wrong_leaves_the_file_as_it_was(
    settings: Settings, file: Path, place: Place, value: Any, sentence: str
) -> None:
    before = file.read_bytes()
    with pytest.raises(ConfigError, match=sentence) as caught:
        settings.change(place, value)
    assert "secret" not in str(caught.value)
    assert file.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_said(settings: Settings, file: Path) -> None:
    target = file.with_name("gone") / file.name
    with pytest.raises(SaccadeError, match="cannot be read"):
        Settings(target, str).change(("window", "theme"), "dark")
