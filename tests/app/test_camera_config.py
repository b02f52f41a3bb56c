"""What a [[camera]] may say of its scenario and of what is seen of its picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.config import CameraConfig, Config, load_config
from models.errors import ConfigError


def load(folder: Path, text: str) -> Config:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load_config(file)


def test_each_camera_has_its_own(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        '[[camera]]\nname = "a"\nscenario = "night"\nrotation = 270\nregion = [0.1, 0, 0.9, 0.5]\n'
        '[[camera]]\nname = "b"\n[scenarios]\nnight = { power = 1 }\n',
    )
    first, second = config.camera
    assert (first.scenario, first.rotation, first.region) == ("night", 270, (0.1, 0, 0.9, 0.5))
    assert second == CameraConfig(name="b")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('scenario = "nigth"', ["camera[0].scenario", "'nigth'", "no such scenario"]),
        ("rotation = 45", ["camera[0].rotation", "45", "0, 90, 180, 270"]),
        ("region = [0.5, 0.0, 0.6, 1.0]", ["camera[0]", "region", "inside the picture"]),
        ("region = [0.0, 0.0, 0.01, 1.0]", ["camera[0]", "region", "at least 0.05"]),
        ("region = [0.0, 0.0, 1.0]", ["camera[0].region", "4"]),
        ("region = [0.0, 0.0, 2.0, 1.0]", ["camera[0].region", "<= 1"]),
        ("region = [0.0, nan, 1.0, 1.0]", ["camera[0].region", "nan"]),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, line: str, said: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"[[camera]]\n{line}\n")
    message = str(caught.value)
    assert "\n" not in message
    for word in said:
        assert word in message
