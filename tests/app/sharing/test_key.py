from __future__ import annotations

import logging
from pathlib import Path

import pytest

from app.sharing.key import KEY_VARIABLE, LEAST_LENGTH, read_fleet_key
from models.errors import ConfigError

KEY = "0123456789abcdef" * 4


def key_file(tmp_path: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path = tmp_path / "fleet-key"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = key_file(tmp_path, f"{'f' * 64}\n")
    assert read_fleet_key(path, {}) == b"f" * 64
    assert read_fleet_key(path, {KEY_VARIABLE: KEY}) == KEY.encode()


@pytest.mark.parametrize("text", ["", "\n", "short", "x" * (LEAST_LENGTH - 1), b"\xff" * 64])
def test_a_key_that_is_none_or_short_is_refused_and_not_shown(
    tmp_path: Path, text: str | bytes
) -> None:
    with pytest.raises(ConfigError) as refused:
        read_fleet_key(key_file(tmp_path, text), {})
    message = str(refused.value)
    assert "fleet key" in message
    assert "\n" not in message
    if text == "short":
        assert "short" not in message


def test_no_key_says_where_one_is_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"SACCADE_FLEET_KEY or mqtt\.fleet_key_file"):
        read_fleet_key(None, {})
    with pytest.raises(ConfigError, match="absent: the fleet key cannot be read: No such file"):
        read_fleet_key(tmp_path / "absent", {})


def test_a_file_that_everyone_may_read_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    read_fleet_key(key_file(tmp_path, KEY), {})
    assert not caplog.text
    read_fleet_key(key_file(tmp_path, KEY, 0o644), {})
    assert "chmod 600" in caplog.text
    assert KEY not in caplog.text
