"""What the window remembers from one run to the next."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QSettings

INTRODUCED = "introduced"


def remembered() -> QSettings:
    """The user's own file; config.toml has what one decides on purpose."""
    return QSettings(QSettings.IniFormat, QSettings.UserScope, "saccade", "window")


def as_on_the_second_start(folder: Path) -> None:
    """Remember in *folder*, as if the first start were over: for pictures and benchmarks."""
    QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, str(folder))
    remembered().setValue(INTRODUCED, True)
