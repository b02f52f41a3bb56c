"""Every change is told once."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from app.ui.choice.news import Message, News
from tests.app.ui.choice.examples import entry, refusal
from tests.app.ui.feeds import NumpyApplication, Wishes
from tests.app.ui.parts import OpenWindow, toast


def test_a_change_is_told_once_and_not_again_when_it_was_judged() -> None:
    choosing = Wishes()
    choosing.changes = (entry(),)
    news = News(choosing, ["Gate cam"])
    assert news.latest() is None  # from before the window was opened
    second = entry(at="2026-01-01T12:00:30.000+00:00", gain=0.5)
    choosing.changes = (entry(), second)
    assert news.latest() == Message("fast runs now: figure of merit +50 % expected for energy")
    assert news.latest() is None
    choosing.changes = (entry(), replace(second, judged=True, realised_gain=0.4))
    assert news.latest() is None


def test_a_failure_comes_before_all_else() -> None:
    choosing = Wishes()
    news = News(choosing, ["Gate cam"])
    choosing.changes, choosing.failures = (entry(),), (refusal(),)
    message = news.latest()
    assert message is not None
    assert message.bad
    assert message.text.startswith("frugal cannot be run, fast stays: ")
    assert news.latest() is None


def test_of_several_cameras_it_says_which() -> None:
    choosing = Wishes()
    news = News(choosing, ["gate", "yard"])
    choosing.changes = (entry(),)
    message = news.latest()
    assert message is not None
    assert message.text == "gate: fast runs now"


def test_the_window_says_it(
    application: NumpyApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    open_window_ = open_window(application)
    application.choosing.failures = (refusal(),)
    qtbot.waitUntil(lambda: toast(open_window_).startswith("frugal cannot be run, fast stays"))
