from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import QCoreApplication, Qt, QTranslator
from PyQt5.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.telemetry.snapshot import MqttStatus
from app.ui.bars import TopBar
from app.ui.choice.page import ChoicePage
from app.ui.keys import HelpPanel
from app.ui.line import Line
from app.ui.toast import Toast
from app.ui.video import VideoWidget
from app.ui.window import MainWindow
from pipelines.live.status import CameraState
from pipelines.selection.choice import choose
from pipelines.selection.scenario import Scenario, Weights
from tests.app.ui.choice.examples import ROWS, entry, refusal
from tests.app.ui.feeds import NumpyApplication, NumpyFeed


class Marking(QTranslator):
    """Marks every text it is asked for."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        return f"«{text}»"


@pytest.fixture
def marked(qtbot: QtBot) -> Iterator[None]:
    translator = Marking()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def test_every_text_is_translated(
    qtbot: QtBot,
    marked: None,
    feed: NumpyFeed,
    application: NumpyApplication,
    open_window: Callable[..., MainWindow],
) -> None:
    assert application.latest is not None
    application.latest = replace(
        application.latest, mqtt=MqttStatus(False, "192.0.2.10"), throttled=()
    )
    window = open_window(application)
    (view,) = window.findChildren(VideoWidget)
    (bar,) = window.findChildren(TopBar)
    for button in bar._buttons:
        assert button.accessibleName().startswith("«")
    for line in window.findChildren(Line):
        for statement in line._segments:
            # Whatever is no name, figure or unit stands between the marks.
            assert "«" in statement.text or statement.text in ("\x1fSaccade\x1f", "Gate cam")
    for segment in view._band._segments:
        assert "«" in segment.text or "fastestdet" in segment.text
    for state in CameraState:
        feed.say(state)
        view.refresh(None)
        assert f": «{state.value}».".casefold() in view.accessibleName().casefold()
    (panel,) = window.findChildren(HelpPanel)
    _, *rows = panel.accessibleName().split(": ", 1)[1].split("; ")
    assert all("«" in row for row in rows)
    (toast,) = window.findChildren(Toast)
    qtbot.keyClick(window, Qt.Key_O)
    assert toast.accessibleName().startswith("«")
    qtbot.keyClick(window, Qt.Key_S)
    qtbot.waitUntil(lambda: "saved" in toast.accessibleName())
    assert toast.accessibleName().startswith("«")


def test_every_text_of_the_panel_is_translated(
    qtbot: QtBot,
    marked: None,
    application: NumpyApplication,
    open_window: Callable[..., MainWindow],
) -> None:
    choosing = application.choosing
    window = open_window(application)
    qtbot.keyClick(window, Qt.Key_C)
    (panel,) = window.findChildren(ChoicePage)
    assert all(label.text().startswith("«") for label in panel.findChildren(QLabel) if label.text())
    choosing.found = choose(ROWS, Scenario("strict", Weights(), min_fps=6))
    choosing.changes = tuple(
        entry(at=f"2026-01-01T12:00:0{number}.000+00:00", **more)
        for number, more in enumerate(
            (
                {"gain": 0.5, "judged": True, "realised_gain": 0.4, "joules": 1.0},
                {"gain": 0.5, "judged": True, "realised_gain": -0.4},
                {"judged": True},
                {"gain": 0.5},
                {"gain": 0.5},
            )
        )
    )
    choosing.failures = (refusal(),)
    window.refresh()
    for label in panel.findChildren(QLabel):
        for line in re.split("<br>|<tr>", label.text()):
            words = re.sub("<[^>]*>|&nbsp;", "", line)
            # Names, figures and units stay, and so do the sentences of choosing.
            assert "«" in words or not re.search("[a-z]{4}", words) or named(words), words
    (toast,) = window.findChildren(Toast)
    assert toast.accessibleName().startswith("«")


def named(words: str) -> bool:
    """Whether *words* name a candidate, or say why one was rejected or how sure a figure is."""
    known = ("accurate", "fast", "frugal", "onnxruntime", "asked for", "declared")
    return any(word in words for word in known)


def test_the_translation_tools_find_every_text(tmp_path: Path) -> None:
    if importlib.util.find_spec("PyQt5.pylupdate_main") is None:
        pytest.skip("pylupdate5 is not installed (apt install pyqt5-dev-tools)")
    sources = sorted(map(str, Path(__file__).resolve().parents[3].glob("app/ui/**/*.py")))
    target = tmp_path / "saccade.ts"
    tool = [sys.executable, "-m", "PyQt5.pylupdate_main"]
    subprocess.run([*tool, *sources, "-ts", str(target)], check=True)
    found = target.read_text()
    assert "<name>@default</name>" not in found  # a text whose context is not known at run time
    for text in (
        "snapshot",
        "Reconnecting",
        "Network {network}",
        "overlay hidden",
        "Ranking",
        "by MQTT",
    ):
        assert f"<source>{text}</source>" in found
