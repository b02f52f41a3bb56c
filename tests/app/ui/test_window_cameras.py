from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.bars import Bar
from app.ui.video import VideoWidget
from app.ui.window import MainWindow
from pipelines.live.status import CameraState
from tests.app.ui.feeds import NumpyApplication, NumpyFeed
from tests.app.ui.parts import OpenWindow, part, said, shown


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


def marked(window: MainWindow) -> list[bool]:
    """Which of four pictures, in front of nothing but black, has a light edge."""
    return [
        view.grab().toImage().pixelColor(view.width() // 2, view.height() - 1).lightness() > 200
        for view in window.findChildren(VideoWidget)
    ]


@pytest.fixture
def dark(four: NumpyApplication) -> NumpyApplication:
    for feed in four.feeds:
        feed.say(CameraState.NO_CAMERA)
        feed.images = []
    return four


def test_the_picture_that_the_panel_is_about_is_marked(
    qtbot: QtBot, dark: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(dark)
    assert marked(window) == [True, False, False, False]
    qtbot.mouseClick(window._views[2], Qt.LeftButton)
    assert marked(window) == [False, False, True, False]
    qtbot.mouseDClick(window._views[2], Qt.LeftButton)
    assert not window._views[2].grab().toImage().pixelColor(0, 200).lightness() > 200  # alone
    qtbot.keyClick(window, Qt.Key_Escape)
    assert marked(window) == [False, False, True, False]


def test_in_a_kiosk_none_is_marked_until_the_panel_shows(
    qtbot: QtBot, dark: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(dark, kiosk=True)
    assert marked(window) == [False] * 4
    qtbot.keyClick(window, Qt.Key_P)
    assert marked(window)[0]
    qtbot.keyClick(window, Qt.Key_P)
    assert marked(window) == [False] * 4


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
