"""What somebody sees who opens the window for the first time: what this is, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QCoreApplication, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QWidget

from app.ui.card import Card
from app.ui.remembered import INTRODUCED, remembered
from app.ui.theme import Fonts
from pipelines.live.status import CameraStatus

translate = QCoreApplication.translate

_RENDERED = "synthetic:"
# These only close the card; any other key does besides what it always does.
_CLOSING = (Qt.Key_Escape, Qt.Key_Return, Qt.Key_Enter, Qt.Key_Space, Qt.Key_Tab)


def introduce(window: QWidget, cameras: Sequence[CameraStatus], fonts: Fonts) -> None:
    """Show the card over *window*, unless this user has closed it once."""
    if not remembered().value(INTRODUCED, False, type=bool):
        card = FirstRun(cameras, fonts, window)
        card.show()
        card.raise_()
        card.setFocus()


class FirstRun(Card):
    """Closed for good by any key or touch."""

    def __init__(self, cameras: Sequence[CameraStatus], fonts: Fonts, parent: QWidget) -> None:
        super().__init__(
            translate("FirstRun", "This is Saccade"),
            _steps(),
            fonts,
            parent,
            before=_seen(cameras),
            after=translate("FirstRun", "H lists all keys. Any key or a touch closes this."),
        )
        self.setFocusPolicy(Qt.StrongFocus)
        self.closed.connect(self._close)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._close()
        if event.key() not in _CLOSING:
            super().keyPressEvent(event)

    def _close(self) -> None:
        remembered().setValue(INTRODUCED, True)
        self.hide()
        self.deleteLater()
        self.parentWidget().setFocus()


def _seen(cameras: Sequence[CameraStatus]) -> str:
    if len(cameras) != 1:
        return translate(
            "FirstRun", "You see several cameras, live, with what networks find in them."
        )
    if cameras[0].source.startswith(_RENDERED):
        return translate(
            "FirstRun", "No camera was found or named: you see a drawn conveyor belt instead."
        )
    return translate("FirstRun", "You see {camera}, live, with what a network finds in it.").format(
        camera=cameras[0].name
    )


def _steps() -> tuple[tuple[str, str], ...]:
    return (
        (
            translate("FirstRun", "Camera"),
            translate(
                "FirstRun", "Connect one and start Saccade again, or name it in the settings (P)."
            ),
        ),
        (
            translate("FirstRun", "Networks"),
            translate(
                "FirstRun", "The panel (P) has more of them to download; what suits is chosen."
            ),
        ),
        (
            translate("FirstRun", "Scenario"),
            translate(
                "FirstRun", "In the panel's triangle, say what counts: accuracy, frames or watts."
            ),
        ),
    )
