"""The panel: the scenario in force, the triangle to change it, the ranking, and the changes."""

from __future__ import annotations

from contextlib import suppress
from html import escape

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt5.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.controls import Choosing
from app.ui import theme
from app.ui.choice import words
from app.ui.choice.changes import ChangesList
from app.ui.choice.ranking import RankingList
from app.ui.choice.text import Paragraph
from app.ui.theme import GRID, Accents, Fonts, Palette
from app.ui.triangle_widget import TriangleWidget
from models.candidate import Candidate
from models.errors import InputError
from pipelines.selection.choice import Choice
from pipelines.selection.in_force import AUTO, CUSTOM, Ruling
from pipelines.selection.regions import OptimumMap, draw_map

# The table of the ranking decides how wide it must be, and the font how wide that is.
_LEAST, _CHARACTERS = 44 * GRID, 47

# The style's own tabs hardly differ in the dark.
_TABS = """
QTabBar::tab {{ border: 0; border-bottom: 2px solid transparent; color: {muted}; height: 36px }}
QTabBar::tab:selected {{ border-bottom-color: {text}; color: {text} }}
"""


class ChoicePanel(QWidget):
    """Shows the choice for one camera. *wished* carries a scenario's name, "auto", or `Weights`.

    *wanted*: how many pixels wide it should be.
    """

    wished = pyqtSignal(object)

    def __init__(self, camera: str, fonts: Fonts, accents: Accents, palette: Palette) -> None:
        super().__init__()
        self._camera = camera
        self._choice: Choice | None = None
        self._map: OptimumMap | None = None
        self._ruling: Ruling | None = None
        self._edge = palette.border
        characters = QFontMetrics(fonts.text).averageCharWidth() * _CHARACTERS
        self.wanted = max(_LEAST, characters)
        self.setAutoFillBackground(True)
        heading = QLabel(self.tr("Scenario"))
        heading.setFont(fonts.strong)
        self._names = QComboBox()
        self._names.setFont(fonts.text)
        self._names.setAccessibleName(self.tr("Scenario"))
        self._names.setMinimumHeight(5 * GRID)
        self._names.activated[str].connect(self._pick)
        self._words = Paragraph(fonts)
        self._triangle = TriangleWidget(fonts, accents, palette)
        self._triangle.setFixedHeight(36 * GRID)
        self._triangle.scenario_changed.connect(self.wished)
        self._tabs = QTabBar()
        self._tabs.setFont(fonts.text)
        self._tabs.setMinimumHeight(5 * GRID)
        self._tabs.setExpanding(True)
        self._tabs.setDrawBase(False)
        self._ranking = RankingList(fonts, accents, palette)
        self._changes = ChangesList(fonts, accents, palette)
        self._tabs.addTab(self.tr("Ranking"))
        self._tabs.addTab(self.tr("Changes"))
        self._tabs.currentChanged.connect(self._turn)
        self._lay_out(heading)
        self._turn(0)
        self.recolour(palette)

    def _lay_out(self, heading: QLabel) -> None:
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        top.addWidget(heading)
        top.addWidget(self._names, 1)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        parts = (self._words, self._triangle, self._tabs, self._ranking, self._changes)
        for widget in parts:
            layout.addWidget(widget)
        layout.addStretch(1)
        # On a low screen it is scrolled rather than squeezed.
        area = QScrollArea()
        area.setFrameShape(QScrollArea.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 0, 0, 0)
        outer.addWidget(area)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, 0, 1, self.height(), self._edge)

    def recolour(self, palette: Palette) -> None:
        """Change the theme."""
        self._edge = palette.border
        self.setPalette(theme.qt_palette(palette))
        self._tabs.setStyleSheet(_TABS.format(muted=palette.muted.name(), text=palette.text.name()))
        for part in (self._triangle, self._ranking, self._changes):
            part.recolour(palette)

    def refresh(self, choosing: Choosing, running: Candidate | None) -> None:
        """Show what is in force, and what it chooses and *running* is; cheap without news."""
        camera = self._camera
        ruling, choice = choosing.in_force.now, choosing.choice(camera)
        if choice is not self._choice:
            self._choice = choice
            self._map = _map_of(choice)
            self._triangle.show_map(self._map)
        if ruling != self._ruling:
            self._ruling = ruling
            self._triangle.show_weights(ruling.scenario.weights)
            self._show_names(ruling, list(choosing.scenarios))
        self._ranking.show_choice(choice, self._map, running)
        account = choosing.account(camera)
        self._changes.show_changes(account, choosing.refusals(camera))
        self._tabs.setTabText(1, self.tr("Changes ({count})").format(count=len(account)))
        self._words.show_text(escape(self._sentences(choosing, ruling)))

    def _turn(self, index: int) -> None:
        self._ranking.setVisible(index == 0)
        self._changes.setVisible(index == 1)

    def _show_names(self, ruling: Ruling, known: list[str]) -> None:
        own = [CUSTOM] if ruling.scenario.name == CUSTOM else []
        self._names.clear()
        self._names.addItems([AUTO, *known, *own])
        asked = ruling.scenario.name if ruling.source == "user" else AUTO
        self._names.setCurrentText(asked)

    def _pick(self, name: str) -> None:
        if name != CUSTOM:
            self.wished.emit(name)

    def _sentences(self, choosing: Choosing, ruling: Ruling) -> str:
        """What rules; and what is under way, or why nothing is."""
        text = f"{words.in_force(ruling)}."
        pending, note = choosing.pending(self._camera), choosing.note(self._camera)
        if pending is not None:
            return f"{text} " + self.tr("Loading {network} …").format(network=pending)
        return f"{text} {note[0].upper()}{note[1:]}." if note else text


def _map_of(choice: Choice | None) -> OptimumMap | None:
    """The map of what was ranked; None where there is nothing to draw."""
    if choice is not None and choice.ranking:
        # A scenario without accuracy, throughput and power has no place in the triangle.
        with suppress(InputError):
            return draw_map([place.measurement for place in choice.ranking], choice.scenario)
    return None
