"""The choice beside the pictures: its panel, made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QWidget

from app.controls import Controls
from app.ui.choice.drawer import Drawer
from app.ui.theme import Accents, Fonts, Palette
from models.candidate import Candidate
from pipelines.selection.scenario import Weights

if TYPE_CHECKING:
    from app.ui.choice.panel import ChoicePanel


class ChoiceDrawer(Drawer):
    """Holds *pictures*, and the choice for the first camera of *controls*."""

    def __init__(
        self,
        pictures: QWidget,
        controls: Controls,
        fonts: Fonts,
        accents: Accents,
        palette: Palette,
    ) -> None:
        super().__init__(pictures)
        self._choosing = controls.choosing
        self._camera = controls.feeds[0].name if controls.feeds else ""
        self._fonts, self._accents, self._palette = fonts, accents, palette
        self._choice: ChoicePanel | None = None
        self._running: Candidate | None = None

    def toggle(self) -> None:
        """Show or hide the panel."""
        if self._choice is None:
            # Most runs never show it, and its widgets and their modules take 4 MB.
            from app.ui.choice.panel import ChoicePanel

            self._choice = ChoicePanel(self._camera, self._fonts, self._accents, self._palette)
            self._choice.wished.connect(self._wish)
            self.put(self._choice, self._choice.wanted)
        super().toggle()
        self.refresh(self._running)

    def recolour(self, palette: Palette) -> None:
        """Change the theme."""
        self._palette = palette
        if self._choice is not None:
            self._choice.recolour(palette)

    def refresh(self, running: Candidate | None) -> None:
        """Show what is in force, and that *running* is what runs; nothing while it is hidden."""
        self._running = running
        if self._choice is not None and self._choice.isVisible():
            self._choice.refresh(self._choosing, running)

    def _wish(self, wish: object) -> None:
        """What the user asked for in the panel; the networks follow within a second."""
        assert isinstance(wish, (str, Weights))
        self._choosing.command("user", wish)
        self.refresh(self._running)
