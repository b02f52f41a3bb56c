from __future__ import annotations

import pytest
from PyQt5.QtGui import QFont
from PyQt5.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.theme import fonts
from app.ui.toast import Toast

MESSAGE = "yolox-nano · onnxruntime fp32 runs now: figure of merit +25 % expected for balanced"


@pytest.mark.parametrize("width", [420, 800, 1920])
def test_a_message_is_whole_and_inside(qtbot: QtBot, width: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(width, 480)
    toast = Toast(fonts(QFont()), window)
    toast.say(MESSAGE)
    assert toast.text() == MESSAGE
    assert window.rect().contains(toast.geometry())


def test_a_message_without_end_loses_its_middle(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    toast = Toast(fonts(QFont()), window)
    toast.say("begin " + MESSAGE * 20 + " end")
    assert toast.text().startswith("begin")
    assert "…" in toast.text()
    assert toast.text().endswith("end")
    assert window.rect().contains(toast.geometry())
    assert toast.height() < 150
