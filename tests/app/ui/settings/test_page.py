"""The page of settings, on a real configuration file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.config import load_config
from app.settings import Settings
from app.ui.bars import Bar
from app.ui.panel.tabs import TabbedPanel
from app.ui.settings.fields import Field
from app.ui.settings.page import SettingsPage
from app.ui.theme import DARK, LIGHT
from app.ui.window import MainWindow
from models.store import Store
from tests.app.ui.charts.test_page import turn_to
from tests.app.ui.feeds import NumpyApplication, NumpyFeed
from tests.app.ui.parts import OpenWindow, part
from tests.conftest import ROOT

CAMERAS = """
# The gate.
[[camera]]
name = "Gate cam"
source = "synthetic:" # for now

[[camera]]
name = "Yard"
source = "rtsp://viewer:secret@192.0.2.7/live"
model = "none"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The settings as they come, with their comments, and two cameras."""
    path = tmp_path / "own.toml"
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("[[camera]]")
    path.write_text(head + CAMERAS + rest[rest.index("\n[live]") :], encoding="utf-8")
    return path


@pytest.fixture
def two(make_feed: Callable[..., NumpyFeed], tmp_path: Path, file: Path) -> NumpyApplication:
    application = NumpyApplication(make_feed("Gate cam"), make_feed("Yard"), folder=tmp_path)
    application.settings = Settings(file, Store(tmp_path / "networks").get)
    return application


@pytest.fixture
def window(two: NumpyApplication, open_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    window = open_window(two)
    turn_to(window, "Settings", qtbot)
    return window


def editor(window: MainWindow, label: str, kind: type[QWidget] = QWidget) -> Any:
    found = [
        child
        for child in part(window, SettingsPage).findChildren(kind)
        if child.accessibleName() == label
    ]
    (one,) = found
    return one


def pick(window: MainWindow, label: str, value: str) -> None:
    box = editor(window, label, QComboBox)
    row = box.findData(value)
    assert row >= 0
    box.setCurrentIndex(row)
    box.activated[int].emit(row)


def enter(qtbot: QtBot, window: MainWindow, label: str, text: str) -> None:
    edit = editor(window, label, QLineEdit)
    edit.setText(text)
    qtbot.keyClick(edit, Qt.Key_Return)


def answer(window: MainWindow, label: str) -> str:
    field = editor(window, label).parentWidget()
    assert isinstance(field, Field)
    return field.accessibleDescription()


def comments(file: Path) -> list[str]:
    return [line.strip() for line in file.read_text().splitlines() if line.strip().startswith("#")]


def test_it_shows_what_the_file_says(window: MainWindow) -> None:
    assert editor(window, "Theme", QComboBox).currentData() == "system"
    assert editor(window, "Source", QLineEdit).text() == "synthetic:"
    assert editor(window, "Network", QComboBox).currentData() == "auto"
    assert editor(window, "Modelled power at rest", QDoubleSpinBox).value() == 2.7
    assert not editor(window, "Spare the network where nothing moves", QCheckBox).isChecked()
    assert "docs/mqtt.md" in answer(window, "MQTT broker")


def test_a_change_is_written_with_the_comments_kept(
    window: MainWindow, file: Path, qtbot: QtBot
) -> None:
    before = comments(file)
    assert len(before) > 50
    enter(qtbot, window, "MQTT broker", "mqtt://192.0.2.10")
    pick(window, "Network", "vgg-ssd-labels-int8")
    pick(window, "Scenario of all cameras", "energy")
    editor(window, "and for every busy core", QDoubleSpinBox).setValue(1.25)
    editor(window, "Spare the network where nothing moves", QCheckBox).click()
    config = load_config(file)
    assert config.mqtt.url == "mqtt://192.0.2.10"
    assert config.camera[0].model == "vgg-ssd-labels-int8"
    assert config.scenario.name == "energy"
    assert (config.power.core_w, config.motion.enabled) == (1.25, True)
    assert comments(file) == before
    assert 'source = "synthetic:" # for now' in file.read_text()
    assert answer(window, "Network") == "saved, for the next start"


def test_theme_and_overlay_take_effect_at_once(
    window: MainWindow, two: NumpyApplication, file: Path
) -> None:
    bar = part(window, Bar)

    def ground() -> Any:
        return bar.grab().toImage().pixelColor(bar.width() - 4, 16)

    pick(window, "Theme", "light")
    assert ground() == LIGHT.panel
    assert answer(window, "Theme") == "saved"
    pick(window, "Theme", "dark")
    assert ground() == DARK.panel
    assert load_config(file).window.theme == "dark"
    editor(window, "Boxes and labels, now and at the start", QCheckBox).click()
    assert not two.overlay
    assert not load_config(file).window.overlay


@pytest.mark.parametrize(
    ("label", "text", "sentence"),
    [
        ("Source", "camera:front", "camera"),
        ("Source", "/no/such/video.mp4", "there is no file or folder"),
        ("Source", "", "camera[0].source"),
        ("MQTT broker", "mqtt://me:secret@192.0.2.10", "holds a user or password"),
        ("MQTT broker", "192.0.2.10", "does not begin with mqtt://"),
    ],
)
def test_what_is_wrong_is_said_and_not_written(
    window: MainWindow, file: Path, qtbot: QtBot, label: str, text: str, sentence: str
) -> None:
    before = file.read_bytes()
    enter(qtbot, window, label, text)
    assert sentence in answer(window, label)
    assert "secret" not in answer(window, label)
    assert file.read_bytes() == before
    assert editor(window, label, QLineEdit).text() == text  # stays to be mended


def test_a_password_in_a_source_is_neither_shown_nor_lost(
    window: MainWindow, file: Path, qtbot: QtBot
) -> None:
    qtbot.mouseClick(window._views[1], Qt.LeftButton)
    assert editor(window, "Source", QLineEdit).text() == ""
    assert answer(window, "Source") == (
        "rtsp://192.0.2.7/live with its password stays until you enter another one."
    )
    assert editor(window, "Network", QComboBox).currentData() == "none"
    pick(window, "Scenario", "accuracy")
    camera = load_config(file).camera[1]
    assert camera.source == "rtsp://viewer:secret@192.0.2.7/live"
    assert camera.scenario == "accuracy"
    texts = [label.text() for label in part(window, SettingsPage).findChildren(QLabel)]
    assert not any("secret" in text for text in texts)


def test_a_camera_of_the_command_line_has_no_settings(
    application: NumpyApplication, open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "config.toml", tmp_path / "config.toml")
    window = open_window(application)
    turn_to(window, "Settings", qtbot)
    texts = [label.text() for label in part(window, SettingsPage).findChildren(QLabel)]
    assert "Gate cam is not in the file: the command line named it." in texts
    assert not editor(window, "Source", QLineEdit).isVisible()
    pick(window, "Theme", "dark")  # the others are there
    assert load_config(tmp_path / "config.toml").window.theme == "dark"


def test_a_file_that_cannot_be_read_is_said_and_nothing_is_changed(
    two: NumpyApplication, open_window: OpenWindow, qtbot: QtBot, file: Path
) -> None:
    file.write_text("[window\n", encoding="utf-8")
    window = open_window(two)
    turn_to(window, "Settings", qtbot)
    texts = " ".join(label.text() for label in part(window, SettingsPage).findChildren(QLabel))
    assert "not valid TOML" in texts
    assert not editor(window, "Theme", QComboBox).isEnabled()
    file.write_text('[window]\ntheme = "dark"\n', encoding="utf-8")
    turn_to(window, "Choice", qtbot)
    turn_to(window, "Settings", qtbot)
    assert editor(window, "Theme", QComboBox).isEnabled()
    pick(window, "Theme", "light")
    assert load_config(file).window.theme == "light"


def test_a_file_that_vanishes_meanwhile_is_said(window: MainWindow, file: Path) -> None:
    file.unlink()
    pick(window, "Theme", "light")
    assert "cannot be read" in answer(window, "Theme")


def test_every_editor_is_a_finger_high_and_named(window: MainWindow, qtbot: QtBot) -> None:
    kinds = (QComboBox, QDoubleSpinBox, QCheckBox)
    editors = [each for kind in kinds for each in part(window, SettingsPage).findChildren(kind)]
    assert len(editors) == 9
    for each in editors:
        assert each.accessibleName()
        assert each.height() >= 44


def test_in_a_kiosk_nothing_that_stays_can_be_changed(
    application: NumpyApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(application, kiosk=True)
    qtbot.keyClick(window, Qt.Key_P)
    (tabs, *_) = part(window, TabbedPanel).findChildren(QTabBar)
    assert [tabs.tabText(index) for index in range(tabs.count())] == ["Choice", "Charts"]
