"""The page of networks, on a real store and a real server."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from app.library import Library
from app.ui.networks.card import Card
from app.ui.networks.page import NetworksPage
from app.ui.window import MainWindow
from models import catalogue
from models.store import Store
from tests.app.ui.charts.test_page import turn_to
from tests.app.ui.feeds import NumpyApplication
from tests.app.ui.parts import OpenWindow, part
from tests.models.server import Behaviour, serving

FILE = catalogue.manifest("yunet").file
WAIT_MS = 60_000

Open = Callable[..., MainWindow]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "networks")


@pytest.fixture
def open_page(
    application: NumpyApplication, store: Store, open_window: OpenWindow, qtbot: QtBot
) -> Open:
    def open_(mirror: str | None = None) -> MainWindow:
        application.library = Library(store, lambda: application.in_use, mirror)
        window = open_window(application)
        turn_to(window, "Networks", qtbot)
        return window

    return open_


def card(window: MainWindow, name: str) -> Card:
    (found,) = (each for each in window.findChildren(Card) if each.name == name)
    return found


def names(window: MainWindow) -> set[str]:
    return {each.name for each in window.findChildren(Card)}


def button(window: MainWindow, name: str) -> QPushButton:
    return card(window, name).findChildren(QPushButton)[0]


def press(window: MainWindow, name: str) -> None:
    button(window, name).click()


def offered(window: MainWindow, name: str) -> str:
    found = button(window, name)
    return found.text() if not found.isHidden() else ""


def state(window: MainWindow, name: str) -> str:
    return card(window, name).accessibleName().partition(": ")[2]


def content(real: Path) -> bytes:
    return (real / "original" / FILE).read_bytes()


def test_every_network_is_told_with_its_licence_before_it_is_downloaded(open_page: Open) -> None:
    window = open_page()
    text = card(window, "fastestdet")._text.text()
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    for words in ("finds things", "fp32", "1.0 MB", "AP50 33.1% measured", "BSD-3-Clause"):
        assert words in text
    assert "from raw.githubusercontent.com" in text
    assert offered(window, "fastestdet") == "Download 1.0 MB"
    assert button(window, "fastestdet").height() >= 44
    assert button(window, "fastestdet").accessibleName() == "Download 1.0 MB: fastestdet"
    assert offered(window, "vgg-ssd-labels") == ""  # bundled ones stay
    assert names(window) == {
        *catalogue.names(),
        *(entry.name for entry in Store(Path("/none")).list()),
    }


def copy_bundled(store: Store) -> Path:
    """A network of the user's own, named "copied"; returns its file."""
    bundled = Store(store.folder / "none").get("tiny-yolo-labels")
    copied = store.folder / "copied"
    shutil.copytree(bundled.path.parent, copied)
    manifest = copied / "manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    own = text.replace('name = "tiny-yolo-labels"', 'name = "copied"')
    manifest.write_text(own, encoding="utf-8")
    return copied / bundled.path.name


def test_a_download_is_cancelled_goes_on_from_there_and_is_checked_and_installed(
    open_page: Open, store: Store, real: Path, qtbot: QtBot
) -> None:
    whole = content(real)
    # Cut again and again, so that there is something to cancel.
    behaviour = Behaviour({FILE: whole}, cut=[40_000] * 50)
    with serving(behaviour) as server:
        window = open_page(server.url)
        press(window, "yunet")
        assert offered(window, "yunet") == "Cancel"
        assert not button(window, "fastestdet").isEnabled()  # one thing at a time
        qtbot.waitUntil(lambda: len(server.requests) >= 2, timeout=WAIT_MS)
        press(window, "yunet")
        assert not button(window, "yunet").isEnabled()
        qtbot.waitUntil(lambda: "not installed" in state(window, "yunet"), timeout=WAIT_MS)
        (kept,) = store.downloads.glob("*.part")
        assert 0 < kept.stat().st_size < len(whole)
        assert button(window, "fastestdet").isEnabled()
        behaviour.cut.clear()
        press(window, "yunet")
        qtbot.waitUntil(lambda: offered(window, "yunet") == "Remove", timeout=WAIT_MS)
        assert server.requests[-1][1] is not None  # a range: the rest alone
    assert state(window, "yunet") == "verified: its SHA-256 is right"
    assert store.get("yunet").path.read_bytes() == whole
    assert not card(window, "yunet").findChildren(QProgressBar)[0].isVisible()


def test_removing_asks_once_more(open_page: Open, store: Store, qtbot: QtBot) -> None:
    copy_bundled(store)
    window = open_page()
    press(window, "copied")
    assert offered(window, "copied") == "Really remove?"
    assert store.get("copied")
    press(window, "copied")
    qtbot.waitUntil(lambda: "copied" not in names(window), timeout=WAIT_MS)
    assert "copied" not in {entry.name for entry in store.list()}


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        ({"status": [404]}, "the server answers 404"),
        ({"files": {FILE: b"not what was promised"}}, "it is not the file that was promised"),
    ],
    ids=["absent", "another file"],
)
def test_what_fails_is_said_in_one_sentence(
    open_page: Open,
    store: Store,
    real: Path,
    qtbot: QtBot,
    spoil: dict[str, object],
    sentence: str,
) -> None:
    told = {"files": {FILE: content(real)}, **spoil}
    with serving(Behaviour(**told)) as server:  # type: ignore[arg-type]
        window = open_page(server.url)
        press(window, "yunet")
        qtbot.waitUntil(lambda: sentence in state(window, "yunet"), timeout=WAIT_MS)
    assert offered(window, "yunet").startswith("Download")
    assert button(window, "yunet").isEnabled()
    assert "yunet" not in {entry.name for entry in store.list()}


def test_what_runs_cannot_be_removed(
    open_page: Open, application: NumpyApplication, store: Store, qtbot: QtBot
) -> None:
    copy_bundled(store)
    window = open_page()
    application.in_use = {"copied": "Gate cam"}
    window.refresh()
    assert offered(window, "copied") == ""
    assert state(window, "copied") == "runs for Gate cam"
    # Even if it begins to run between the two presses.
    application.in_use = {}
    window.refresh()
    press(window, "copied")
    application.in_use = {"copied": "Gate cam"}
    press(window, "copied")
    qtbot.waitUntil(lambda: "network 'copied' runs for Gate cam" in state(window, "copied"))
    assert store.get("copied")


def test_verifying_finds_what_was_spoilt(open_page: Open, store: Store, qtbot: QtBot) -> None:
    file = copy_bundled(store)
    file.write_bytes(bytes(file.stat().st_size))
    window = open_page()
    assert state(window, "copied") == ""
    verify = part(window, NetworksPage)._verify  # type: ignore[attr-defined]
    verify.click()
    assert not verify.isEnabled()
    qtbot.waitUntil(verify.isEnabled, timeout=WAIT_MS)
    assert state(window, "copied").startswith("damaged: ")
    assert state(window, "vgg-ssd-labels") == "verified: its SHA-256 is right"
    assert offered(window, "copied") == "Remove"
