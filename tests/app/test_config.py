"""config.toml: its defaults, and one sentence for every mistake."""

from __future__ import annotations

import itertools
from pathlib import Path

import msgspec
import pytest

from app.config import DEFAULT_FILE, Config, load_config
from models.errors import ConfigError

TRIANGLE = "[[0, 0], [1, 1], [0, 1]]"


def zone(points: str, camera: str = "[[camera]]") -> str:
    return f'{camera}\n[[camera.zone]]\nname = "door"\npoints = {points}\n'


def test_the_file_in_the_tree_spells_out_every_default() -> None:
    assert load_config() == Config()
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    for section, values in msgspec.to_builtins(Config()).items():
        assert f"[{section}]" in text
        for key in values if isinstance(values, dict) else values[0]:
            spelled = f"\n{key} = " in text or f"[[{section}.{key}]]" in text
            assert spelled, f"{section}.{key} is not in config.toml"


def test_every_key_has_a_comment() -> None:
    lines = DEFAULT_FILE.read_text(encoding="utf-8").splitlines()
    for before, line in itertools.pairwise(lines):
        if " = " in line and not line.startswith("#"):
            # A key shares the comment of the one above it.
            assert before.startswith("#") or " = " in before, line


def test_a_key_may_be_left_out(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[[camera]]\nname = "gate"\n', encoding="utf-8")
    config = load_config(file)
    assert config.camera[0].name == "gate"
    assert config.live == Config().live


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[live]\npolicy = "fast"', ["live.policy", "'fast'", "newest", "every-frame"]),
        ("[power]\nidle_w = -1", ["power.idle_w", "-1", ">= 0"]),
        ("[[camera]]\nfps = -5", ["camera[0].fps", "-5", ">= 0"]),
        ('[[camera]]\nfps = "fast"', ["camera[0].fps", "'fast'", "a number"]),
        ("[[camera]]\nfsp = 3", ["camera[0].fsp", "'fps'"]),
        ("[enginee]", ["enginee", "'engine'"]),
        ("[motion]\nsensitivity = 2", ["motion.sensitivity", "2", "<= 1"]),
        ("[motion]\nheartbeat_s = 0", ["motion.heartbeat_s", "0", ">= 0.1"]),
        ('[tracking]\nenabled = "yes"', ["tracking.enabled", "'yes'"]),
        ("[engine]\nthreads = 1.5", ["engine.threads", "1.5", "a whole number"]),
        ('[camera]\nname = "gate"', ["camera", "a list"]),
        ('[[camera]]\nname = "a"\n[[camera]]\nname = "a"', ["camera[1].name", "'a'"]),
        ("camera = []", ["camera"]),
        (zone("[[0, 0], [1, 1]]"), ["camera[0].zone[0].points", "[[0, 0], [1, 1]]", "3"]),
        (zone("[[0, 0], [1, 1], [0, 1.5]]"), ["camera[0].zone[0].points[2][1]", "1.5", "<= 1"]),
        (zone("[[0, 0], [1, 1], [0, nan]]"), ["camera[0].zone[0].points", "nan"]),
        (
            zone("[[0, 0], [1, 1], [1, 0], [0, 1]]"),
            ["camera[0].zone[0].points", "[[0.0, 0.0], [1.0, 1.0]", "crosses itself"],
        ),
        (zone(TRIANGLE) + zone(TRIANGLE, ""), ["camera[0].zone[1].name", "'door'", "its own"]),
        (zone(TRIANGLE) + "label = []", ["camera[0].zone[0].label", "'labels'"]),
        ("[live", ["not valid TOML"]),
        ('[mqtt]\nurl = "\xff"', []),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, text: str, said: list[str]) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    message = str(caught.value)
    assert str(file) in message
    assert "\n" not in message
    for word in said:
        assert word in message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load_config(tmp_path / "nowhere.toml")


def test_sources_of_the_command_line_replace_the_cameras() -> None:
    config = Config().with_sources(["synthetic:", "camera:1"])
    assert [(c.name, c.source) for c in config.camera] == [
        ("camera-1", "synthetic:"),
        ("camera-2", "camera:1"),
    ]
