"""The triangle as a control: the scenario is a point that one drags or moves with the keys."""

from __future__ import annotations

from dataclasses import replace

from PyQt5.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PyQt5.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.ui.theme import GRID, Accents, Fonts, Palette
from app.ui.triangle import TrianglePainter
from app.ui.triangle_words import figures, standing
from models.candidate import Candidate
from pipelines.selection.regions import OptimumMap
from pipelines.selection.scenario import Weights

# The part of the triangle's side that an arrow key moves the point by; with Shift five times.
_STEP = 0.02
_ARROWS: dict[int, QPointF] = {
    Qt.Key_Left: QPointF(-1, 0),
    Qt.Key_Right: QPointF(1, 0),
    Qt.Key_Up: QPointF(0, -1),
    Qt.Key_Down: QPointF(0, 1),
}


class TriangleWidget(QWidget):
    """Shows a map of scenarios and the one in force, and lets the user move it.

    *scenario_changed* carries the new `Weights` each time the user moves the point. Their sum is
    that of the weights shown before, and what memory and latency weigh stays as it was.
    """

    scenario_changed = pyqtSignal(object)

    def __init__(
        self, fonts: Fonts, accents: Accents, palette: Palette, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fonts, self._accents, self._colours = fonts, accents, palette
        self._map: OptimumMap | None = None
        self._weights = Weights()
        self._painter: TrianglePainter | None = None
        self._hovered: Candidate | None = None
        self._dragged = False
        self.setFocusPolicy(Qt.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.setMinimumSize(20 * GRID, 20 * GRID)
        self._speak()

    def show_map(self, drawn: OptimumMap | None) -> None:
        """Show *drawn*, or that there is none; the point stays."""
        self._map = drawn if drawn is not None and drawn.regions else None
        self._hovered = None
        self._lay_out()

    def show_weights(self, weights: Weights) -> None:
        """Put the point where *weights* have it; emits nothing."""
        self._weights = weights
        self._speak()
        self.update()

    def recolour(self, palette: Palette) -> None:
        """Change the theme."""
        self._colours = palette
        self._lay_out()

    @property
    def weights(self) -> Weights:
        """The weights that the point stands for."""
        return self._weights

    def _lay_out(self) -> None:
        self._painter = None
        if self._map is not None:
            room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            self._painter = TrianglePainter(
                self._map, room, self._fonts, self._accents, self._colours
            )
        self._speak()
        self.update()

    def _speak(self) -> None:
        point = self._weights.point
        if self._map is None:
            words = self.tr("Nothing is measured yet: run “bench”")
        elif point is None:
            words = self.tr("The scenario weighs neither accuracy nor throughput nor power")
        else:
            words = self.tr(
                "Scenario: accuracy {accuracy}, throughput {throughput}, low power {power}: {wins}"
            ).format(
                accuracy=f"{point[0]:.0%}",
                throughput=f"{point[1]:.0%}",
                power=f"{point[2]:.0%}",
                wins=standing(self._map, point),
            )
        self.setAccessibleName(words)

    def _move_to(self, point: QPointF) -> None:
        if self._painter is None:
            return
        a, t, p = self._painter.shape.scenario(point)
        total = self._weights.total or 1.0
        weights = replace(self._weights, accuracy=a * total, throughput=t * total, power=p * total)
        if weights != self._weights:
            self.show_weights(weights)
            self.scenario_changed.emit(weights)

    def _hover(self, point: QPointF) -> None:
        """Let the region at *point* stand out, and tell its figures."""
        hovered = None
        if self._map is not None and self._painter is not None:
            shape = self._painter.shape
            if shape.contains(point):
                hovered = self._map.at(shape.scenario(point)).winner
        if hovered == self._hovered:
            return
        self._hovered = hovered
        self.update()
        if hovered is None or self._map is None:
            QToolTip.hideText()
        else:
            place = self.mapToGlobal(point.toPoint())
            QToolTip.showText(place, figures(self._map, hovered), self)

    # -- what Qt tells the widget

    def sizeHint(self) -> QSize:
        return QSize(36 * GRID, 34 * GRID)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton:
            self._dragged = True
            self._move_to(event.localPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged:
            self._move_to(event.localPos())
        self._hover(event.localPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton:
            self._dragged = False

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(QPointF(-1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = _ARROWS.get(event.key())
        point = self._weights.point
        if way is None or self._painter is None or point is None:
            super().keyPressEvent(event)
            return
        shape = self._painter.shape
        far = 5 if event.modifiers() & Qt.ShiftModifier else 1
        self._move_to(shape.point(point) + way * (shape.side * _STEP * far))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._painter is None:
            painter.setFont(self._fonts.text)
            painter.setPen(self._colours.muted)
            painter.drawText(
                self.rect(), int(Qt.AlignCenter | Qt.TextWordWrap), self.accessibleName()
            )
            return
        self._painter.draw(painter, self._hovered)
        if (point := self._weights.point) is not None:
            self._painter.draw_marker(painter, point, self.hasFocus())
