"""The panel beside the picture: the scenario in force and what it chooses."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QComboBox, QLabel, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from app.ui.choice.changes import ChangesList
from app.ui.choice.page import ChoicePage
from app.ui.choice.ranking import RankingList
from app.ui.triangle_widget import TriangleWidget
from pipelines.selection.choice import choose
from pipelines.selection.scenario import NAMED, Scenario, Weights
from tests.app.ui.choice.examples import FAST, ROWS, entry, refusal
from tests.app.ui.feeds import NumpyApplication
from tests.app.ui.parts import OpenWindow, part
from tests.pipelines.selection.tables import BALANCED


@pytest.fixture
def panel(application: NumpyApplication, open_window: OpenWindow, qtbot: QtBot) -> ChoicePage:
    application.choosing.found = choose(ROWS, BALANCED)
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_C)
    found = part(window, ChoicePage)
    assert isinstance(found, ChoicePage)
    assert found.isVisible()
    return found


def texts(panel: QWidget) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel))


def test_it_is_hidden_until_it_is_asked_for(
    application: NumpyApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(application)
    assert not window.findChildren(ChoicePage)  # a panel that nobody asks for costs nothing
    qtbot.keyClick(window, Qt.Key_C)
    panel = part(window, ChoicePage)
    assert panel.isVisible()
    qtbot.keyClick(window, Qt.Key_C)
    assert not panel.isVisible()
    qtbot.keyClick(window, Qt.Key_C)
    assert part(window, ChoicePage) is panel


def test_what_rules_and_what_it_chooses(panel: ChoicePage) -> None:
    shown = texts(panel)
    assert "The scenario balanced is in force, asked for by the configuration." in shown
    assert "33 % ahead of frugal" in shown
    for name in ("accurate", "fast", "frugal"):
        assert name in shown


def test_a_named_scenario_is_picked(panel: ChoicePage, application: NumpyApplication) -> None:
    names = panel.findChildren(QComboBox)[0]
    assert [names.itemText(row) for row in range(names.count())] == ["auto", *NAMED]
    names.activated[str].emit("energy")
    assert application.choosing.asked == ["energy"]
    assert "The scenario energy is in force, asked for by you." in texts(panel)
    assert names.currentText() == "energy"
    names.activated[str].emit("auto")
    assert "The scenario balanced is in force, asked for by the configuration." in texts(panel)


def test_the_point_is_moved_with_the_arrow_keys(
    panel: ChoicePage, application: NumpyApplication, qtbot: QtBot
) -> None:
    triangle = panel.findChildren(TriangleWidget)[0]
    triangle.setFocus()
    qtbot.keyClick(triangle, Qt.Key_Up)
    (asked,) = application.choosing.asked
    assert isinstance(asked, Weights)
    assert asked.accuracy > asked.throughput
    assert "The scenario custom is in force, asked for by you." in texts(panel)


def test_without_measurements_it_says_what_to_do(
    application: NumpyApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_C)
    assert "main.py bench" in texts(part(window, ChoicePage))


def test_where_nothing_is_left_it_says_why(
    application: NumpyApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    application.choosing.found = choose(ROWS, Scenario("strict", Weights(), min_fps=100))
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_C)
    assert "100 fps" in texts(part(window, ChoicePage))


def test_what_is_under_way_is_said(
    panel: ChoicePage, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = panel.window()
    application.choosing.loading = FAST
    window.refresh()
    assert "Loading fast · onnxruntime fp32 …" in texts(panel)
    application.choosing.loading = None
    application.choosing.said = "fast is as good"
    window.refresh()
    assert "configuration. Fast is as good." in texts(panel)


def test_the_changes_are_the_other_page(
    panel: ChoicePage, application: NumpyApplication, qtbot: QtBot
) -> None:
    application.choosing.changes = (entry(gain=0.5),)
    application.choosing.failures = (refusal(),)
    panel.window().refresh()
    changes, ranking = panel.findChildren(ChangesList)[0], panel.findChildren(RankingList)[0]
    (tabs,) = panel.findChildren(QTabBar)
    assert [tabs.tabText(index) for index in range(2)] == ["Ranking", "Changes (1)"]
    assert tabs.height() >= 40
    assert (ranking.isVisible(), changes.isVisible()) == (True, False)
    qtbot.mouseClick(tabs, Qt.LeftButton, pos=tabs.tabRect(1).center())
    assert (ranking.isVisible(), changes.isVisible()) == (False, True)
    assert "being judged" in texts(changes)
    assert "frugal cannot be run" in texts(changes)


def test_esc_skips_the_first_starts_benchmark(
    application: NumpyApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    application.measuring = True
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_Escape)
    assert not application.measuring
