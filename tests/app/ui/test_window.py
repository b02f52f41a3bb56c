from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import QSettings, Qt
from PyQt5.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.telemetry.snapshot import MqttStatus
from app.ui.bars import Bar, TopBar
from app.ui.theme import DARK, LIGHT, qt_palette
from app.ui.video import VideoWidget
from models.errors import SaccadeError
from pipelines.live.status import CameraState
from tests.app.ui.feeds import NumpyApplication, NumpyFeed
from tests.app.ui.parts import OpenWindow, part, said, shown


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
    assert "Gate cam" in view._band._segments[0].text
    for key in (Qt.Key_Escape, Qt.Key_F, Qt.Key_F11, Qt.Key_Q):
        qtbot.keyClick(window, key)
        assert window.isFullScreen()
        assert window.isVisible()
    qtbot.keyClick(window, Qt.Key_Q, Qt.ControlModifier)
    assert not window.isVisible()
    assert not settings.exists()


def test_a_minimised_window_comes_forward(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    window.showMinimized()
    assert window.isMinimized()
    window.come_forward()
    qtbot.waitUntil(window.isActiveWindow)
    assert not window.isMinimized()
