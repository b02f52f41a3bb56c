"""The key that all devices of a fleet have, and by which they know each other's tables."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from models.errors import ConfigError

log = logging.getLogger(__name__)

KEY_VARIABLE = "SACCADE_FLEET_KEY"

# 128 bits in hexadecimal digits; shorter ones can be guessed from a table that was overheard.
LEAST_LENGTH = 32


def read_fleet_key(key_file: Path | None = None, environ: Mapping[str, str] = os.environ) -> bytes:
    """The environment's key, else the first line of *key_file*.

    Raises ConfigError where there is none, or one that is too short; no message shows any of it.
    Warns of a file that everyone may read.
    """
    text, origin = environ.get(KEY_VARIABLE, ""), KEY_VARIABLE
    if not text and key_file is not None:
        text, origin = _read(key_file), str(key_file)
    if not text:
        raise ConfigError(
            f"mqtt.share_measurements = true: there is no fleet key; set {KEY_VARIABLE} or "
            f"mqtt.fleet_key_file"
        )
    if len(text) < LEAST_LENGTH:
        raise ConfigError(
            f"{origin}: the fleet key has {len(text)} characters; expected at least "
            f"{LEAST_LENGTH}, such as `openssl rand -hex 32` makes"
        )
    return text.encode()


def _read(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigError(f"{path}: the fleet key cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: the fleet key is not UTF-8 text") from None
    if mode & stat.S_IROTH:
        log.warning("%s: everyone on this machine can read the fleet key: chmod 600 it", path)
    return lines[0].strip() if lines else ""
