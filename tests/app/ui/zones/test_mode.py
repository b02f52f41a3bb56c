"""Zones drawn in the window by mouse and keys, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.ui.video import VideoWidget
from app.ui.window import MainWindow
from app.ui.zones.bar import ZoneBar
from app.ui.zones.editor import ZoneEditor
from models.errors import ConfigError
from pipelines.tracking.zones import Zone
from tests.app.ui.feeds import NumpyApplication, NumpyFeed
from tests.app.ui.parts import OpenWindow, shown, toast

DOOR = Zone("door", ((0.1, 0.5), (0.4, 0.5), (0.4, 0.9), (0.1, 0.9)), ("person",))


class Drawn:
    """An open window in which zones are drawn, and fingers for it."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window
        views = window.findChildren(VideoWidget)
        qtbot.waitUntil(lambda: all(view.has_picture for view in views))
        qtbot.keyClick(window, Qt.Key_Z)

    @property
    def editor(self) -> ZoneEditor:
        (editor,) = shown(self.window, ZoneEditor)
        assert isinstance(editor, ZoneEditor)
        return editor

    def at(self, x: float, y: float) -> QPoint:
        view = self.editor.parentWidget()
        assert isinstance(view, VideoWidget)
        target = view.target
        return QPoint(
            round(target.left() + x * target.width()), round(target.top() + y * target.height())
        )

    def click(self, x: float, y: float, *, double: bool = False) -> None:
        # As a mouse does it: a double-click's first half is a click.
        self.qtbot.mouseClick(self.editor, Qt.LeftButton, pos=self.at(x, y))
        if double:
            self.qtbot.mouseDClick(self.editor, Qt.LeftButton, pos=self.at(x, y))

    def move(self, x: float, y: float) -> None:
        place = QPointF(self.at(x, y))
        event = QMouseEvent(QEvent.MouseMove, place, Qt.NoButton, Qt.LeftButton, Qt.NoModifier)
        QApplication.sendEvent(self.editor, event)

    def key(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.editor, key)

    def button(self, word: str) -> None:
        buttons = {each.text(): each for each in self.editor.findChildren(QPushButton)}
        self.qtbot.mouseClick(buttons[word], Qt.LeftButton)

    def field(self, name: str) -> QLineEdit:
        return next(
            each for each in self.editor.findChildren(QLineEdit) if each.accessibleName() == name
        )

    @property
    def said(self) -> str:
        return self.editor.findChildren(ZoneBar)[0].accessibleName()


@pytest.fixture
def draw(qtbot: QtBot, open_window: OpenWindow) -> Callable[[NumpyApplication], Drawn]:
    return lambda application: Drawn(qtbot, open_window(application))


def near(zone: Zone, *points: tuple[float, float]) -> bool:
    """Whether its corners are *points*, to a pixel or two."""
    pairs = zip(zone.points, points, strict=True)
    return all(abs(a - c) < 0.01 and abs(b - d) < 0.01 for (a, b), (c, d) in pairs)


def test_a_zone_is_drawn_named_and_kept(
    application: NumpyApplication, draw: Callable[[NumpyApplication], Drawn]
) -> None:
    drawn = draw(application)
    for x, y in ((0.2, 0.2), (0.6, 0.2), (0.6, 0.7)):
        drawn.click(x, y)
    drawn.click(0.2, 0.7, double=True)
    drawn.qtbot.keyClicks(drawn.field("Labels, or all"), "person, dog,, person")
    drawn.field("Name").selectAll()
    drawn.qtbot.keyClicks(drawn.field("Name"), "Door mat")
    drawn.button("save")
    (zone,) = application.zoning.zones["Gate cam"]
    assert (zone.name, zone.labels) == ("Door mat", ("person", "dog"))
    assert near(zone, (0.2, 0.2), (0.6, 0.2), (0.6, 0.7), (0.2, 0.7))
    assert toast(drawn.window) == "zones saved"
    assert shown(drawn.window, ZoneEditor) == []
    assert drawn.window.focusWidget() is drawn.window
    drawn.qtbot.keyClick(drawn.window, Qt.Key_Z)
    assert drawn.editor.zones == (zone,)


def test_a_corner_is_dragged_and_another_removed(
    application: NumpyApplication, draw: Callable[[NumpyApplication], Drawn]
) -> None:
    application.zoning.zones["Gate cam"] = (DOOR,)
    drawn = draw(application)
    drawn.qtbot.mousePress(drawn.editor, Qt.LeftButton, pos=drawn.at(0.4, 0.5))
    drawn.move(0.6, 0.3)
    drawn.qtbot.mouseRelease(drawn.editor, Qt.LeftButton, pos=drawn.at(0.6, 0.3))
    drawn.click(0.1, 0.9)
    drawn.key(Qt.Key_Delete)
    drawn.key(Qt.Key_Return)
    (zone,) = application.zoning.zones["Gate cam"]
    assert near(zone, (0.1, 0.5), (0.6, 0.3), (0.4, 0.9))
    assert zone.labels == ("person",)


def test_the_keyboard_alone_draws_a_zone(
    application: NumpyApplication, draw: Callable[[NumpyApplication], Drawn]
) -> None:
    drawn = draw(application)
    drawn.key(Qt.Key_Insert)
    drawn.key(Qt.Key_Left)
    drawn.key(Qt.Key_N)
    drawn.key(Qt.Key_Up)
    drawn.qtbot.keyClick(drawn.editor, Qt.Key_Up, Qt.ShiftModifier)
    drawn.key(Qt.Key_Return)
    (zone,) = application.zoning.zones["Gate cam"]
    assert zone.points[0] == pytest.approx((0.28, 0.5))
    assert zone.points[1] == pytest.approx((0.7, 0.478))


def test_escape_drops_what_is_open_then_leaves_everything_as_it_was(
    application: NumpyApplication, draw: Callable[[NumpyApplication], Drawn]
) -> None:
    application.zoning.zones["Gate cam"] = (DOOR,)
    drawn = draw(application)
    drawn.click(0.6, 0.2)
    drawn.click(0.8, 0.2)
    drawn.key(Qt.Key_Escape)
    assert drawn.editor.zones == (DOOR,)
    drawn.click(0.2, 0.6)
    drawn.button("remove")
    assert drawn.editor.zones == ()
    drawn.key(Qt.Key_Escape)
    assert shown(drawn.window, ZoneEditor) == []
    assert application.zoning.zones["Gate cam"] == (DOOR,)


def test_escape_from_anywhere_leaves_the_mode_and_nothing_else(
    application: NumpyApplication, draw: Callable[[NumpyApplication], Drawn]
) -> None:
    drawn = draw(application)
    application.measuring = True
    drawn.window.setFocus()
    drawn.qtbot.keyClick(drawn.window, Qt.Key_Escape)
    assert shown(drawn.window, ZoneEditor) == []
    assert application.measuring


def test_what_cannot_be_says_why_and_is_not_left(
    application: NumpyApplication, draw: Callable[[NumpyApplication], Drawn]
) -> None:
    drawn = draw(application)
    drawn.click(0.2, 0.2)
    drawn.click(0.6, 0.2)
    drawn.key(Qt.Key_Z)
    assert "three corners" in drawn.said
    drawn.click(0.2, 0.6)
    drawn.click(0.6, 0.6)
    drawn.key(Qt.Key_Return)
    assert "must not cross" in drawn.said
    drawn.key(Qt.Key_Backspace)
    drawn.key(Qt.Key_Return)
    drawn.key(Qt.Key_Return)
    assert len(application.zoning.zones["Gate cam"]) == 1


def test_zones_that_the_configuration_refuses_stay_on_the_screen(
    application: NumpyApplication,
    draw: Callable[[NumpyApplication], Drawn],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(camera: str, zones: object) -> str:
        raise ConfigError("Gate cam.zone[1].name = 'door': another zone has this name")

    monkeypatch.setattr(application.zoning, "change", refuse)
    drawn = draw(application)
    drawn.key(Qt.Key_Insert)
    drawn.key(Qt.Key_Return)
    assert "another zone has this name" in drawn.said


def test_zones_that_cannot_be_kept_hold_and_say_so(
    application: NumpyApplication, draw: Callable[[NumpyApplication], Drawn]
) -> None:
    application.zoning.refusal = "config.toml: cannot be written: Permission denied"
    drawn = draw(application)
    drawn.key(Qt.Key_Insert)
    drawn.key(Qt.Key_Return)
    assert "until the end of this run" in toast(drawn.window)
    assert "Permission denied" in toast(drawn.window)


def test_several_cameras_are_drawn_on_one_at_a_time(
    qtbot: QtBot,
    make_feed: Callable[..., NumpyFeed],
    draw: Callable[[NumpyApplication], Drawn],
    tmp_path: Path,
) -> None:
    application = NumpyApplication(make_feed("one"), make_feed("two"), folder=tmp_path)
    drawn = draw(application)
    (view,) = shown(drawn.window, VideoWidget)
    assert isinstance(view, VideoWidget)
    assert view.status.name == "one"
    drawn.key(Qt.Key_Insert)
    drawn.key(Qt.Key_Return)
    assert list(application.zoning.zones) == ["one"]
    assert len(shown(drawn.window, VideoWidget)) == 2


def test_without_a_picture_there_is_nothing_to_draw_on(
    qtbot: QtBot, make_feed: Callable[..., NumpyFeed], open_window: OpenWindow, tmp_path: object
) -> None:
    window = open_window(NumpyApplication(make_feed(images=[]), folder=tmp_path))
    qtbot.keyClick(window, Qt.Key_Z)
    assert "there is no picture yet" in toast(window)
    assert shown(window, ZoneEditor) == []


@pytest.mark.parametrize("size", [(800, 480), (480, 320)])
def test_the_bar_leaves_the_picture_room_and_fingers_too(
    application: NumpyApplication,
    draw: Callable[[NumpyApplication], Drawn],
    size: tuple[int, int],
) -> None:
    drawn = draw(application)
    drawn.window.resize(*size)
    view = drawn.editor.parentWidget()
    assert isinstance(view, VideoWidget)
    bar = drawn.editor.findChildren(ZoneBar)[0]
    assert view.target.bottom() < bar.geometry().top()
    assert bar.geometry().bottom() == view.rect().bottom()
    for part in (*bar.findChildren(QPushButton), *bar.findChildren(QLineEdit)):
        assert part.height() >= 44
        assert part.accessibleName() or part.text()
        assert bar.rect().contains(part.geometry())
