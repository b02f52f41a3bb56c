"""The panel's tabs, and which camera it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QComboBox, QLabel, QScrollArea, QScroller, QTabBar
from pytestqt.qtbot import QtBot

from app.ui.choice.page import ChoicePage
from app.ui.panel.page import Page
from app.ui.panel.tabs import TabbedPanel
from app.ui.window import MainWindow
from pipelines.selection.choice import choose
from pipelines.selection.in_force import Ruling
from pipelines.selection.scenario import NAMED, Scenario
from tests.app.ui.choice.examples import ACCURATE, FAST, ROWS
from tests.app.ui.feeds import NumpyApplication, NumpyFeed, Wishes
from tests.app.ui.parts import OpenWindow, part, shown
from tests.pipelines.selection.tables import BALANCED


class TwoCameras(Wishes):
    """Each camera has a choice and a scenario of its own."""

    def __init__(self) -> None:
        super().__init__(choose(ROWS, BALANCED))
        self.own = {
            "Gate cam": Scenario("balanced", NAMED["balanced"]),
            "Yard": Scenario("throughput", NAMED["throughput"]),
        }

    def ruling(self, camera: str) -> Ruling:
        return Ruling(self.own[camera], "configuration")


@pytest.fixture
def two(make_feed: Callable[..., NumpyFeed], tmp_path: Path) -> NumpyApplication:
    application = NumpyApplication(make_feed("Gate cam"), make_feed("Yard"), folder=tmp_path)
    for feed, candidate in zip(application.feeds, (ACCURATE, FAST), strict=True):
        feed.said = replace(feed.said, candidate=candidate)
    application.choosing = TwoCameras()
    return application


@pytest.fixture
def window(two: NumpyApplication, open_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    window = open_window(two)
    qtbot.keyClick(window, Qt.Key_P)
    return window


def whose(window: MainWindow) -> QComboBox:
    return part(window, TabbedPanel).findChildren(QComboBox)[0]


def rules(window: MainWindow) -> tuple[str, str]:
    """The camera that the panel names, and the scenario that it says is in force for it."""
    texts = [label.text() for label in part(window, ChoicePage).findChildren(QLabel)]
    (sentence,) = (text for text in texts if "is in force" in text)
    return whose(window).currentText(), sentence.split()[2]


def runs(window: MainWindow) -> str:
    """The network that the ranking marks as running."""
    texts = "".join(label.text() for label in part(window, ChoicePage).findChildren(QLabel))
    return texts.partition("</b>, runs now")[0].rpartition("<b>")[2]


def test_one_camera_needs_no_picking(
    application: NumpyApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_P)
    assert not whose(window).isVisible()


def test_it_begins_with_the_first_camera_and_follows_what_is_clicked(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert (*rules(window), runs(window)) == ("Gate cam", "balanced", "accurate")
    qtbot.mouseClick(window._views[1], Qt.LeftButton)
    assert (*rules(window), runs(window)) == ("Yard", "throughput", "fast")
    qtbot.mouseDClick(window._views[0], Qt.LeftButton)  # and what is zoomed
    assert rules(window) == ("Gate cam", "balanced")


def test_it_follows_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    QApplication.setActiveWindow(window)
    window._views[1].setFocus(Qt.TabFocusReason)
    qtbot.waitUntil(lambda: rules(window) == ("Yard", "throughput"))


def test_the_camera_can_be_picked_in_the_panel(window: MainWindow) -> None:
    names = whose(window)
    assert [names.itemText(row) for row in range(names.count())] == ["Gate cam", "Yard"]
    assert names.accessibleName()
    names.activated[int].emit(1)
    assert rules(window) == ("Yard", "throughput")


def test_what_was_chosen_for_all_cameras_together_is_said(
    window: MainWindow, two: NumpyApplication
) -> None:
    two.choosing.together = "1.4 of 2 cores for 2 cameras"
    window.refresh()
    texts = " ".join(label.text() for label in part(window, ChoicePage).findChildren(QLabel))
    assert "Chosen for all cameras together: 1.4 of 2 cores for 2 cameras." in texts


def test_tabs_are_a_finger_high_and_turned_by_keys(window: MainWindow, qtbot: QtBot) -> None:
    tabs = part(window, TabbedPanel).findChildren(QTabBar)[0]
    assert tabs.height() >= 44
    assert whose(window).height() >= 44
    for index in range(tabs.count()):
        assert tabs.tabText(index)
        tabs.setFocus()
        if index:
            qtbot.keyClick(tabs, Qt.Key_Right)
        (page,) = shown(window, Page)
        assert page.isVisible()
        assert QScroller.hasScroller(page.findChildren(QScrollArea)[0].viewport())
    assert len(part(window, TabbedPanel)._pages) == tabs.count()
