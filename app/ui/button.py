"""A push button for mouse, keyboard and finger."""

from __future__ import annotations

from PyQt5.QtCore import QSize
from PyQt5.QtWidgets import QPushButton

from app.ui.theme import GRID, Fonts

FINGER = 44  # pixels, the least that a finger hits


def finger(fonts: Fonts) -> int:
    """FINGER beside text of its usual size; more where a large display is seen from afar."""
    return FINGER * fonts.grid // GRID


class Button(QPushButton):
    """A finger high, with room beside its *word*."""

    def __init__(self, fonts: Fonts, word: str = "") -> None:
        super().__init__(word)
        self.setFont(fonts.text)
        self.setMinimumHeight(finger(fonts))

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(3 * GRID, 0)
