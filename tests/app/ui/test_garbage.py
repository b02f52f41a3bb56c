"""Which thread collects garbage while a window is open."""

from __future__ import annotations

import gc
import threading
from typing import ClassVar

from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.garbage import collected_here


class Cycle:
    """Garbage that only the collector finds; says which thread found it."""

    found_by: ClassVar[list[str]] = []

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        self.found_by.append(threading.current_thread().name)


def test_no_other_thread_collects(qtbot: QtBot, qapp: QApplication) -> None:
    Cycle.found_by = []

    def work() -> None:
        for _ in range(3000):
            Cycle()

    with collected_here():
        worker = threading.Thread(target=work, name="worker")
        worker.start()
        worker.join()
        assert Cycle.found_by == []
        qtbot.waitUntil(lambda: len(Cycle.found_by) == 3000, timeout=10_000)
    assert set(Cycle.found_by) == {threading.main_thread().name}
    assert gc.isenabled()
