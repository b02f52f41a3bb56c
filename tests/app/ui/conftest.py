"""Feeds whose threads end with the test, and a home for the remembered geometry."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import QCoreApplication, QSettings, QTranslator
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui import translations
from app.ui.remembered import remembered
from app.ui.window import MainWindow
from models.image import Image
from tests.app.ui.feeds import NumpyApplication, NumpyFeed


@pytest.fixture(scope="session")
def _what_came_before_is_no_garbage() -> None:
    """So that every collection looks at the tests of windows alone, and is short."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _garbage_is_collected_here(_what_came_before_is_no_garbage: None) -> Iterator[None]:
    """As in the application: no feed's thread may destroy the widgets of an earlier test.

    The windows of the test before are collected now, since pytest holds them until that test is
    wholly over. Left alone, what Python knows of Qt's own objects would outlive them, and be
    taken for whatever Qt makes next at the same address.
    """
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> Path:
    folder = tmp_path / "settings"
    QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, str(folder))
    return folder


@pytest.fixture
def german(qtbot: QtBot) -> Iterator[None]:
    """The window speaks German, and no longer after the test."""
    application = QApplication.instance()
    assert application is not None
    translations.install(application, "de")
    yield
    for translator in application.findChildren(QTranslator):
        QCoreApplication.removeTranslator(translator)
        translator.deleteLater()


@pytest.fixture
def make_feed() -> Iterator[Callable[..., NumpyFeed]]:
    feeds: list[NumpyFeed] = []

    def make(name: str = "Gate cam", images: list[Image] | None = None) -> NumpyFeed:
        feeds.append(NumpyFeed(name, images))
        return feeds[-1]

    yield make
    for feed in feeds:
        feed.close()


@pytest.fixture
def feed(make_feed: Callable[..., NumpyFeed]) -> NumpyFeed:
    return make_feed()


@pytest.fixture
def application(feed: NumpyFeed, tmp_path: Path) -> NumpyApplication:
    return NumpyApplication(feed, folder=tmp_path)


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Callable[..., MainWindow]]:
    windows: list[MainWindow] = []

    def open_(
        application: NumpyApplication,
        kiosk: bool = False,
        theme: str = "dark",
        first: bool = False,
    ) -> MainWindow:
        if not (kiosk or first):
            remembered().setValue("introduced", True)
        window = MainWindow(application, kiosk=kiosk, theme_name=theme)
        qtbot.addWidget(window)
        windows.append(window)
        window.present()
        qtbot.waitExposed(window)
        return window

    yield open_
    for window in windows:
        window.close()
