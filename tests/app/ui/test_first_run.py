"""The card of the first start: once, closed by whatever one does, and never in a kiosk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.ui.first_run import FirstRun
from app.ui.keys import HelpPanel
from app.ui.remembered import remembered
from app.ui.window import MainWindow
from tests.app.ui.feeds import NumpyApplication, NumpyFeed
from tests.app.ui.parts import OpenWindow, part, shown


def card(window: MainWindow) -> FirstRun:
    (found,) = shown(window, FirstRun)
    assert isinstance(found, FirstRun)
    return found


@pytest.mark.parametrize("key", [Qt.Key_Space, Qt.Key_Escape, Qt.Key_Return, Qt.Key_W])
def test_it_comes_once_and_any_key_closes_it_for_good(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow, key: Qt.Key
) -> None:
    window = open_window(application, first=True)
    for words in ("Camera", "Networks", "Scenario", "(P)", "H lists all keys"):
        assert words in card(window).accessibleName()
    assert window.focusWidget() is card(window)
    application.measuring = True
    qtbot.keyClick(card(window), key)
    assert shown(window, FirstRun) == []
    assert not application.paused
    assert application.measuring  # Esc has not skipped the benchmark
    assert window.focusWidget() is window
    window.close()
    assert shown(open_window(application, first=True), FirstRun) == []


def test_a_key_that_means_something_does_it(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application, first=True)
    qtbot.keyClick(card(window), Qt.Key_H)
    assert shown(window, FirstRun) == []
    assert part(window, HelpPanel).isVisible()


def test_a_touch_anywhere_closes_it(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application, first=True)
    qtbot.mouseClick(card(window), Qt.LeftButton, pos=QPoint(3, 3))
    assert shown(window, FirstRun) == []
    remembered().remove("introduced")
    window = open_window(application, first=True)
    qtbot.mouseClick(card(window).findChildren(QLabel)[-1], Qt.LeftButton)
    assert shown(window, FirstRun) == []


def test_one_that_was_never_closed_comes_again(
    application: NumpyApplication, open_window: OpenWindow
) -> None:
    open_window(application, first=True).close()
    card(open_window(application, first=True))


def test_a_kiosk_has_none(
    application: NumpyApplication, open_window: OpenWindow, settings: Path
) -> None:
    assert shown(open_window(application, kiosk=True, first=True), FirstRun) == []
    assert not settings.exists()


def test_it_says_what_is_seen(
    make_feed: Callable[..., NumpyFeed], open_window: OpenWindow, tmp_path: Path
) -> None:
    one, two = make_feed("Gate"), make_feed("Yard")
    window = open_window(NumpyApplication(one, folder=tmp_path), first=True)
    assert "You see Gate" in card(window).accessibleName()
    one.said = replace(one.said, source="synthetic:")
    window = open_window(NumpyApplication(one, folder=tmp_path), first=True)
    assert "drawn conveyor belt" in card(window).accessibleName()
    window = open_window(NumpyApplication(one, two, folder=tmp_path), first=True)
    assert "several cameras" in card(window).accessibleName()


@pytest.mark.parametrize("size", [(320, 240), (800, 480), (1920, 1080)])
def test_it_fits_into_any_window(
    application: NumpyApplication, open_window: OpenWindow, size: tuple[int, int]
) -> None:
    window = open_window(application, first=True)
    window.resize(*size)
    assert card(window).geometry() == window.rect()
    assert window.rect().contains(card(window)._card.geometry())
