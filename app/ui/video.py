"""One camera on the screen: its picture, what the network found, its figures and its state."""

from __future__ import annotations

import math
import time
from contextlib import suppress

from PyQt5.QtCore import QRect, QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PyQt5.QtWidgets import QWidget

from app.controls import Feed
from app.telemetry.snapshot import TelemetrySnapshot
from app.ui.band import Band
from app.ui.clauses import sentence
from app.ui.overlay import OverlayPainter
from app.ui.picture import Fit, Picture, fit
from app.ui.sign import SignPainter
from app.ui.theme import DARK, GRID, STAGE, Accents, Fonts
from app.ui.throttle import Throttle
from app.ui.words import DIMMED, Parts, state_colour, state_words
from app.ui.zones.painter import ZonePainter
from models.detection import Detection
from pipelines.live.status import CameraState, CameraStatus
from pipelines.tracking.zones import Zone

_DIM = QColor(0, 0, 0, 140)
_DIM_PAUSED = QColor(0, 0, 0, 64)  # it was paused to be looked at
# A picture is kept at this size at least, so that it stays sharp on a second, larger display.
_LIMIT = QSize(1920, 1080)
# After a result the worker prepares its next frame, and would wait for the interpreter, which a
# picture's painting holds; while the engine runs, nobody needs it (docs/performance.md).
_GRACE_MS, _LONGEST_GRACE_MS = 2, 10


class VideoWidget(QWidget):
    """Shows one feed. Asks for a picture only after the last one was painted.

    A hidden or minimised widget paints nothing, so it asks for nothing either.
    """

    zoom_requested = pyqtSignal()
    _arrived = pyqtSignal()

    def __init__(self, feed: Feed, fonts: Fonts, accents: Accents, parts: Parts) -> None:
        super().__init__()
        self._feed = feed
        self._status = feed.status()
        self._picture = Picture()
        self._detections: tuple[Detection, ...] = ()
        self._overlay = OverlayPainter(fonts)
        self._overlay_shown = True
        self._zone_painter = ZonePainter(fonts)
        self._zones: tuple[Zone, ...] = ()
        self._reserved = 0
        self._sign = SignPainter(fonts)
        self._band = Band(fonts, accents, parts)
        self._attended = False
        self._has_picture = False
        self._asked = False  # a picture is on its way, and not taken yet
        self._unpainted = False  # a picture was taken, and not painted yet
        self._stopped = False
        self._throttle = Throttle()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.PreciseTimer)
        self._timer.timeout.connect(self._ask)
        self._grace_ms = _GRACE_MS
        self._grace = QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.setTimerType(Qt.PreciseTimer)
        self._grace.timeout.connect(self._take)
        self.setAttribute(Qt.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.TabFocus)
        self.setMinimumSize(10 * GRID, 8 * GRID)
        # The stubs know no connection type.
        self._arrived.connect(self._wait, Qt.QueuedConnection)  # type: ignore[call-arg]
        feed.subscribe(self._notify)
        self.refresh(None)

    def _notify(self) -> None:
        """Called by a thread of the camera's, which outlives the widget for a moment at the end."""
        if not self._stopped:
            with suppress(RuntimeError):  # deleted in this very moment
                self._arrived.emit()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._stopped = True
        self._timer.stop()
        self._grace.stop()

    def _ask(self) -> None:
        if self._asked or self._stopped:
            return
        now = time.perf_counter()
        if (delay := self._throttle.delay_s(now)) > 0:
            self._timer.start(math.ceil(delay * 1000))
            return
        self._throttle.mark(now, max(1.0, self.screen().refreshRate()))
        self._asked = True
        self._feed.want()

    def _wait(self) -> None:
        if not self._stopped:
            self._grace.start(self._grace_ms)

    def _take(self) -> None:
        inference = self._feed.take()
        if inference is None:
            # Nothing was there though something was announced: ask again, or it would end here.
            if self._asked:
                self._asked = False
                self._ask()
            return
        try:
            screen = self.screen().size() * self.screen().devicePixelRatio()
            self._picture.set(inference.frame.image, screen.expandedTo(_LIMIT))
        finally:
            self._feed.release(inference)
        self._asked = False
        self._grace_ms = min(_LONGEST_GRACE_MS, 1 + math.ceil(inference.timing.pre_ms))
        self._detections = inference.detections
        self._has_picture = self._unpainted = True
        if self._status.state is not CameraState.LIVE:
            self._show(self._feed.status())
        self.update()

    @property
    def status(self) -> CameraStatus:
        """What was last said of the camera."""
        return self._status

    def refresh(self, telemetry: TelemetrySnapshot | None, figures: bool = True) -> None:
        """Show the state, and unless told otherwise the figures, of this moment."""
        status = self._feed.status()
        if figures and self._band.show(status, telemetry):
            self.update(0, 0, self.width(), self._band.height)
        self._show(status)

    def set_overlay(self, shown: bool) -> None:
        """Show what the network found, or the bare picture."""
        if shown != self._overlay_shown:
            self._overlay_shown = shown
            self.update()

    def set_attended(self, attended: bool) -> None:
        """Mark the picture as the one among several that the panel and the keys are about."""
        if attended != self._attended:
            self._attended = attended
            self.update()

    def set_zones(self, zones: tuple[Zone, ...]) -> None:
        """Show the outlines of these zones."""
        self._zones = zones
        self.update()

    def reserve(self, pixels: int) -> None:
        """Keep the picture off so many pixels at the lower edge."""
        self._reserved = pixels
        self.update()

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture to see."""
        return self._has_picture

    @property
    def target(self) -> QRect:
        """The rectangle that the picture fills."""
        return self._place().target

    def _show(self, status: CameraStatus) -> None:
        if (status.state, status.message) != (self._status.state, self._status.message):
            self.update()
        self._status = status
        if status.state is not CameraState.LIVE and status.state not in DIMMED:
            # What comes back after a failure must not begin with the picture from before it.
            self._has_picture = False
        message = sentence(status.message)
        spoken = f"{status.name}: {state_words(status.state)[0]}. {message} {self._band.spoken}"
        if spoken != self.accessibleName():
            self.setAccessibleName(spoken)
            self.setToolTip(message)

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._unpainted:
            self._ask()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.zoom_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key_Return, Qt.Key_Enter):
            self.zoom_requested.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._has_picture:
            self._draw_picture(painter)
            if self._status.state in DIMMED:
                paused = self._status.state is CameraState.PAUSED
                painter.fillRect(self.rect(), _DIM_PAUSED if paused else _DIM)
        else:
            painter.fillRect(self.rect(), STAGE)
        seen = self._seen()
        self._band.draw(painter, self.width(), seen.right() + 1, self.devicePixelRatioF())
        if self._status.state is not CameraState.LIVE or not self._has_picture:
            self._draw_state(painter, seen)
        if self.hasFocus() or self._attended:
            # Half of the line falls outside.
            painter.setPen(QPen(DARK.accents[0] if self.hasFocus() else DARK.text, 4))
            painter.setBrush(Qt.NoBrush)
            painter.drawRect(self.rect())
        painter.end()
        if self._unpainted:
            self._unpainted = False
            self._ask()

    def _draw_picture(self, painter: QPainter) -> None:
        place = self._place()
        target = place.target
        image = self._picture.fitted(place.size)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        for bare in (
            QRect(0, 0, self.width(), target.top()),
            QRect(0, target.bottom() + 1, self.width(), self.height()),
            QRect(0, target.top(), target.left(), target.height()),
            QRect(target.right() + 1, target.top(), self.width(), target.height()),
        ):
            painter.fillRect(bare, STAGE)
        painter.drawImage(target.topLeft(), image)
        if self._overlay_shown:
            self._zone_painter.draw(painter, self._zones, target)
            self._overlay.draw(
                painter,
                self._detections,
                self._picture.size,
                target,
                self._band.height,
            )

    def _place(self) -> Fit:
        room = QSize(self.width(), max(1, self.height() - self._reserved))
        return fit(self._picture.size, room, self.devicePixelRatioF())

    def _seen(self) -> QRect:
        """What the panel leaves of the widget; all of it where nothing is left to tell."""
        return self.visibleRegion().boundingRect() or self.rect()

    def _draw_state(self, painter: QPainter, seen: QRect) -> None:
        status = self._status
        room = seen.adjusted(GRID, self._band.height + GRID, -GRID, -GRID)
        word, meaning = state_words(status.state)
        live = status.state is CameraState.LIVE
        self._sign.draw(
            painter,
            room,
            "" if live else word,
            sentence(status.message) or meaning,
            state_colour(status.state, DARK),
            aside=status.state is CameraState.PAUSED,
        )
