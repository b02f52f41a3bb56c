"""The networks while some of them run."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import pytest

from app.library import Library, in_use
from models import catalogue
from models.candidate import Candidate
from models.errors import InputError
from models.store import Store
from tests.app.ui.feeds import NumpyApplication, NumpyFeed
from tests.app.ui.live import LARGE, SMALL, make_session


def test_what_runs_is_in_use_and_cannot_be_removed(tmp_path: Path) -> None:
    threads = cv2.getNumThreads()
    session = make_session(tmp_path)
    session.start()
    try:
        deadline_s = time.monotonic() + 60
        while not session.library.in_use() and time.monotonic() < deadline_s:
            time.sleep(0.05)
        assert session.library.in_use() == {LARGE: "Gate cam"}
        with pytest.raises(InputError, match=f"network '{LARGE}' runs for Gate cam"):
            session.library.remove(LARGE)
        with pytest.raises(InputError, match="comes with Saccade"):
            session.library.remove(SMALL)
    finally:
        session.stop()
        cv2.setNumThreads(threads)


def test_what_is_installed_is_not_to_be_had(tmp_path: Path, real: Path) -> None:
    library = Library(Store(tmp_path / "networks"), dict, str(real / "original"))
    assert [network.name for network in library.available()] == list(catalogue.names())
    installed = library.install("yunet", lambda done, total: None)
    assert (installed.name, installed.state) == ("yunet", "installed")
    assert "yunet" not in [network.name for network in library.available()]
    assert "yunet" in [entry.name for entry in library.installed()]
    library.remove("yunet")
    assert "yunet" in [network.name for network in library.available()]


def test_the_engines_begin_when_the_download_is_complete(tmp_path: Path, real: Path) -> None:
    library = Library(Store(tmp_path / "networks"), dict, str(real / "original"))
    told: list[object] = []
    library.install("yunet", lambda done, total: told.append(done), lambda: told.append("arrived"))
    size = catalogue.manifest("yunet").size
    assert told[-2:] == [size, "arrived"]


def test_whoever_watches_can_end_a_download_and_what_came_is_kept(
    tmp_path: Path, real: Path
) -> None:
    store = Store(tmp_path / "networks")
    library = Library(store, dict, str(real / "original"))

    def stop(done: int, total: int | None) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        library.install("yunet", stop)
    assert [path.suffix for path in store.downloads.glob("*.part")] == [".part"]
    assert "yunet" not in [entry.name for entry in library.installed()]


def test_several_cameras_may_use_one_network_and_what_loads_counts(tmp_path: Path) -> None:
    feeds = [NumpyFeed(name) for name in ("Gate", "Yard")]
    try:
        application = NumpyApplication(*feeds, folder=tmp_path)
        application.choosing.loading = Candidate("yunet", "fp32", "onnxruntime")
        assert in_use(feeds, application.choosing) == {
            "fastestdet": "Gate, Yard",
            "yunet": "Gate, Yard",
        }
    finally:
        for feed in feeds:
            feed.close()


def test_what_is_given_up_before_it_is_checked_is_kept(tmp_path: Path, real: Path) -> None:
    store = Store(tmp_path / "networks")
    library = Library(store, dict, str(real / "original"))

    def stop() -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        library.install("yunet", lambda done, total: None, stop)
    assert "yunet" not in [entry.name for entry in library.installed()]
    kept = [path for path in store.downloads.iterdir() if path.name != ".lock"]
    assert [path.stat().st_size for path in kept] == [catalogue.manifest("yunet").size]
