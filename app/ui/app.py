"""Runs the window: Qt's application, its signals, and its end."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from PyQt5.QtCore import QMessageLogContext, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PyQt5.QtGui import QGuiApplication, QIcon
from PyQt5.QtWidgets import QApplication

from app.controls import Controls
from app.display import platform_to_set
from app.instance import COME_FORWARD
from app.ui import translations
from app.ui.garbage import collected_here
from app.ui.window import MainWindow

log = logging.getLogger(__name__)

# For a checkout; where Saccade is installed the desktop knows it.
_ICON = Path(__file__).resolve().parents[2] / "packaging" / "desktop" / "saccade.svg"


def run_window(
    controls: Controls,
    *,
    kiosk: bool = False,
    theme: str = "system",
    language: str = translations.AUTO,
    on_ready: Callable[[], None] | None = None,
) -> int:
    """Show *controls* until the window is closed, a signal comes, or the application ends.

    Call it from the main thread, after `app.display.display_available`. *theme* is "dark",
    "light" or "system", *language* "en", "de" or "auto"; *on_ready* is called once the window is
    shown. Returns the exit status; an exception in the window's own code is raised again here.
    What failed inside the application is the caller's to report.
    """
    application = _application()
    translations.install(application, language)
    window = MainWindow(controls, kiosk=kiosk, theme_name=theme)
    failures: list[BaseException] = []

    def fail(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        failures.append(error.with_traceback(trace))
        application.quit()

    # Without a hook of its own, PyQt aborts the process at the first exception in a slot.
    previous_hook, sys.excepthook = sys.excepthook, fail
    try:
        calls = {
            signal.SIGINT: window.close,
            signal.SIGTERM: window.close,
            COME_FORWARD: window.come_forward,
        }
        with _signals(calls), collected_here():
            window.present()
            if on_ready is not None:
                QTimer.singleShot(0, on_ready)
            status = application.exec_()
    finally:
        sys.excepthook = previous_hook
        window.close()
        window.deleteLater()
    if failures:
        raise failures[0]
    return int(status)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    """Qt's own remarks are for developers; its failures are for everybody."""
    serious = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    log.log(logging.ERROR if serious else logging.DEBUG, "Qt: %s", message)


def _application() -> QApplication:
    qInstallMessageHandler(_log_qt)
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # opencv-python's own Qt, where that build is installed, points Qt to its plug-ins.
    for variable in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if f"{os.sep}cv2{os.sep}" in os.environ.get(variable, ""):
            del os.environ[variable]
    if platform := platform_to_set():
        os.environ["QT_QPA_PLATFORM"] = platform
    QApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
    QApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
    # A display of 100 or 120 dots per inch gets larger text, not a picture that is resampled.
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.RoundPreferFloor
    )
    QGuiApplication.setDesktopFileName("saccade")
    # The first argument names the window's class, by which desktops find its entry and icon.
    application = QApplication(["saccade"])
    application.setApplicationName("saccade")
    application.setApplicationDisplayName("Saccade")
    application.setWindowIcon(QIcon.fromTheme("saccade", QIcon(str(_ICON))))
    return application


@contextmanager
def _signals(calls: Mapping[signal.Signals, Callable[[], object]]) -> Iterator[None]:
    """Have each signal call something.

    Inside Qt's loop Python runs its handlers only when a slot runs: the window's refresh, four
    times a second, is one.
    """
    previous = {
        number: signal.signal(number, lambda *_, call=call: call())
        for number, call in calls.items()
    }
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
