"""The bars above and below the picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PyQt5.QtCore import QCoreApplication, QSize, Qt
from PyQt5.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt5.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from app.ui.button import FINGER
from app.ui.keys import Action
from app.ui.line import Line, LinePainter, Segment, strong
from app.ui.theme import GRID, Fonts, Palette

translate = QCoreApplication.translate

_LINE_ROOM = 24 * GRID


class Bar(QWidget):
    """A quiet strip with a line of segments, and a hairline towards the picture."""

    def __init__(self, fonts: Fonts, palette: Palette, height: int, above: bool) -> None:
        super().__init__()
        self._colours = palette
        self._above = above
        self.setFixedHeight(max(height, round(LinePainter(fonts).height) + 2 * GRID))
        self._line = Line(fonts, palette)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(2 * GRID, 0, GRID, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._line)

    def show_segments(self, segments: Sequence[Segment], palette: Palette) -> None:
        """Replace what is shown."""
        if palette != self._colours:
            self.recolour(palette)
        self._line.show_segments(segments, palette)

    def recolour(self, palette: Palette) -> None:
        """Change the theme."""
        self._colours = palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._colours.panel)
        edge = self.height() - 1 if self._above else 0
        painter.fillRect(0, edge, self.width(), 1, self._colours.border)


class TopBar(Bar):
    """The upper bar: what runs, and a button for every key that one needs often."""

    def __init__(self, actions: Sequence[Action], fonts: Fonts, palette: Palette) -> None:
        super().__init__(fonts, palette, 6 * GRID, above=True)
        self._actions = actions
        self._buttons = [_Button(action, fonts, palette) for action in actions]
        for button in self._buttons:
            self._layout.addWidget(button)

    def recolour(self, palette: Palette) -> None:
        super().recolour(palette)
        for button in self._buttons:
            button.colours = palette

    def word(self, index: int, word: str) -> None:
        """Say what the button at *index* does now."""
        if self._buttons[index].word != word:
            self._buttons[index].word = word
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Shorten the buttons before they take the line's room: words, then only the last one."""
        for with_key, count in ((True, 99), (False, 99), (True, 1)):
            for position, button in enumerate(reversed(self._buttons)):
                button.arrange(with_key, position < count)
            taken = sum(b.sizeHint().width() for b in self._buttons if not b.isHidden())
            if taken + _LINE_ROOM <= self.width():
                return


class _Button(QAbstractButton):
    """Flat, the key's name before the word; reached by Tab, never stealing the focus by a click."""

    def __init__(self, action: Action, fonts: Fonts, palette: Palette) -> None:
        super().__init__()
        self.word = action.word
        self.colours = palette
        self._action = action
        self._painter = LinePainter(fonts)
        self.setFocusPolicy(Qt.TabFocus)
        self.setSizePolicy(QSizePolicy.Fixed, QSizePolicy.Fixed)
        self.setAttribute(Qt.WA_Hover)
        self.setCursor(Qt.PointingHandCursor)
        self.setToolTip(f"{action.help} ({action.shown})")
        self.clicked.connect(action.do)

    def arrange(self, with_key: bool, shown: bool) -> None:
        key = strong(self._action.shown.partition(",")[0])
        self.setText(f"{key} {self.word}" if with_key else self.word)
        self.setAccessibleName(self.word)
        self.setVisible(shown)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        wide = math.ceil(self._painter.width(self.text())) + 2 * GRID
        return QSize(max(FINGER, wide), FINGER)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse() or self.isDown():
            painter.fillRect(self.rect(), self.colours.border)
        if self.hasFocus():
            painter.setPen(QPen(self.colours.text, 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        area = self.rect().adjusted(GRID, 0, 0, 0)
        self._painter.draw(painter, area, [Segment(self.text())], self.colours)


def title(camera: str, networks: Sequence[str]) -> tuple[Segment, ...]:
    """The upper bar's line: whose picture it is, and the networks in force."""
    segments = [Segment(strong("Saccade"), ((3, ""),))]
    if camera:
        segments.append(Segment(camera))
    if networks:
        text = translate("bars", "Network {network}").format(network=strong(", ".join(networks)))
        segments.append(Segment(text, ((1, ""),)))
    return tuple(segments)
