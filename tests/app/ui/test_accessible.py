"""Everything can be reached by Tab, says what it is, and can be hit with a finger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.ui.button import FINGER
from app.ui.video import VideoWidget
from app.ui.window import MainWindow
from tests.app.ui.feeds import NumpyApplication
from tests.app.ui.parts import OpenWindow

PAGES = ("Choice", "Charts", "Networks", "Settings")

Open = Callable[[str], MainWindow]


@pytest.fixture
def opened(qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow) -> Open:
    """A window of the Raspberry Pi's touch screen, as one makes it by *what* one does."""

    def open_(what: str) -> MainWindow:
        window = open_window(application)
        window.resize(800, 480)
        QApplication.setActiveWindow(window)
        (view,) = window.findChildren(VideoWidget)
        qtbot.waitUntil(lambda: view.has_picture)
        if what == "zones":
            qtbot.keyClick(window, Qt.Key_Z)
            qtbot.keyClick(window.focusWidget(), Qt.Key_Insert)  # so that its fields serve
        elif what in PAGES:
            qtbot.keyClick(window, Qt.Key_P)
            tabs = next(bar for bar in window.findChildren(QTabBar) if bar.isVisible())
            tabs.setCurrentIndex(PAGES.index(what))
        return window

    return open_


def reachable(window: MainWindow) -> list[QWidget]:
    """What takes the keys, by Tab."""
    return [
        child
        for child in window.findChildren(QWidget)
        if child.isVisible()
        and child.isEnabled()
        and child.focusPolicy() & Qt.TabFocus
        # What a control is made of says nothing for itself; its owner does.
        and child.focusProxy() is None
    ]


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, (QAbstractButton, QLabel)) else ""
    return widget.accessibleName() or text


EVERYWHERE = pytest.mark.parametrize("what", ["", "zones", *PAGES])


@EVERYWHERE
def test_every_control_says_what_it_is(opened: Open, what: str) -> None:
    window = opened(what)
    assert [type(child).__name__ for child in reachable(window) if not name_of(child)] == []


@EVERYWHERE
def test_tab_goes_through_all_of_them_and_around(opened: Open, what: str, qtbot: QtBot) -> None:
    window = opened(what)
    wanted = set(reachable(window))
    seen: list[QWidget] = []
    for _ in range(2 * len(wanted) + 5):
        focused = window.focusWidget()
        assert focused is not None
        seen.append(focused)
        qtbot.keyClick(focused, Qt.Key_Tab)
    missed = wanted - set(seen)
    assert [f"{type(child).__name__} {name_of(child)}" for child in missed] == []


@EVERYWHERE
def test_a_finger_hits_every_control(opened: Open, what: str) -> None:
    window = opened(what)
    kinds = (QAbstractButton, QComboBox, QLineEdit, QTabBar)
    small = [
        f"{type(child).__name__} {name_of(child)}: {child.width()} × {child.height()}"
        for child in reachable(window)
        if isinstance(child, kinds) and min(child.width(), child.height()) < FINGER
    ]
    assert small == []
