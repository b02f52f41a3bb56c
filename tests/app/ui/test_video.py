from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QFont, QImage
from pytestqt.qtbot import QtBot

from app.colours import label_colour
from app.ui.theme import STAGE, Accents, fonts
from app.ui.video import VideoWidget
from app.ui.words import Parts, state_words
from models.image import Image
from pipelines.live.status import CameraState
from tests.app.ui.feeds import NumpyFeed, picture

RED, GREEN, BLUE = QColor("#ff0000"), QColor("#00ff00"), QColor("#0000ff")


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., VideoWidget]:
    def show(feed: NumpyFeed, width: int = 320, height: int = 240) -> VideoWidget:
        widget = VideoWidget(feed, fonts(QFont()), Accents(), Parts())
        qtbot.addWidget(widget)
        widget.setFocusPolicy(Qt.NoFocus)  # its frame would be in the picture
        widget.resize(width, height)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return show


def seen(widget: VideoWidget) -> QImage:
    return widget.grab().toImage()


def middle(widget: VideoWidget) -> QColor:
    """The colour at the right of the middle, where neither box nor sign is."""
    return seen(widget).pixelColor(widget.width() * 3 // 4, widget.height() // 2)


def test_the_picture_is_shown_with_what_was_found(
    qtbot: QtBot, feed: NumpyFeed, show: Callable[..., VideoWidget]
) -> None:
    widget = show(feed)
    qtbot.waitUntil(lambda: middle(widget) == RED)
    assert seen(widget).pixelColor(100, 200) == QColor(*label_colour("person"))
    widget.set_overlay(False)
    assert seen(widget).pixelColor(100, 200) == RED


def test_what_is_taken_is_released_and_the_slot_may_be_written_again(
    qtbot: QtBot, make_feed: Callable[..., NumpyFeed], show: Callable[..., VideoWidget]
) -> None:
    image: Image = np.full((240, 320, 3), (0, 0, 255), np.uint8)
    feed = make_feed(images=[image])
    widget = show(feed)
    qtbot.waitUntil(lambda: feed.taken >= 5)
    widget.stop()
    qtbot.waitUntil(lambda: feed.pins == 0)
    image[:] = 0
    assert middle(widget) == RED


def test_release_follows_even_when_the_picture_is_unusable(
    qtbot: QtBot, make_feed: Callable[..., NumpyFeed], show: Callable[..., VideoWidget]
) -> None:
    feed = make_feed(images=[np.zeros((4, 4, 3), np.float64)])  # type: ignore[list-item]
    with qtbot.captureExceptions() as caught:
        show(feed)
        qtbot.waitUntil(lambda: feed.taken == 1)
    assert caught
    assert feed.pins == 0


def test_no_picture_is_asked_for_oftener_than_the_display_shows_one(
    qtbot: QtBot, feed: NumpyFeed, show: Callable[..., VideoWidget]
) -> None:
    widget = show(feed)  # a feed that answers at once
    qtbot.waitUntil(lambda: len(feed.wanted_at) >= 40)
    rate = widget.screen().refreshRate()
    elapsed = feed.wanted_at[39] - feed.wanted_at[0]
    assert elapsed * rate + 1 >= 39


def test_a_hidden_widget_asks_for_nothing_and_resumes_when_shown(
    qtbot: QtBot, feed: NumpyFeed, show: Callable[..., VideoWidget]
) -> None:
    widget = show(feed)
    qtbot.waitUntil(lambda: feed.taken >= 3)
    widget.hide()
    qtbot.wait(100)
    wants = len(feed.wanted_at)
    qtbot.wait(200)
    assert len(feed.wanted_at) == wants
    assert feed.pins == 0
    widget.show()
    qtbot.waitUntil(lambda: len(feed.wanted_at) > wants + 3)


def test_an_announcement_without_a_picture_does_not_end_it(
    qtbot: QtBot, make_feed: Callable[..., NumpyFeed], show: Callable[..., VideoWidget]
) -> None:
    feed = make_feed(images=[])
    widget = show(feed)
    qtbot.waitUntil(lambda: feed.unanswered == 1)
    feed.images.append(picture())
    feed._notify()  # type: ignore[misc]
    qtbot.waitUntil(lambda: feed.taken >= 2)
    qtbot.waitUntil(lambda: middle(widget) == RED)


def test_nothing_is_taken_in_the_worker_s_thread(
    qtbot: QtBot, feed: NumpyFeed, show: Callable[..., VideoWidget]
) -> None:
    takers = set()
    take = feed.take

    def note() -> object:
        takers.add(threading.get_ident())
        return take()

    feed.take = note  # type: ignore[assignment, method-assign]
    show(feed)
    qtbot.waitUntil(lambda: feed.taken >= 3)
    assert takers == {threading.get_ident()}


def test_the_worker_may_announce_after_the_widget_is_gone(
    qtbot: QtBot, make_feed: Callable[..., NumpyFeed]
) -> None:
    feed = make_feed(images=[])
    widget = VideoWidget(feed, fonts(QFont()), Accents(), Parts())
    widget.stop()
    widget.deleteLater()
    qtbot.wait(50)
    assert feed._notify is not None
    feed._notify()


def test_frames_of_changing_size_are_shown_whole(
    qtbot: QtBot, make_feed: Callable[..., NumpyFeed], show: Callable[..., VideoWidget]
) -> None:
    sizes = [(320, 240), (1, 1), (640, 360), (3000, 2000), (17, 333), (200, 200)]
    feed = make_feed(images=[picture(*size) for size in sizes] + [picture(240, 240)])
    widget = show(feed)
    widget.set_overlay(False)
    qtbot.waitUntil(lambda: feed.taken > len(sizes) + 1)
    # Square in 320×240: the picture in the middle, the stage at both sides of it.
    qtbot.waitUntil(lambda: seen(widget).pixelColor(20, 200) == STAGE)
    shot = seen(widget)
    assert shot.pixelColor(45, 200) == RED
    assert shot.pixelColor(274, 200) == RED
    assert shot.pixelColor(300, 200) == STAGE


@pytest.mark.parametrize("size", [(80, 64), (320, 240), (777, 333), (3840, 2160)])
def test_any_size_of_the_widget_is_filled(
    qtbot: QtBot, feed: NumpyFeed, show: Callable[..., VideoWidget], size: tuple[int, int]
) -> None:
    widget = show(feed, *size)
    widget.set_overlay(False)
    qtbot.waitUntil(lambda: middle(widget) == RED)
    shot = seen(widget)
    assert {shot.pixelColor(x, size[1] - 1).name() for x in (0, size[0] - 1)} <= {
        RED.name(),
        STAGE.name(),
    }


REPLACED = [CameraState.RECONNECTING, CameraState.NO_CAMERA, CameraState.ERROR]
DIMMED = [CameraState.PAUSED, CameraState.STALE, CameraState.ENDED]


@pytest.mark.parametrize("state", [*REPLACED, *DIMMED, CameraState.STARTING])
def test_every_state_is_said_over_or_instead_of_the_picture(
    qtbot: QtBot, feed: NumpyFeed, show: Callable[..., VideoWidget], state: CameraState
) -> None:
    widget = show(feed)
    qtbot.waitUntil(lambda: middle(widget) == RED)
    feed.images = []
    qtbot.wait(50)
    feed.say(state, "Next try in 4 s.")
    widget.refresh(None)
    assert state_words(state)[0] in widget.accessibleName()
    assert "Next try in 4 s." in widget.accessibleName()
    assert widget.toolTip() == "Next try in 4 s."
    corner = seen(widget).pixelColor(4, 120)
    if state in DIMMED:
        assert 0 < corner.red() < 255  # the picture, darker
        assert (corner.green(), corner.blue()) == (0, 0)
    else:
        assert corner == STAGE
    bright = seen(widget)
    feed.say(state, "")
    widget.refresh(None)
    assert seen(widget) != bright  # the sentence was drawn


def test_a_returning_camera_does_not_begin_with_its_old_picture(
    qtbot: QtBot, feed: NumpyFeed, show: Callable[..., VideoWidget]
) -> None:
    widget = show(feed)
    qtbot.waitUntil(lambda: middle(widget) == RED)
    feed.images = []
    qtbot.wait(50)
    for state in (CameraState.RECONNECTING, CameraState.LIVE):
        feed.say(state)
        widget.refresh(None)
    assert middle(widget) == STAGE


def test_the_first_picture_ends_a_state_without_waiting_for_the_next_look(
    qtbot: QtBot, make_feed: Callable[..., NumpyFeed], show: Callable[..., VideoWidget]
) -> None:
    feed = make_feed(images=[])
    feed.say(CameraState.STARTING)
    widget = show(feed)
    qtbot.waitUntil(lambda: feed.unanswered == 1)
    assert widget.status.state is CameraState.STARTING
    feed.images = [picture()]
    feed.say(CameraState.LIVE)
    feed._wants.put(True)  # answers the request that is open
    qtbot.waitUntil(lambda: widget.status.state is CameraState.LIVE)
    assert middle(widget) == RED


def test_the_figures_are_spoken_and_do_not_jitter(
    qtbot: QtBot, feed: NumpyFeed, show: Callable[..., VideoWidget]
) -> None:
    widget = show(feed, width=1280, height=720)
    widget.refresh(None)
    assert "camera 30.0 fps" in widget.accessibleName()
    feed.said = replace(feed.said, capture_fps=9.5)
    widget.refresh(None)
    texts = [segment.text for segment in widget._band._segments]
    feed.said = replace(feed.said, capture_fps=30.0)
    widget.refresh(None)
    assert [len(text) for text in texts] == [len(s.text) for s in widget._band._segments]


def test_a_double_click_and_enter_ask_for_one_camera(
    qtbot: QtBot, feed: NumpyFeed, show: Callable[..., VideoWidget]
) -> None:
    widget = show(feed)
    with qtbot.waitSignal(widget.zoom_requested):
        qtbot.mouseDClick(widget, Qt.LeftButton)
    with qtbot.waitSignal(widget.zoom_requested):
        qtbot.keyClick(widget, Qt.Key_Return)


def test_once_stopped_nothing_is_taken_that_is_there_or_comes_later(
    qtbot: QtBot, make_feed: Callable[..., NumpyFeed], show: Callable[..., VideoWidget]
) -> None:
    feed = make_feed(images=[])
    widget = show(feed)
    qtbot.waitUntil(lambda: feed.unanswered == 1)
    feed.images = [picture()]
    feed._wants.put(True)
    assert feed.announced.wait(10)
    widget.stop()
    feed.announced.clear()
    feed._wants.put(True)  # the worker was about to answer
    assert feed.announced.wait(10)
    qtbot.wait(50)
    assert (feed.taken, feed.pins) == (0, 0)
    assert len(feed.wanted_at) == 1
