"""What the window remembers from one run to the next."""

from __future__ import annotations

from PyQt5.QtCore import QSettings


def remembered() -> QSettings:
    """The user's own file; config.toml has what one decides on purpose."""
    return QSettings(QSettings.IniFormat, QSettings.UserScope, "saccade", "window")
