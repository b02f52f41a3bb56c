"""The page of choosing: the scenario in force, the triangle, the ranking, and the changes."""

from __future__ import annotations

from contextlib import suppress
from html import escape

from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QHBoxLayout, QLabel

from app.controls import Choosing
from app.ui.button import finger
from app.ui.choice import words
from app.ui.choice.changes import ChangesList
from app.ui.choice.ranking import RankingList
from app.ui.clauses import sentence, translated
from app.ui.dropdown import Dropdown
from app.ui.panel.page import Moment, Page
from app.ui.panel.tabs import TabBar
from app.ui.text import Paragraph
from app.ui.theme import Accents, Fonts, Palette
from app.ui.triangle_widget import TriangleWidget
from models.errors import InputError
from pipelines.selection.choice import Choice
from pipelines.selection.in_force import AUTO, CUSTOM, Ruling
from pipelines.selection.regions import OptimumMap, draw_map
from pipelines.selection.scenario import Weights

_LOWEST, _HIGHEST = 22, 36  # the triangle, in units of the text's grid


class ChoicePage(Page):
    """What rules for the camera that the panel is about, and what is chosen for it."""

    def __init__(
        self, choosing: Choosing, fonts: Fonts, accents: Accents, palette: Palette
    ) -> None:
        super().__init__(fonts)
        self._choosing, self._grid = choosing, fonts.grid
        self._moment = Moment(None, (), "")
        self._choice: Choice | None = None
        self._map: OptimumMap | None = None
        self._ruling: Ruling | None = None
        heading = QLabel(self.tr("Scenario"))
        heading.setFont(fonts.strong)
        self._names = Dropdown()
        self._names.setFont(fonts.text)
        self._names.setAccessibleName(self.tr("Scenario"))
        self._names.setMinimumHeight(finger(fonts))
        self._names.activated[str].connect(self._pick)
        top = QHBoxLayout()
        top.setSpacing(2 * fonts.grid)
        top.addWidget(heading)
        top.addWidget(self._names, 1)
        self._words = Paragraph(fonts)
        self._triangle = TriangleWidget(fonts, accents, palette)
        self._triangle.scenario_changed.connect(self._wish)
        self._ranking = RankingList(fonts, accents, palette)
        self._changes = ChangesList(fonts, accents, palette)
        self._tabs = TabBar([self.tr("Ranking"), self.tr("Changes")], fonts)
        self._tabs.setAccessibleName(self.tr("Ranking or changes"))
        self._tabs.currentChanged.connect(self._turn)
        self.column.addLayout(top)
        for part in (self._words, self._triangle, self._tabs, self._ranking, self._changes):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self._turn(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # On a low screen the whole triangle is seen with what rules above it.
        self._triangle.setFixedHeight(
            min(_HIGHEST * self._grid, max(_LOWEST * self._grid, self.height() // 2))
        )

    def recolour(self, palette: Palette) -> None:
        for part in (self._triangle, self._tabs, self._ranking, self._changes):
            part.recolour(palette)

    def refresh(self, moment: Moment) -> None:
        self._moment = moment
        choosing, camera, status = self._choosing, moment.camera, moment.status
        ruling, choice = choosing.ruling(camera), choosing.choice(camera)
        if choice is not self._choice:
            self._choice = choice
            self._map = _map_of(choice)
            self._triangle.show_map(self._map)
        if ruling != self._ruling:
            self._ruling = ruling
            self._triangle.show_weights(ruling.scenario.weights)
            self._show_names(ruling, list(choosing.scenarios))
        # While nothing is measured, the ranking says so, and there is nothing to point at.
        self._triangle.setVisible(choice is not None and bool(choice.ranking))
        self._ranking.show_choice(choice, self._map, status.candidate if status else None)
        account = choosing.account(camera)
        self._changes.show_changes(account, choosing.refusals(camera))
        self._tabs.setTabText(1, self.tr("Changes ({count})").format(count=len(account)))
        self._words.show_text(escape(" ".join(self._sentences(ruling))))

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
            self._wish(name)

    def _wish(self, wish: str | Weights) -> None:
        """What the user asked for; the networks follow within a second."""
        self._choosing.command("user", wish)
        self.refresh(self._moment)

    def _sentences(self, ruling: Ruling) -> list[str]:
        """What rules; what is under way, or why nothing is; and what the cameras share."""
        choosing, camera = self._choosing, self._moment.camera
        pending, note = choosing.pending(camera), choosing.note(camera)
        sentences = [words.in_force(ruling)]
        if pending is not None:
            sentences.append(self.tr("Loading {network} …").format(network=pending))
        elif note:
            sentences.append(sentence(note))
        if choosing.together and self._choice is not None and self._choice.ranking:
            text = self.tr("Chosen for all cameras together: {note}.")
            sentences.append(text.format(note=translated(choosing.together)))
        return sentences


def _map_of(choice: Choice | None) -> OptimumMap | None:
    """The map of what was ranked; None where there is nothing to draw."""
    if choice is not None and choice.ranking:
        # A scenario without accuracy, throughput and power has no place in the triangle.
        with suppress(InputError):
            return draw_map([place.measurement for place in choice.ranking], choice.scenario)
    return None
