"""Every text of the panel's pages goes through Qt's translation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from app.ui.charts.chart import Chart
from app.ui.line import Line
from app.ui.panel.page import Page
from app.ui.panel.tabs import TabbedPanel
from app.ui.window import MainWindow
from tests.app.ui.charts.test_page import tell
from tests.app.ui.feeds import NumpyApplication
from tests.app.ui.parts import OpenWindow, part, shown
from tests.app.ui.test_translation import marked
from tests.conftest import ROOT

__all__ = ["marked"]


@pytest.fixture
def window(
    marked: None,
    application: NumpyApplication,
    open_window: OpenWindow,
    tmp_path: Path,
) -> MainWindow:
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    named = text.replace('name = "camera"', 'name = "Gate cam"')
    (tmp_path / "config.toml").write_text(named, encoding="utf-8")
    return open_window(application)


def turn(window: MainWindow, index: int, qtbot: QtBot) -> Page:
    if not window.findChildren(TabbedPanel):
        window._toggle_panel()
    part(window, TabbedPanel).findChildren(QTabBar)[0].setCurrentIndex(index)
    window.refresh()
    (page,) = shown(window, Page)
    assert isinstance(page, Page)
    return page


def words(widget: QWidget) -> list[str]:
    """What stands on *widget* and is no name of the user's or of a network."""
    if isinstance(widget, QLabel):
        return [re.sub("<[^>]*>", "", line) for line in widget.text().split("<br>")]
    if isinstance(widget, QAbstractButton):
        return [widget.text()]
    if isinstance(widget, QLineEdit):
        return [widget.placeholderText()]
    if isinstance(widget, QTabBar):
        return [widget.tabText(index) for index in range(widget.count())]
    if isinstance(widget, QComboBox):
        return [
            widget.itemText(row)
            for row in range(widget.count())
            if widget.itemData(row) not in (None, widget.itemText(row))
        ]
    return []


@pytest.mark.parametrize("index", [1, 2, 3], ids=["charts", "networks", "settings"])
def test_every_text_of_a_page_is_translated(
    window: MainWindow, application: NumpyApplication, qtbot: QtBot, index: int
) -> None:
    tell(application, 1.0)
    page = turn(window, index, qtbot)
    found = [text for child in page.findChildren(QWidget) for text in words(child)]
    found += [segment.text for line in page.findChildren(Line) for segment in line._segments]
    found += [chart.accessibleName() for chart in page.findChildren(Chart)]
    marks = sum("«" in text for text in found)
    assert marks > 5
    names = {entry.name for entry in application.library.installed()}
    names |= {network.name for network in application.library.available()}
    titles = {network.manifest.title for network in application.library.available()}
    titles |= {e.network.manifest.title for e in application.library.installed() if e.network}
    for text in found:
        assert "«" in text or text in names | titles or not re.search("[a-z]{3}", text), text


def test_the_tabs_are_translated(window: MainWindow, qtbot: QtBot) -> None:
    turn(window, 0, qtbot)
    tabs = part(window, TabbedPanel).findChildren(QTabBar)[0]
    assert all(word.startswith("«") for word in words(tabs))
