"""The panel: tabs, and the page that is turned to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt5.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.button import finger
from app.ui.dropdown import Dropdown
from app.ui.panel.page import Moment, Page
from app.ui.theme import GRID, Fonts, Palette

# The table of the ranking decides how wide it must be, and the font how wide that is.
# Its gaps and the margins grow with the font.
_LEAST, _CHARACTERS, _GAPS = 44 * GRID, 47, 9

# The style's own tabs hardly differ in the dark.
_STYLE = """
QTabBar::tab {{ border: 0; border-bottom: 2px solid transparent; color: {muted}; height: {high}px }}
QTabBar::tab:selected {{ border-bottom-color: {text}; color: {text} }}
QTabBar::tab:focus {{ background: {border}; border-bottom: 4px solid {accent} }}
"""


@dataclass(frozen=True, slots=True)
class Tab:
    """A *word* for the tab, and what *makes* its page when somebody turns to it."""

    word: str
    make: Callable[[Palette], Page]


class TabBar(QTabBar):
    """Flat tabs of a finger's height."""

    def __init__(self, words: Sequence[str], fonts: Fonts) -> None:
        super().__init__()
        self.setFont(fonts.text)
        self.setExpanding(True)
        self.setDrawBase(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.ElideRight)  # rather than be wider than the panel
        self._high = finger(fonts)
        self.setMinimumHeight(self._high + 2)
        for word in words:
            self.addTab(word)

    def recolour(self, palette: Palette) -> None:
        """Change the theme."""
        self.setStyleSheet(
            _STYLE.format(
                muted=palette.muted.name(),
                text=palette.text.name(),
                border=palette.border.name(),
                accent=palette.accents[0].name(),
                high=self._high,
            )
        )


class TabbedPanel(QWidget):
    """*tabs* over their pages, and above them whose camera it is, where there are *several*.

    *wanted*: how many pixels wide it should be.
    """

    def __init__(
        self,
        tabs: Sequence[Tab],
        cameras: Sequence[str],
        turn: Callable[[int], None],
        fonts: Fonts,
        palette: Palette,
    ) -> None:
        super().__init__()
        self._tabs = tuple(tabs)
        self._pages: dict[int, Page] = {}
        self._palette = palette
        self._moment: Moment | None = None
        words = QFontMetrics(fonts.text).averageCharWidth() * _CHARACTERS
        self.wanted = max(_LEAST, words + _GAPS * (fonts.grid - GRID))
        self.setAutoFillBackground(True)
        self._cameras = Dropdown()
        self._cameras.setFont(fonts.strong)
        self._cameras.setAccessibleName(self.tr("Camera"))
        self._cameras.setMinimumHeight(finger(fonts))
        self._cameras.addItems(cameras)
        self._cameras.activated[int].connect(turn)
        whose = QWidget()
        place = QVBoxLayout(whose)
        place.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        place.addWidget(self._cameras)
        whose.setVisible(len(cameras) > 1)
        self._bar = TabBar([tab.word for tab in tabs], fonts)
        self._bar.setAccessibleName(self.tr("Pages of the panel"))
        self._bar.currentChanged.connect(self._turn)
        self._stack = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(whose)
        layout.addWidget(self._bar)
        layout.addWidget(self._stack, 1)
        self.recolour(palette)

    def refresh(self, moment: Moment) -> None:
        """Show *moment* on the page that is turned to."""
        self._moment = moment
        self._cameras.setCurrentText(moment.camera)
        self._page().refresh(moment)

    def recolour(self, palette: Palette) -> None:
        """Change the theme."""
        self._palette = palette
        self.setPalette(theme.qt_palette(palette))
        self._bar.recolour(palette)
        for page in self._pages.values():
            page.dress(palette)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, 0, 1, self.height(), self._palette.border)

    def _page(self) -> Page:
        index = self._bar.currentIndex()
        if index not in self._pages:
            page = self._pages[index] = self._tabs[index].make(self._palette)
            page.dress(self._palette)
            self._stack.addWidget(page)
        page = self._pages[index]
        self._stack.setCurrentWidget(page)
        return page

    def _turn(self, index: int) -> None:
        if self._moment is not None:
            self.refresh(self._moment)
