"""What stands where in an open window, for its tests."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtWidgets import QWidget

from app.ui.line import Line
from app.ui.toast import Toast
from app.ui.window import MainWindow

OpenWindow = Callable[..., MainWindow]


def part(window: MainWindow, kind: type[QWidget]) -> QWidget:
    (found,) = (child for child in window.findChildren(kind) if type(child) is kind)
    return found


def shown(window: MainWindow, kind: type[QWidget]) -> list[QWidget]:
    return [child for child in window.findChildren(kind) if child.isVisible()]


def toast(window: MainWindow) -> str:
    found = part(window, Toast)
    return found.accessibleName() if found.isVisible() else ""


def said(bar: QWidget) -> str:
    line = bar.findChild(Line)
    assert isinstance(line, Line)
    return line.accessibleName()
