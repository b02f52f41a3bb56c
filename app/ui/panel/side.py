"""The panel beside the pictures, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtCore import QCoreApplication, pyqtSignal
from PyQt5.QtWidgets import QWidget

from app.controls import Controls
from app.telemetry.snapshot import TelemetrySnapshot
from app.ui.charts.history import History
from app.ui.panel.attention import Attention
from app.ui.panel.drawer import Drawer
from app.ui.panel.page import Moment, Page
from app.ui.theme import Accents, Fonts, Palette
from pipelines.live.status import CameraStatus

if TYPE_CHECKING:
    from app.ui.panel.tabs import Tab, TabbedPanel

translate = QCoreApplication.translate


class SideDrawer(Drawer):
    """Holds *pictures*, and the panel about one camera of *controls*, one for each of *views*.

    *public*: anybody may touch it, so nothing that stays can be changed. *themed* carries the name
    of the theme that the user picks, *turned* the index of the camera that it is about now, None
    where nobody is to know.
    """

    themed = pyqtSignal(str)
    turned = pyqtSignal(object)

    def __init__(
        self,
        pictures: QWidget,
        views: Sequence[QWidget],
        controls: Controls,
        fonts: Fonts,
        accents: Accents,
        palette: Palette,
        *,
        public: bool = False,
    ) -> None:
        super().__init__(pictures)
        self._controls, self._public = controls, public
        self._fonts, self._accents, self._palette = fonts, accents, palette
        self._names = [feed.name for feed in controls.feeds]
        # Kept from the start: who opens the panel wants to know how it came to be so.
        self._history = History(self._names)
        self._attention = Attention(views, self)
        self._attention.turned.connect(self._turn)
        self._views = tuple(views)
        self._tabbed: TabbedPanel | None = None
        self._telemetry: TelemetrySnapshot | None = None
        self._statuses: tuple[CameraStatus, ...] = ()

    @property
    def attended(self) -> int:
        """The index of the camera that the panel is about."""
        return self._attention.index

    def toggle(self) -> None:
        """Show or hide the panel."""
        if self._tabbed is None:
            # Most runs never show it, and its widgets and their modules take 3 MB; the charts, made
            # when somebody turns to them, 13 MB more.
            from app.ui.panel.tabs import TabbedPanel

            self._tabbed = TabbedPanel(
                self._tabs(), self._names, self._attention.turn, self._fonts, self._palette
            )
            self.put(self._tabbed, self._tabbed.wanted)
        super().toggle()
        for view in self._views:
            view.update()  # another part of it is seen now, and it writes where it is seen
        self._turn()

    def tell(self) -> None:
        """Emit *turned*. Who only looks at a kiosk picks no camera, and is told of none."""
        told = bool(self.taken) or not self._public
        self.turned.emit(self._attention.index if told else None)

    def recolour(self, palette: Palette) -> None:
        """Change the theme."""
        self._palette = palette
        if self._tabbed is not None:
            self._tabbed.recolour(palette)

    def refresh(
        self, telemetry: TelemetrySnapshot | None, statuses: tuple[CameraStatus, ...]
    ) -> None:
        """Show this moment; nothing while the panel is hidden."""
        if telemetry is not None:
            self._history.add(telemetry)
        self._telemetry, self._statuses = telemetry, statuses
        self._refresh()

    def _turn(self) -> None:
        self.tell()
        self._refresh()

    def _refresh(self) -> None:
        if self._tabbed is not None and self._tabbed.isVisible():
            name = self._names[self._attention.index] if self._names else ""
            self._tabbed.refresh(Moment(self._telemetry, self._statuses, name))

    def _tabs(self) -> list[Tab]:
        from app.ui.panel.tabs import Tab

        shown = [
            Tab(translate("panel", "Choice"), self._choice),
            Tab(translate("panel", "Charts"), self._charts),
        ]
        lasting = [
            Tab(translate("panel", "Networks"), self._networks),
            Tab(translate("panel", "Settings"), self._settings),
        ]
        return shown if self._public else shown + lasting

    # Each page's modules are imported when somebody turns to it.

    def _choice(self, palette: Palette) -> Page:
        from app.ui.choice.page import ChoicePage

        return ChoicePage(self._controls.choosing, self._fonts, self._accents, palette)

    def _charts(self, palette: Palette) -> Page:
        from app.ui.charts.page import ChartsPage

        return ChartsPage(self._history, self._fonts, self._accents, palette)

    def _networks(self, palette: Palette) -> Page:
        from app.ui.networks.page import NetworksPage

        return NetworksPage(self._controls.library, self._fonts, palette)

    def _settings(self, palette: Palette) -> Page:
        from app.ui.settings.page import SettingsPage

        return SettingsPage(self._controls, self.themed.emit, self._fonts, palette)
