"""OpenCV's own messages, which are not wanted: failures come as exceptions or return values."""

from __future__ import annotations

import cv2


def silence() -> None:
    """Keep what OpenCV would print from the terminal: it could hold an address's password."""
    # OpenCV 4 has it at the top, 5 in a module of its own.
    set_level = getattr(cv2, "setLogLevel", None) or cv2.utils.logging.setLogLevel
    set_level(0)
