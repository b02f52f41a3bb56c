"""The panel beside the picture: the scenario in force, the triangle to change it, the ranking."""

from __future__ import annotations

from contextlib import suppress
from html import escape

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QComboBox, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.controls import Choosing
from app.ui import theme
from app.ui.theme import GRID, Accents, Fonts, Palette
from app.ui.triangle_widget import TriangleWidget
from app.ui.triangle_words import legend, legend_head
from models.errors import InputError
from pipelines.selection.choice import Choice
from pipelines.selection.in_force import AUTO, CUSTOM, Ruling
from pipelines.selection.regions import OptimumMap, draw_map

_WIDTH = 44 * GRID


class ChoicePanel(QWidget):
    """Shows the choice for one camera. *wished* carries a scenario's name, "auto", or `Weights`."""

    wished = pyqtSignal(object)

    def __init__(self, camera: str, fonts: Fonts, accents: Accents, palette: Palette) -> None:
        super().__init__()
        self._camera = camera
        self._choice: Choice | None = None
        self._map: OptimumMap | None = None
        self._ruling: Ruling | None = None
        self.setFixedWidth(_WIDTH)
        self.setAutoFillBackground(True)
        heading = QLabel(self.tr("Scenario"))
        heading.setFont(fonts.strong)
        self._names = QComboBox()
        self._names.setFont(fonts.text)
        self._names.setAccessibleName(self.tr("Scenario"))
        self._names.setMinimumHeight(5 * GRID)
        self._names.activated[str].connect(self._pick)
        self._triangle = TriangleWidget(fonts, accents, palette)
        self._triangle.setFixedHeight(36 * GRID)
        self._triangle.scenario_changed.connect(self.wished)
        self._words = _label(fonts)
        self._ranking = _label(fonts)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        for widget in (heading, self._names, self._words, self._triangle, self._ranking):
            layout.addWidget(widget)
        layout.addStretch(1)
        # On a low screen it is scrolled rather than squeezed.
        area = QScrollArea()
        area.setFrameShape(QScrollArea.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.recolour(palette)
        self._redraw(None)

    def recolour(self, palette: Palette) -> None:
        """Change the theme."""
        self.setPalette(theme.qt_palette(palette))
        self._triangle.recolour(palette)

    def refresh(self, choosing: Choosing) -> None:
        """Show what is in force and what it chooses; cheap where nothing has changed."""
        ruling, choice = choosing.in_force.now, choosing.choice(self._camera)
        if choice is not self._choice:
            self._choice = choice
            self._redraw(choice)
        if ruling != self._ruling:
            self._ruling = ruling
            self._triangle.show_weights(ruling.scenario.weights)
            self._show_names(ruling, list(choosing.scenarios))
        self._words.setText(self._sentence(ruling))

    def _redraw(self, choice: Choice | None) -> None:
        self._map = None
        if choice is not None and choice.ranking:
            rows = [place.measurement for place in choice.ranking]
            # A scenario without accuracy, throughput and power has no place in the triangle.
            with suppress(InputError):
                self._map = draw_map(rows, choice.scenario)
        self._triangle.show_map(self._map)
        self._ranking.setText(_table(self._map) if self._map else self._why_empty(choice))

    def _show_names(self, ruling: Ruling, known: list[str]) -> None:
        own = [CUSTOM] if ruling.scenario.name == CUSTOM else []
        self._names.clear()
        self._names.addItems([AUTO, *known, *own])
        asked = ruling.scenario.name if ruling.source == "user" else AUTO
        self._names.setCurrentText(asked)

    def _pick(self, name: str) -> None:
        if name != CUSTOM:
            self.wished.emit(name)

    def _sentence(self, ruling: Ruling) -> str:
        text = self.tr("In force: {scenario}, from the {source}").format(
            scenario=ruling.scenario.name, source=ruling.source
        )
        if ruling.why:
            text += f" ({ruling.why})"
        choice = self._choice
        if choice is not None and choice.candidate is not None:
            text += self.tr(". Best: {candidate}").format(candidate=choice.candidate)
        return escape(text)

    def _why_empty(self, choice: Choice | None) -> str:
        if choice is not None and choice.rejected:
            first = choice.rejected[0]
            return escape(f"{first.candidate}: {first.reason}")
        return escape(
            self.tr("Nothing is measured on this device yet. “python main.py bench” measures.")
        )


def _label(fonts: Fonts) -> QLabel:
    label = QLabel()
    label.setFont(fonts.text)
    label.setTextFormat(Qt.RichText)
    label.setWordWrap(True)
    # As wide as the panel, whatever it says.
    label.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)
    return label


def _table(drawn: OptimumMap) -> str:
    """The regions with the numbers that they have in the triangle, and their figures."""
    title, _, *heads = legend_head(drawn)
    cells = "".join(f"<th align='right'>{escape(name)}&nbsp;</th>" for name in heads)
    rows = [f"<tr><th></th><th align='left'>{escape(title)}</th>{cells}</tr>"]
    for entry in legend(drawn):
        name, _, *figures = entry.cells  # what each wins is seen in the triangle
        numbers = "".join(f"<td align='right'>{escape(cell)}&nbsp;</td>" for cell in figures)
        rows.append(
            f"<tr><td><b>{entry.number or ''}</b>&nbsp;</td><td>{escape(name)}</td>{numbers}</tr>"
        )
    return f"<table width='100%' cellspacing='0' cellpadding='2'>{''.join(rows)}</table>"
