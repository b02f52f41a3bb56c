from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.bars import Bar, TopBar
from app.ui.keys import HelpPanel
from app.ui.video import VideoWidget
from models.errors import SaccadeError
from tests.app.ui.feeds import NumpyApplication
from tests.app.ui.parts import OpenWindow, part, toast


def test_space_pauses_and_resumes(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_Space)
    assert application.paused
    (view,) = window.findChildren(VideoWidget)
    assert "Paused" in view.accessibleName()
    assert "resume" in [b.accessibleName() for b in part(window, TopBar)._buttons]  # type: ignore[attr-defined]
    qtbot.keyClick(window, Qt.Key_Space)
    assert not application.paused


def test_o_hides_and_shows_the_overlay(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_O)
    assert not application.overlay
    assert toast(window) == "overlay hidden"
    qtbot.keyClick(window, Qt.Key_O)
    assert application.overlay


def test_s_saves_a_snapshot_and_says_where(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_S)
    qtbot.waitUntil(lambda: toast(window) != "")
    path = application.folder / "snapshot-Gate cam.png"
    assert path.is_file()
    assert toast(window) == f"saved {path}"


@pytest.mark.parametrize("error", [SaccadeError("the disk is full"), OSError("the disk is full")])
def test_a_snapshot_that_fails_says_why(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow, error: Exception
) -> None:
    application.snapshot_error = error
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_S)
    qtbot.waitUntil(lambda: toast(window) == "no snapshot: the disk is full")
    application.snapshot_error = None
    qtbot.keyClick(window, Qt.Key_S)  # and the next one is not refused
    qtbot.waitUntil(lambda: toast(window).startswith("saved"))


def test_an_unexpected_failure_of_a_snapshot_is_not_swallowed(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    application.snapshot_error = ZeroDivisionError("a bug")
    window = open_window(application)
    with qtbot.captureExceptions() as caught:
        qtbot.keyClick(window, Qt.Key_S)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


@pytest.mark.parametrize("key", [Qt.Key_F, Qt.Key_F11])
def test_f_is_full_screen_without_bars_and_escape_leaves_it(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow, key: Qt.Key
) -> None:
    window = open_window(application)
    assert part(window, TopBar).isVisible()
    qtbot.keyClick(window, key)
    qtbot.waitUntil(window.isFullScreen)
    assert not part(window, TopBar).isVisible()
    assert not part(window, Bar).isVisible()
    assert "Esc" in toast(window)
    qtbot.keyClick(window, Qt.Key_Escape)
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert part(window, TopBar).isVisible()
    qtbot.keyClick(window, Qt.Key_Escape)  # once more does no harm
    assert window.isVisible()


@pytest.mark.parametrize("key", [Qt.Key_Question, Qt.Key_H, Qt.Key_F1])
def test_help_lists_every_key_and_closes_by_key_or_click(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow, key: Qt.Key
) -> None:
    window = open_window(application)
    panel = part(window, HelpPanel)
    qtbot.keyClick(window, key)
    assert panel.isVisible()
    for name in ("Space", "S,", "O,", "F11", "?", "F1", "Esc", "double-click", "Q", "Ctrl+Q"):
        assert name in panel.accessibleName()
    qtbot.keyClick(window, Qt.Key_Escape)
    assert not panel.isVisible()
    qtbot.keyClick(window, key)
    qtbot.mouseClick(panel, Qt.LeftButton)
    assert not panel.isVisible()


@pytest.mark.parametrize("modifier", [Qt.NoModifier, Qt.ControlModifier])
def test_q_quits(
    qtbot: QtBot,
    application: NumpyApplication,
    open_window: OpenWindow,
    modifier: Qt.KeyboardModifier,
) -> None:
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_Q, modifier)
    assert not window.isVisible()
    qtbot.waitUntil(lambda: application.feeds[0].pins == 0)


def test_other_chords_do_nothing(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    for key in (Qt.Key_O, Qt.Key_Space, Qt.Key_S, Qt.Key_F):
        qtbot.keyClick(window, key, Qt.ControlModifier)
        qtbot.keyClick(window, key, Qt.AltModifier)
    qtbot.keyClick(window, Qt.Key_Q, Qt.AltModifier)
    assert window.isVisible()
    assert application.overlay
    assert not application.paused
    assert not window.isFullScreen()


def test_every_button_does_what_its_key_does(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    buttons = {b.accessibleName(): b for b in part(window, TopBar)._buttons}  # type: ignore[attr-defined]
    names = ["pause", "snapshot", "overlay", "panel", "zones", "full screen", "help"]
    assert list(buttons) == names
    assert all(button.height() >= 44 for button in buttons.values())
    qtbot.mouseClick(buttons["pause"], Qt.LeftButton)
    assert application.paused
    qtbot.mouseClick(buttons["overlay"], Qt.LeftButton)
    assert not application.overlay
    qtbot.mouseClick(buttons["snapshot"], Qt.LeftButton)
    qtbot.waitUntil(lambda: toast(window).startswith("saved"))
    qtbot.mouseClick(buttons["help"], Qt.LeftButton)
    assert part(window, HelpPanel).isVisible()
    qtbot.mouseClick(buttons["full screen"], Qt.LeftButton)
    qtbot.waitUntil(window.isFullScreen)


def test_tab_goes_from_the_window_through_buttons_to_the_pictures(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    QApplication.setActiveWindow(window)
    assert window.focusWidget() is window
    order = []
    for _ in range(8):
        qtbot.keyClick(window.focusWidget(), Qt.Key_Tab)
        focused = window.focusWidget()
        assert focused is not None
        order.append(focused.accessibleName().partition(":")[0])
    assert order == [
        "pause",
        "snapshot",
        "overlay",
        "panel",
        "zones",
        "full screen",
        "help",
        "Gate cam",
    ]


def test_space_presses_the_focused_button_and_nothing_else(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    overlay = part(window, TopBar)._buttons[2]  # type: ignore[attr-defined]
    overlay.setFocus()
    qtbot.keyClick(overlay, Qt.Key_Space)
    assert not application.overlay
    assert not application.paused
