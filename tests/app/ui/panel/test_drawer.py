"""Where the panel stands."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.choice.page import ChoicePage
from app.ui.panel.drawer import Drawer
from app.ui.toast import Toast
from tests.app.ui.feeds import NumpyApplication
from tests.app.ui.parts import OpenWindow, part, toast


@pytest.mark.parametrize(
    ("width", "pictures", "panel", "covers"),
    [
        (1280, 880, (880, 400), False),
        (912, 512, (512, 400), False),  # just enough for both
        (911, 911, (511, 400), True),
        (320, 320, (0, 320), True),  # less than the panel wants
    ],
)
def test_beside_the_pictures_or_over_them(
    qtbot: QtBot, width: int, pictures: int, panel: tuple[int, int], covers: bool
) -> None:
    left, right = QWidget(), QWidget()
    drawer = Drawer(left)
    qtbot.addWidget(drawer)
    drawer.put(right, 400)
    drawer.resize(width, 480)
    drawer.show()
    assert (left.width(), drawer.covers, drawer.taken) == (width, False, 0)
    drawer.toggle()
    assert (left.width(), left.height()) == (pictures, 480)
    assert (right.x(), right.width()) == panel
    assert (drawer.covers, drawer.taken) == (covers, panel[1])
    drawer.toggle()
    assert (left.width(), drawer.covers) == (width, False)


def test_esc_closes_a_panel_that_covers_the_picture(
    application: NumpyApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(application)
    window.showNormal()
    qtbot.keyClick(window, Qt.Key_C)
    panel = part(window, ChoicePage)
    for width, stays in ((1280, True), (800, False)):
        window.resize(width, 480)
        qtbot.keyClick(window, Qt.Key_Escape)
        assert panel.isVisible() is stays
    assert toast(window) == ""


@pytest.mark.parametrize(("width", "clear"), [(1280, True), (800, True), (480, False)])
def test_a_message_stands_beside_the_panel_unless_that_leaves_no_room(
    application: NumpyApplication,
    open_window: OpenWindow,
    qtbot: QtBot,
    width: int,
    clear: bool,
) -> None:
    window = open_window(application)
    window.showNormal()
    window.resize(width, 480)
    qtbot.keyClick(window, Qt.Key_C)
    qtbot.keyClick(window, Qt.Key_O)
    message, panel = part(window, Toast), part(window, ChoicePage)
    left = panel.mapTo(window, panel.rect().topLeft()).x()
    assert (message.geometry().right() < left) is clear
    qtbot.keyClick(window, Qt.Key_C)
    assert abs(message.geometry().center().x() - width // 2) <= 1
