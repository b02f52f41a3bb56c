from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import QSettings, Qt
from PyQt5.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.telemetry.snapshot import MqttStatus
from app.ui.bars import Bar, TopBar
from app.ui.keys import HelpPanel
from app.ui.line import Line
from app.ui.theme import DARK, LIGHT, qt_palette
from app.ui.toast import Toast
from app.ui.video import VideoWidget
from app.ui.window import MainWindow
from models.errors import SaccadeError
from pipelines.live.status import CameraState
from tests.app.ui.feeds import NumpyApplication, NumpyFeed

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


# -- keys


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
    assert list(buttons) == ["pause", "snapshot", "overlay", "full screen", "help"]
    assert all(button.height() >= 40 for button in buttons.values())
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
    for _ in range(6):
        qtbot.keyClick(window.focusWidget(), Qt.Key_Tab)
        focused = window.focusWidget()
        assert focused is not None
        order.append(focused.accessibleName().partition(":")[0])
    assert order == ["pause", "snapshot", "overlay", "full screen", "help", "Gate cam"]


def test_space_presses_the_focused_button_and_nothing_else(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    overlay = part(window, TopBar)._buttons[2]  # type: ignore[attr-defined]
    overlay.setFocus()
    qtbot.keyClick(overlay, Qt.Key_Space)
    assert not application.overlay
    assert not application.paused


# -- what is shown


def test_the_bars_say_camera_network_broker_and_power(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    assert window.windowTitle() == "Gate cam — Saccade"
    assert said(part(window, TopBar)) == (
        "Saccade, Gate cam, Network fastestdet · onnxruntime int8"
    )
    assert said(part(window, Bar)) == (
        "Gate cam: 320×240, live, MQTT 192.0.2.10, 6.6 W modelled: no sensor on this machine, 52 °C"
    )
    assert application.latest is not None
    application.latest = replace(application.latest, power=None, mqtt=MqttStatus())
    window.refresh()
    assert "MQTT off, power unknown: no sensor" in said(part(window, Bar))
    application.latest = None  # the reporter's first second
    window.refresh()
    assert said(part(window, Bar)) == "Gate cam: 320×240, live"


def test_a_state_shows_by_itself(
    qtbot: QtBot, feed: NumpyFeed, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    feed.say(CameraState.STALE, "No frame for 3 s.")
    qtbot.waitUntil(lambda: "stale" in said(part(window, Bar)))
    (view,) = window.findChildren(VideoWidget)
    assert "No frame for 3 s." in view.accessibleName()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_theme_is_that_of_the_configuration(
    application: NumpyApplication, open_window: OpenWindow, theme: str
) -> None:
    window = open_window(application, theme=theme)
    palette = {"dark": DARK, "light": LIGHT}[theme]
    bar = part(window, Bar)
    assert bar.grab().toImage().pixelColor(bar.width() - 4, 16) == palette.panel


def test_the_theme_follows_the_system(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application, theme="system")
    before = QApplication.palette()
    top, bottom = part(window, TopBar), part(window, Bar)
    try:
        for palette in (DARK, LIGHT, DARK):
            QApplication.setPalette(qt_palette(palette))
            for bar in (top, bottom):
                colour = bar.grab().toImage().pixelColor(2, bar.height() // 2)
                assert colour == palette.panel
    finally:
        QApplication.setPalette(before)


@pytest.mark.parametrize(
    "size", [(320, 240), (480, 320), (800, 480), (1280, 720), (1920, 1080), (3840, 2160)]
)
def test_the_window_fits_every_size(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow, size: tuple[int, int]
) -> None:
    window = open_window(application)
    window.showNormal()
    window.resize(*size)
    qtbot.wait(20)
    assert (window.width(), window.height()) == size
    (view,) = window.findChildren(VideoWidget)
    assert view.width() == size[0]
    assert view.height() >= 0.8 * size[1]
    for child in shown(window, QWidget):
        right = child.mapTo(window, child.rect().bottomRight())
        assert right.x() < size[0]
        assert right.y() < size[1]


# -- several cameras


@pytest.fixture
def four(make_feed: Callable[..., NumpyFeed], tmp_path: Path) -> NumpyApplication:
    names = ("Gate cam", "Yard", "Line 2", "Dock")
    return NumpyApplication(*(make_feed(name) for name in names), folder=tmp_path)


def test_four_cameras_share_the_window(
    qtbot: QtBot, four: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(four)
    qtbot.waitUntil(lambda: all(feed.taken >= 3 for feed in four.feeds))
    views = window.findChildren(VideoWidget)
    assert len({(view.x(), view.y()) for view in views}) == 4
    assert len({view.x() for view in views}) == 2
    widths, heights = {view.width() for view in views}, {view.height() for view in views}
    assert max(widths) - min(widths) <= 1
    assert max(heights) - min(heights) <= 1
    assert window.windowTitle() == "Saccade"
    assert said(part(window, Bar)).startswith("4 of 4 cameras live")
    window.close()
    qtbot.waitUntil(lambda: [feed.pins for feed in four.feeds] == [0, 0, 0, 0])


def test_one_of_four_by_double_click_and_back(
    qtbot: QtBot, four: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(four)
    views = window.findChildren(VideoWidget)
    qtbot.mouseDClick(views[2], Qt.LeftButton)
    assert shown(window, VideoWidget) == [views[2]]
    qtbot.waitUntil(lambda: views[2].width() == window.width())
    qtbot.wait(100)
    taken = four.feeds[0].taken
    qtbot.wait(100)
    assert four.feeds[0].taken == taken  # the hidden ones cost nothing
    qtbot.keyClick(window, Qt.Key_Escape)
    assert len(shown(window, VideoWidget)) == 4
    qtbot.waitUntil(lambda: four.feeds[0].taken > taken)
    views[1].setFocus()
    qtbot.keyClick(views[1], Qt.Key_Return)
    assert shown(window, VideoWidget) == [views[1]]
    qtbot.mouseDClick(views[1], Qt.LeftButton)
    assert len(shown(window, VideoWidget)) == 4


def test_one_lost_camera_leaves_the_others_their_pictures(
    qtbot: QtBot, four: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(four)
    four.feeds[1].say(CameraState.RECONNECTING, "Next try in 4 s.")
    four.feeds[1].images = []
    window.refresh()
    assert said(part(window, Bar)).startswith("3 of 4 cameras live")
    taken = [feed.taken for feed in four.feeds]
    qtbot.waitUntil(
        lambda: all(four.feeds[i].taken > taken[i] + 3 for i in (0, 2, 3)), timeout=10_000
    )


# -- beginning and end


def test_the_window_closes_when_the_application_is_finished(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    application.finished = True
    qtbot.waitUntil(lambda: not window.isVisible())


def test_the_window_closes_when_the_application_failed(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    application.error = SaccadeError("the worker ended")
    qtbot.waitUntil(lambda: not window.isVisible())


def test_the_geometry_is_remembered(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    window.showNormal()
    window.resize(500, 400)
    window.close()
    again = open_window(application)
    assert (again.width(), again.height()) == (500, 400)


def test_full_screen_is_not_remembered(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_F)
    window.close()
    assert not open_window(application).isFullScreen()


def test_a_screen_without_room_around_the_window_is_filled(
    application: NumpyApplication, open_window: OpenWindow
) -> None:
    assert QApplication.primaryScreen().availableSize().width() <= 1280
    assert open_window(application).isMaximized()


def test_a_damaged_geometry_is_ignored(
    application: NumpyApplication, open_window: OpenWindow
) -> None:
    settings = QSettings(QSettings.IniFormat, QSettings.UserScope, "saccade", "window")
    settings.setValue("geometry", "nonsense")
    settings.sync()
    assert open_window(application).isVisible()


def test_a_kiosk_is_the_picture_alone_and_cannot_be_left_by_accident(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow, settings: Path
) -> None:
    window = open_window(application, kiosk=True)
    assert window.isFullScreen()
    assert window.cursor().shape() == Qt.BlankCursor
    assert not part(window, TopBar).isVisible()
    assert not part(window, Bar).isVisible()
    (view,) = window.findChildren(VideoWidget)
    qtbot.waitUntil(lambda: view.size() == window.size())
    assert "Gate cam" in view._segments[0].text
    for key in (Qt.Key_Escape, Qt.Key_F, Qt.Key_F11, Qt.Key_Q):
        qtbot.keyClick(window, key)
        assert window.isFullScreen()
        assert window.isVisible()
    qtbot.keyClick(window, Qt.Key_Q, Qt.ControlModifier)
    assert not window.isVisible()
    assert not settings.exists()
