"""The window on a real session: dragging the triangle's point changes the network that runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QLabel, QTabBar
from pytestqt.qtbot import QtBot

from app.session import Session
from app.ui.charts.chart import Chart
from app.ui.charts.page import ChartsPage
from app.ui.choice.changes import ChangesList
from app.ui.choice.page import ChoicePage
from app.ui.networks.card import Card
from app.ui.networks.page import NetworksPage
from app.ui.settings.page import SettingsPage
from app.ui.toast import Toast
from app.ui.triangle_widget import TriangleWidget
from app.ui.window import MainWindow
from models.store import BUNDLED
from tests.app.ui.charts.test_page import turn_to
from tests.app.ui.choice.test_changes import shown
from tests.app.ui.live import LARGE, SMALL, TWO, Figures, make_session
from tests.app.ui.parts import OpenWindow, part

WAIT_MS = 60_000
FILE = f"{SMALL}.onnx"

Open = Callable[..., MainWindow]


@pytest.fixture
def sessions() -> Iterator[list[Session]]:
    """Started ones, which end with the test."""
    threads = cv2.getNumThreads()
    started: list[Session] = []
    yield started
    for session in started:
        report = session.stop()
        session.raise_failure()
        for camera in report["cameras"]:
            frames = camera["frames"]
            parts = ("processed", "overwritten", "in_flight", "pending")
            assert frames["captured"] == sum(frames[part] for part in parts)
    cv2.setNumThreads(threads)


@pytest.fixture
def open_live(
    tmp_path: Path, sessions: list[Session], open_window: OpenWindow, qtbot: QtBot
) -> Open:
    """A window with its panel, over a session that runs the network of the figures' accuracy."""

    def open_(figures: Figures = TWO) -> MainWindow:
        session = make_session(tmp_path, figures)
        session.start()
        sessions.append(session)
        window = open_window(session)
        qtbot.keyClick(window, Qt.Key_C)
        best = max(figures, key=lambda name: figures[name][0])
        qtbot.waitUntil(lambda: running(session) == best, timeout=WAIT_MS)
        triangle = part(window, TriangleWidget)
        qtbot.waitUntil(lambda: triangle._painter is not None, timeout=WAIT_MS)  # type: ignore[attr-defined]
        return window

    return open_


def running(session: Session) -> str:
    candidate = session.feeds[0].status().candidate
    return candidate.network if candidate else ""


def drag(window: MainWindow, *way: tuple[float, float, float]) -> None:
    """Press on the point where it is, draw it along *way*, and let go: as the mouse would."""
    triangle = part(window, TriangleWidget)
    assert isinstance(triangle, TriangleWidget)
    assert triangle._painter is not None
    shape = triangle._painter.shape
    start = triangle.weights.point
    assert start is not None

    def place(point: tuple[float, ...]) -> QPoint:
        # The window's own events reach whatever lies on top at this place.
        return triangle.mapTo(window, shape.point(point).toPoint())

    handle = window.windowHandle()
    QTest.mousePress(handle, Qt.LeftButton, pos=place(start))
    for point in way:
        QTest.mouseMove(handle, place(point))
    QTest.mouseRelease(handle, Qt.LeftButton, pos=place(way[-1]))


def turn_to_changes(window: MainWindow, qtbot: QtBot) -> list[list[str]]:
    """What the account in the panel says, line by line."""
    panel = part(window, ChoicePage)
    (tabs,) = panel.findChildren(QTabBar)
    qtbot.mouseClick(tabs, Qt.LeftButton, pos=tabs.tabRect(1).center())
    window.refresh()
    return shown(panel.findChildren(ChangesList)[0])


def test_dragging_the_point_changes_the_network_and_the_window_tells_of_it(
    open_live: Open, sessions: list[Session], qtbot: QtBot
) -> None:
    window = open_live()
    (session,) = sessions
    drag(window, (0.6, 0.3, 0.1), (0.2, 0.6, 0.2), (0.0, 0.9, 0.1))
    assert session.choosing.in_force.now.source == "user"
    qtbot.waitUntil(lambda: running(session) == SMALL, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: f"{SMALL} runs now" in part(window, Toast).accessibleName())
    # and back again
    drag(window, (0.9, 0.05, 0.05))
    qtbot.waitUntil(lambda: running(session) == LARGE, timeout=WAIT_MS)
    (tabs,) = part(window, ChoicePage).findChildren(QTabBar)
    qtbot.waitUntil(lambda: tabs.tabText(1) == "Changes (2)", timeout=WAIT_MS)
    newest, first = turn_to_changes(window, qtbot)
    assert [newest[0].split()[2], newest[1].split()[1]] == [SMALL, LARGE]
    assert [first[0].split()[2], first[1].split()[1]] == [LARGE, SMALL]
    assert "ms without a result" in first[3]
    assert newest[4] == "for custom, asked for by you why?"


def cut(folder: Path) -> None:
    file = folder / FILE
    file.write_bytes(file.read_bytes()[:1000])


def overwrite(folder: Path) -> None:
    file = folder / FILE
    file.write_bytes(bytes(file.stat().st_size))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (cut, f"{FILE}: has 1000 bytes"),
        (overwrite, "its SHA-256 begins with"),
        (lambda folder: (folder / FILE).unlink(), "there is no such file"),
        (shutil.rmtree, "unknown network &#x27;copied&#x27;"),
    ],
    ids=["cut off", "overwritten", "removed", "uninstalled"],
)
def test_a_network_that_cannot_be_loaded_leaves_the_old_one_and_the_window_says_so(
    open_live: Open,
    sessions: list[Session],
    qtbot: QtBot,
    tmp_path: Path,
    spoil: Callable[[Path], None],
    reason: str,
) -> None:
    copied = tmp_path / "networks" / "copied"
    shutil.copytree(BUNDLED / SMALL, copied)
    manifest = copied / "manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    assert f'name = "{SMALL}"' in text
    manifest.write_text(text.replace(f'name = "{SMALL}"', 'name = "copied"'), encoding="utf-8")
    window = open_live({LARGE: TWO[LARGE], "copied": TWO[SMALL]})
    (session,) = sessions
    spoil(copied)  # while it is about to be loaded
    drag(window, (0.0, 0.9, 0.1))
    told = part(window, Toast)
    qtbot.waitUntil(
        lambda: told.accessibleName().startswith(f"copied cannot be run, {LARGE} stays: "),
        timeout=WAIT_MS,
    )
    processed = session.feeds[0].status().frames.processed
    qtbot.waitUntil(lambda: session.feeds[0].status().frames.processed > processed + 5)
    assert running(session) == LARGE
    ((head, sentence),) = turn_to_changes(window, qtbot)
    assert head.endswith("failed")
    assert reason in sentence


def test_every_page_shows_the_real_session(
    open_live: Open, sessions: list[Session], qtbot: QtBot
) -> None:
    window = open_live()
    (session,) = sessions
    turn_to(window, "Charts", qtbot)
    charts = part(window, ChartsPage).findChildren(Chart)

    def told() -> list[str]:
        return [chart.accessibleName() for chart in charts]

    qtbot.waitUntil(
        lambda: "network —" not in told()[0] and "p50 —" not in told()[1], timeout=WAIT_MS
    )
    assert "W modelled" in told()[2] or "W measured" in told()[2] or told()[2] == "power, W —"
    turn_to(window, "Networks", qtbot)
    (runs,) = (card for card in part(window, NetworksPage).findChildren(Card) if card.name == LARGE)
    assert runs.accessibleName() == f"{LARGE}: runs for Gate cam"
    turn_to(window, "Settings", qtbot)
    page = part(window, SettingsPage)
    texts = [label.text() for label in page.findChildren(QLabel)]
    assert "Gate cam is not in the file: the command line named it." in texts
    assert session.feeds[0].status().fps
