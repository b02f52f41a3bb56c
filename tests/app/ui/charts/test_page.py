"""The page of charts in an open window."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QTabBar
from pytestqt.qtbot import QtBot

from app.ui.charts.chart import Chart
from app.ui.charts.page import ChartsPage
from app.ui.panel.tabs import TabbedPanel
from app.ui.theme import DARK, LIGHT
from app.ui.window import MainWindow
from models.candidate import Candidate
from pipelines.live.status import Percentiles
from tests.app.ui.feeds import LIVE, NumpyApplication, NumpyFeed
from tests.app.ui.parts import OpenWindow, part

OTHER = Candidate("yolox-nano", "fp32", "onnxruntime")


def turn_to(window: MainWindow, word: str, qtbot: QtBot) -> None:
    if not window.findChildren(TabbedPanel):
        qtbot.keyClick(window, Qt.Key_C)
    bar = part(window, TabbedPanel).findChildren(QTabBar)[0]
    (index,) = (index for index in range(bar.count()) if bar.tabText(index) == word)
    qtbot.mouseClick(bar, Qt.LeftButton, pos=bar.tabRect(index).center())
    window.refresh()


def tell(application: NumpyApplication, second: float, **figures: object) -> None:
    """A snapshot of that second, in which every camera does as *figures* say."""
    assert application.latest is not None
    for feed in application.feeds:
        feed.said = replace(feed.said, **figures)
    application.latest = replace(
        application.latest, uptime_s=second, cameras=tuple(feed.said for feed in application.feeds)
    )


def charts(window: MainWindow) -> list[str]:
    return [chart.accessibleName() for chart in part(window, ChartsPage).findChildren(Chart)]


def lines(chart: Chart) -> list[tuple[list[float], str, bool]]:
    """Of every line that is drawn: its known figures, its colour, and whether it is dashed."""
    found = []
    for curve in chart._curves:
        values = curve.getData()[1]
        if values is not None and len(values):
            known = [round(float(value), 1) for value in values if not np.isnan(value)]
            pen = curve.opts["pen"]
            found.append((known, pen.color().name(), pen.style() == Qt.DashLine))
    return found


def test_the_figures_of_now_are_said_in_words(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    tell(application, 1.0)
    turn_to(window, "Charts", qtbot)
    assert charts(window) == [
        "fps, network 29.9, camera 30.0 (dashed)",
        "age, ms, p50 14, p95 18 (dashed)",
        "power, 6.6 W modelled",
        "temperature, 52 °C",
    ]
    assert application.latest is not None
    application.latest = replace(application.latest, uptime_s=2.0, power=None, temperature_c=None)
    tell(application, 2.0, fps=None, age_ms=None, capture_fps=None)
    window.refresh()
    assert charts(window) == [
        "fps, network —, camera — (dashed)",
        "age, ms, p50 —, p95 — (dashed)",
        "power, W —",
        "temperature, — °C",
    ]


def test_a_line_has_the_accent_of_the_network_that_ran(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow
) -> None:
    window = open_window(application)
    tell(application, 1.0)
    window.refresh()  # what was before the panel was opened is shown too
    tell(application, 2.0, candidate=OTHER, fps=21.0)
    turn_to(window, "Charts", qtbot)
    frames, age, *_ = part(window, ChartsPage).findChildren(Chart)
    one, other = (window._middle._accents(c, DARK).name() for c in (LIVE.candidate, OTHER))
    assert one != other
    assert lines(frames) == [
        ([30.0, 30.0], DARK.muted.name(), True),
        ([29.9], one, False),
        ([21.0], other, False),
    ]
    assert lines(age) == [
        ([18.1], one, True),
        ([18.1], other, True),
        ([14.2], one, False),
        ([14.2], other, False),
    ]


def test_it_is_about_the_camera_that_was_clicked(
    qtbot: QtBot,
    make_feed: Callable[..., NumpyFeed],
    tmp_path: Path,
    open_window: OpenWindow,
) -> None:
    application = NumpyApplication(make_feed("Gate cam"), make_feed("Yard"), folder=tmp_path)
    application.feeds[1].said = replace(
        application.feeds[1].said, fps=7.5, age_ms=Percentiles(90.0, 130.0, 150.0)
    )
    window = open_window(application)
    tell(application, 1.0)
    turn_to(window, "Charts", qtbot)
    assert charts(window)[0].startswith("fps, network 29.9")
    qtbot.mouseClick(window._views[1], Qt.LeftButton)
    # Figures keep the room of the widest before them.
    assert charts(window)[:2] == [
        "fps, network 7.5, camera 30.0 (dashed)",
        "age, ms, p50 90, p95 130 (dashed)",
    ]


@pytest.mark.parametrize(
    ("figures", "scale"),
    [
        ([29.9, 30.0], (0.0, 30.0)),
        ([30.2], (0.0, 40.0)),
        ([6.6], (0.0, 8.0)),
        ([0.0], (0.0, 1.0)),
        ([104.0], (0.0, 150.0)),
        ([14.0] * 99 + [2000.0], (0.0, 15.0)),  # a rare peak flattens nothing
        ([14.0] * 90 + [90.0] * 10, (0.0, 100.0)),
    ],
)
def test_scales_begin_at_nothing_and_grow_by_steps(
    qtbot: QtBot, figures: list[float], scale: tuple[float, float]
) -> None:
    assert _scale(qtbot, figures, around=False) == scale


@pytest.mark.parametrize(
    ("figures", "scale"),
    [([48.2, 52.3], (40.0, 60.0)), ([50.0], (50.0, 60.0)), ([-3.0], (-10.0, 0.0))],
)
def test_a_temperature_is_shown_between_tens(
    qtbot: QtBot, figures: list[float], scale: tuple[float, float]
) -> None:
    assert _scale(qtbot, figures, around=True) == scale


def _scale(qtbot: QtBot, figures: list[float], *, around: bool) -> tuple[float, float]:
    from PyQt5.QtGui import QFont

    from app.ui.charts.chart import Trace
    from app.ui.theme import fonts

    chart = Chart(300, fonts(QFont()), DARK, around=around)
    qtbot.addWidget(chart)
    values = np.array([np.nan, *figures])
    chart.draw(np.arange(-len(figures), 1.0), [Trace(values, DARK.text)], [], DARK)
    return chart._scale


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_theme_is_the_window_s(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow, theme: str
) -> None:
    window = open_window(application, theme=theme)
    tell(application, 1.0)
    turn_to(window, "Charts", qtbot)
    chart = part(window, ChartsPage).findChildren(Chart)[3]
    palette = {"dark": DARK, "light": LIGHT}[theme]
    image = chart.grab().toImage()
    assert image.pixelColor(image.width() - 3, image.height() // 2) == palette.panel


@pytest.mark.parametrize(("height", "columns"), [(480, 2), (720, 1)])
def test_a_low_window_has_them_two_by_two(
    qtbot: QtBot, application: NumpyApplication, open_window: OpenWindow, height: int, columns: int
) -> None:
    window = open_window(application)
    window.showNormal()
    window.resize(800, height)
    turn_to(window, "Charts", qtbot)
    qtbot.wait(20)
    page = part(window, ChartsPage)
    assert len({chart.x() for chart in page.findChildren(Chart)}) == columns
    for chart in page.findChildren(Chart):
        corner = chart.mapTo(window, chart.rect().bottomRight())
        assert corner.x() < window.width()
        assert corner.y() < window.height()


def test_a_window_whose_charts_nobody_asks_for_does_not_load_their_library(
    tmp_path: Path,
) -> None:
    code = """
import sys
from pathlib import Path
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from app.ui.app import _application
application = _application()
from app.ui.panel.tabs import TabbedPanel
from app.ui.window import MainWindow
from tests.app.ui.feeds import NumpyApplication, NumpyFeed
feed = NumpyFeed()
window = MainWindow(NumpyApplication(feed, folder=Path(".")))
window.present()
QTest.keyClick(window, Qt.Key_C)
window.refresh()
assert window.findChildren(TabbedPanel)[0].isVisible()
assert not {"pyqtgraph", "tomlkit", "requests"} & set(sys.modules)
window.close()
feed.close()
"""
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).resolve().parents[4],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        check=True,
        timeout=60,
    )
