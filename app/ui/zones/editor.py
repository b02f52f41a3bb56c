"""Zones drawn by hand: over one camera's picture, with a bar of what keys would do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt5.QtCore import QEvent, QObject, QPointF, QRect, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt5.QtWidgets import QWidget

from app.ui.theme import Fonts
from app.ui.video import VideoWidget
from app.ui.zones.bar import ZoneBar
from app.ui.zones.drawing import Drawing, Fault
from app.ui.zones.painter import ZonePainter
from pipelines.tracking.zones import Point, Zone

_REACH = 22  # pixels around a corner: a finger's width across
_STEP, _SMALL_STEP = 0.02, 0.002
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key_Left: (-1, 0),
    Qt.Key_Right: (1, 0),
    Qt.Key_Up: (0, -1),
    Qt.Key_Down: (0, 1),
}


class ZoneEditor(QWidget):
    """Lies over *view* until it is deleted. *done*: the zones are as they should be."""

    done = pyqtSignal()
    cancelled = pyqtSignal()

    def __init__(self, view: VideoWidget, zones: tuple[Zone, ...], fonts: Fonts) -> None:
        super().__init__(view)
        self._view = view
        self._drawing = Drawing(zones, self.tr("zone"))
        self._painter = ZonePainter(fonts)
        self._pointer: Point | None = None
        self._bar = ZoneBar(fonts, self)
        self._bar.described.connect(self._describe)
        self._bar.begun.connect(lambda: self._do(self._drawing.begin))
        self._bar.removed.connect(lambda: self._do(self._drawing.remove))
        self._bar.saved.connect(self.finish)
        self._bar.cancelled.connect(self.cancelled)
        self.setAccessibleName(self.tr("Zones of {camera}").format(camera=view.status.name))
        self.setMouseTracking(True)
        self.setCursor(Qt.CrossCursor)
        self.setFocusPolicy(Qt.StrongFocus)
        view.installEventFilter(self)
        self._follow()
        self._show(None)
        self.show()
        self.setFocus()

    @property
    def zones(self) -> tuple[Zone, ...]:
        """What is drawn by now."""
        return tuple(self._drawing.zones)

    def complain(self, message: str) -> None:
        """Say why the zones cannot be kept as they are."""
        self._bar.say(message, bad=True)

    def finish(self) -> None:
        """Close what is open; then it is done."""
        fault = self._drawing.close()
        self._show(fault)
        if fault is None:
            self.done.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Resize:
            self._follow()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        target = self._view.target
        if event.button() == Qt.LeftButton:
            self.setFocus()
            reach = (_REACH / target.width(), _REACH / target.height())
            self._do(partial(self._drawing.press, self._at(event.localPos()), reach))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = self._at(event.localPos())
        self._drawing.drag(self._pointer)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if (fault := self._drawing.drop()) is not None:
            self._show(fault)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # Its first click has set the last corner.
        self._do(self._drawing.close)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, drawing = event.key(), self._drawing
        if key in (Qt.Key_Return, Qt.Key_Enter):
            if drawing.open:
                self._do(drawing.close)
            else:
                self.finish()
        elif key == Qt.Key_Escape:
            if drawing.give_up():
                self._show(None)
            else:
                self.cancelled.emit()
        elif key in (Qt.Key_Delete, Qt.Key_Backspace):
            self._do(drawing.remove)
        elif key == Qt.Key_Insert:
            self._do(drawing.add_rectangle)
        elif key == Qt.Key_N:
            self._do(drawing.step)
        elif key in _ARROWS:
            step = _SMALL_STEP if event.modifiers() & Qt.ShiftModifier else _STEP
            across, down = _ARROWS[key]
            self._do(partial(drawing.nudge, across * step, down * step))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._painter.draw_editing(painter, self._drawing, self._view.target, self._pointer)

    def _do(self, what: Callable[[], Fault | None]) -> None:
        self._show(what())

    def _show(self, fault: Fault | None) -> None:
        """What is drawn now, and what to do next or why something was not done."""
        self._say(fault)
        self._bar.show_zone(self._drawing.zone)
        self.update()

    def _say(self, fault: Fault | None) -> None:
        drawing = self._drawing
        if fault is Fault.TOO_FEW:
            self._bar.say(self.tr("A zone has at least three corners."), bad=True)
        elif fault is Fault.CROSSING:
            self._bar.say(self.tr("The sides of a zone must not cross."), bad=True)
        elif drawing.open:
            self._bar.say(
                self.tr("Click the corners in order; Enter or a double-click closes the zone.")
            )
        elif drawing.zone is not None:
            self._bar.say(
                self.tr("Drag a corner, or N and the arrow keys; Del removes; Enter saves.")
            )
        else:
            self._bar.say(self.tr("Click a new zone's first corner, or into a zone; Esc cancels."))

    def _describe(self, name: str, labels: tuple[str, ...]) -> None:
        self._drawing.describe(name, labels)
        self.update()

    def _follow(self) -> None:
        """Cover the view; the bar takes its lower edge, and the picture gives that up."""
        self.setGeometry(self._view.rect())
        high = self._bar.arrange(self.width())
        self._bar.setGeometry(QRect(0, self.height() - high, self.width(), high))
        self._view.reserve(high)

    def _at(self, position: QPointF) -> Point:
        target = self._view.target
        return (
            (position.x() - target.left()) / target.width(),
            (position.y() - target.top()) / target.height(),
        )
