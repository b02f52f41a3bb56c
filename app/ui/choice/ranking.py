"""The ranking: who is best in the scenario in force and by which figures, and who was rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from PyQt5.QtWidgets import QVBoxLayout, QWidget

from app.captions import Caption, captions
from app.ui.choice import words
from app.ui.clauses import sentence, translated
from app.ui.fold import Fold
from app.ui.text import Paragraph, coloured
from app.ui.theme import GRID, Accents, Fonts, Palette, ink_on
from app.ui.triangle import styles
from app.ui.triangle_words import UNKNOWN
from models.candidate import Candidate
from models.command import command
from pipelines.selection.choice import Choice, Ranked
from pipelines.selection.regions import OptimumMap

# The first places are always shown, and who wins a region of the triangle or runs.
_FIRST = 4


class RankingList(QWidget):
    """One camera's. The numbers and their grounds are those of the triangle's regions."""

    def __init__(self, fonts: Fonts, accents: Accents, palette: Palette) -> None:
        super().__init__()
        self._accents, self._colours = accents, palette
        self._grid = fonts.grid
        self._left, self._above = (
            f"padding-{side}:{fonts.grid // 2}px" for side in ("left", "top")
        )
        self._choice: Choice | None = None
        self._map: OptimumMap | None = None
        self._running: Candidate | None = None
        self._best, self._rest = Paragraph(fonts), Paragraph(fonts)
        self._notes, self._rejected = Paragraph(fonts), Paragraph(fonts)
        self._more, self._others = Fold(self._rest, fonts), Fold(self._rejected, fonts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        for widget in (self._best, self._more, self._notes, self._others):
            layout.addWidget(widget)
        self._write()

    def recolour(self, palette: Palette) -> None:
        """Change the theme."""
        self._colours = palette
        self._write()

    def show_choice(
        self, choice: Choice | None, drawn: OptimumMap | None, running: Candidate | None
    ) -> None:
        """Replace what is shown. *drawn*: the triangle's map, of the same choice."""
        if (choice, drawn, running) != (self._choice, self._map, self._running):
            self._choice, self._map, self._running = choice, drawn, running
            self._write()

    def _write(self) -> None:
        choice = self._choice
        if choice is None or not (choice.ranking or choice.rejected):
            nothing = self.tr(
                "Nothing is measured on this device yet. “{command} bench” measures."
            ).format(command=command())
            self._best.show_text(escape(nothing))
            for widget in (self._more, self._notes, self._others):
                widget.hide()
            return
        called = captions(
            [place.candidate for place in choice.ranking]
            + [rejection.candidate for rejection in choice.rejected if rejection.candidate]
        )
        numbers = self._numbers()
        shown = [
            place
            for index, place in enumerate(choice.ranking)
            if index < _FIRST or place.candidate in numbers or place.candidate == self._running
        ]
        rest = [place for place in choice.ranking if place not in shown]
        nobody = self.tr("No candidate is left for {scenario}.").format(
            scenario=choice.scenario.name
        )
        self._best.show_text(self._table(shown, called, numbers) if shown else escape(nobody))
        self._rest.show_text(self._table(rest, called, numbers) if rest else "")
        self._more.title(self.tr("{count} more").format(count=len(rest)))
        self._more.setVisible(bool(rest))
        lead = [words.lead(choice.margin, called)] if choice.margin else []
        notes = " ".join(sentence(note) for note in (*lead, *choice.notes))
        self._notes.show_text(coloured(notes, self._colours.muted))
        self._notes.setVisible(bool(notes))
        reasons = [
            (f"{called[rejection.candidate]}: " if rejection.candidate else "")
            + translated(rejection.reason)
            for rejection in choice.rejected
        ]
        self._rejected.show_text("<br>".join(map(escape, reasons)))
        self._others.title(self.tr("Not ranked: {count}").format(count=len(reasons)))
        self._others.setVisible(bool(reasons))

    def _numbers(self) -> dict[Candidate, str]:
        """The cells of those who win a region: its number on its ground."""
        if self._map is None:
            return {}
        cells = {}
        grounds = styles(self._map, self._accents, self._colours)
        for number, (region, style) in enumerate(zip(self._map.regions, grounds, strict=True), 1):
            ground = style.ground(self._colours)
            cells[region.candidate] = (
                f"<td width='{2 * self._grid}' align='center' valign='bottom'"
                f" bgcolor='{ground.name()}'>"
                f"<span style='color:{ink_on(ground).name()}'><b>{number}</b></span></td>"
            )
        return cells

    def _table(
        self,
        places: Sequence[Ranked],
        called: Mapping[Candidate, Caption],
        numbers: Mapping[Candidate, str],
    ) -> str:
        metric = places[0].measurement.metric or self.tr("accuracy")
        heads = (metric, self.tr("fps"), self.tr("W"), self.tr("merit"))
        cells = "".join(self._right(_muted(name, self._colours)) for name in heads)
        rows = [f"<tr><td></td><td></td>{cells}</tr>"]
        rows += [self._rows(place, called, numbers) for place in places]
        return f"<table width='100%' cellspacing='0' cellpadding='1'>{''.join(rows)}</table>"

    def _rows(
        self, place: Ranked, called: Mapping[Candidate, Caption], numbers: Mapping[Candidate, str]
    ) -> str:
        """Two lines of the table: the network, then how it is run, and its figures."""
        row, caption = place.measurement, called[place.candidate]
        runs = place.candidate == self._running
        network = escape(caption.network)
        if runs:
            now = self.tr("runs now")
            network = f"<b>{network}</b>, {escape(now)}"
        figures = (
            UNKNOWN if row.accuracy is None else f"{row.accuracy:.1%}",
            f"{row.fps:.1f}" if row.fps < 100 else f"{row.fps:.0f}",
            UNKNOWN if row.power is None else f"{row.power.watts:.2f}",
            f"{place.score:#.3g}".rstrip("."),
        )
        cells = "".join(self._right(escape(figure)) for figure in figures)
        number = numbers.get(place.candidate, f"<td width='{2 * self._grid}'></td>")
        # Lines break between an engine and what else tells the candidate from others.
        parts = (part.replace(" ", "\N{NO-BREAK SPACE}") for part in caption.rest.split(" · "))
        how = _muted(" · ".join(parts), self._colours)
        return (
            f"<tr>{number}<td colspan='5' style='{self._above}; {self._left}'>{network}</td></tr>"
            f"<tr><td></td><td width='100%' style='{self._left}'>{how}</td>{cells}</tr>"
        )

    def _right(self, cell: str) -> str:
        return f"<td align='right' style='white-space:nowrap; {self._left}'>{cell}</td>"


def _muted(text: str, palette: Palette) -> str:
    return coloured(text, palette.muted)
