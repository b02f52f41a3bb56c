"""The window: bars, one picture per camera, and what can be done by key."""

from __future__ import annotations

from PyQt5.QtCore import QByteArray, QEvent, QSize, Qt, QTimer
from PyQt5.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PyQt5.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.controls import Controls
from app.ui import theme, words
from app.ui.bars import Bar, TopBar, title
from app.ui.choice.news import News
from app.ui.first_run import introduce
from app.ui.keys import Action, HelpPanel
from app.ui.line import Steady
from app.ui.panel.side import SideDrawer
from app.ui.remembered import remembered
from app.ui.saving import SnapshotSaver
from app.ui.theme import GRID
from app.ui.toast import Toast
from app.ui.video import VideoWidget
from app.ui.wall import Wall
from app.ui.words import Parts
from app.ui.zones.mode import ZoneMode

# A state shows within this time; the figures change half as often, so that they can be read.
REFRESH_MS = 250

_SIZE = QSize(1280, 720)  # to begin with, where the screen has room around it
_PAUSE = 0  # the action whose word says what it would do now


class MainWindow(QWidget):
    """Shows every feed of *controls*; in a kiosk the pictures alone, over the whole screen."""

    def __init__(self, controls: Controls, *, kiosk: bool = False, theme_name: str = "system"):
        super().__init__()
        self._controls = controls
        self._kiosk = kiosk
        self._theme_name = theme_name
        self._colours = theme.resolve(theme_name, QApplication.palette())
        self._ticks = 0
        self._steady = Steady()

        # A kiosk is looked at from as far away as its display is large; on a desktop of 4K that
        # nobody scales, 13 pixels cannot be read either.
        height = QGuiApplication.primaryScreen().size().height()
        scale = max(1.0, height / (720 if kiosk else 1440))
        fonts = theme.fonts(QApplication.font(), scale)
        self._fonts = fonts
        actions = self._actions()
        self._by_key = {key: action for action in actions for key in action.keys}
        self._top = TopBar(actions, fonts, self._colours)
        self._bottom = Bar(fonts, self._colours, 4 * GRID, above=False)
        accents = theme.Accents()
        several = len(controls.feeds) > 1
        # The watts are the device's: they stand over a picture where it is the only one, or where
        # no bar shows them.
        self._views = [
            VideoWidget(
                feed,
                fonts,
                accents,
                Parts(several or kiosk, power=not several or (kiosk and index == 0)),
            )
            for index, feed in enumerate(controls.feeds)
        ]
        self._wall = Wall(self._views)
        self._middle = SideDrawer(
            self._wall, self._views, controls, fonts, accents, self._colours, public=kiosk
        )
        self._middle.themed.connect(self._retheme)
        self._middle.turned.connect(self._wall.mark)
        self._middle.tell()
        self._news = News(controls.choosing, [feed.name for feed in controls.feeds])
        self._lay_out()
        self._toast = Toast(fonts, self)
        self._saver = SnapshotSaver(controls, self._toast, self)
        self._zones = ZoneMode(self._wall, controls.zoning, self._toast, fonts, self)
        self._zones.ended.connect(self.setFocus)
        rows = [(action.shown, action.help) for action in actions]
        rows.append((self.tr("Esc"), self.tr("Leave full screen, or one camera")))
        rows.append((self.tr("Enter, double-click"), self.tr("One camera, or all")))
        rows.append((self.tr("Q, Ctrl+Q"), self.tr("Quit")))
        self._help_panel = HelpPanel(self.tr("Keys"), rows, fonts, self)
        self._help_panel.closed.connect(self._toggle_help)

        names = [feed.name for feed in controls.feeds]
        self.setWindowTitle("Saccade" if several or not names else f"{names[0]} — Saccade")
        self.setMinimumSize(320, 240)
        # The window itself takes the keys until somebody tabs to a button: Space would press it.
        self.setFocusPolicy(Qt.StrongFocus)
        self.setFocus()
        if kiosk:
            self.setCursor(Qt.BlankCursor)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.paletteChanged.connect(self._follow_system)
        self._follow_system()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(REFRESH_MS)

    def _actions(self) -> list[Action]:
        full, question = (Qt.Key_F, Qt.Key_F11), (Qt.Key_Question, Qt.Key_H, Qt.Key_F1)
        pause, snapshot = self.tr("Pause or resume"), self.tr("Save a snapshot")
        overlay, screen = self.tr("Overlay on or off"), self.tr("Full screen, and back")
        zones = self.tr("Draw the zones in which things count")
        listed, panel = self.tr("This list"), self.tr("Panel: choice, charts, networks, settings")
        return [
            Action((Qt.Key_Space,), self.tr("Space"), self.tr("pause"), pause, self._toggle_pause),
            Action((Qt.Key_S,), "S", self.tr("snapshot"), snapshot, self._snapshot),
            Action((Qt.Key_O,), "O", self.tr("overlay"), overlay, self._toggle_overlay),
            Action((Qt.Key_P, Qt.Key_C), "P, C", self.tr("panel"), panel, self._toggle_panel),
            Action((Qt.Key_Z,), "Z", self.tr("zones"), zones, self._toggle_zones),
            Action(full, "F, F11", self.tr("full screen"), screen, self._toggle_full_screen),
            Action(question, "?, H, F1", self.tr("help"), listed, self._toggle_help),
        ]

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._top)
        layout.addWidget(self._middle, 1)
        layout.addWidget(self._bottom)

    def come_forward(self) -> None:
        """Stand before all other windows; where the desktop forbids that, it points here."""
        self.setWindowState(self.windowState() & ~Qt.WindowMinimized)
        self.raise_()
        self.activateWindow()
        QApplication.alert(self)

    def present(self) -> None:
        """Show the window where it was last time; in a kiosk over the whole screen."""
        if self._kiosk:
            # Without a window manager nobody else gives the window its size.
            self.setGeometry(QGuiApplication.primaryScreen().geometry())
            self.showFullScreen()
            return
        room = QGuiApplication.primaryScreen().availableSize()
        self.resize(_SIZE.boundedTo(room))
        if room.width() <= _SIZE.width() or room.height() <= _SIZE.height():
            self.setWindowState(Qt.WindowMaximized)
        geometry = remembered().value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
            self.setWindowState(self.windowState() & ~Qt.WindowFullScreen)
        introduce(self, [view.status for view in self._views], self._fonts)
        self.show()

    def refresh(self, figures: bool = True) -> None:
        """Show the application as it is now; without *figures* the states alone."""
        controls, colours = self._controls, self._colours
        telemetry = controls.telemetry()
        for view in self._views:
            view.set_overlay(controls.overlay)
            view.refresh(telemetry, figures)
        statuses = tuple(view.status for view in self._views)
        self._top.word(_PAUSE, self.tr("resume") if controls.paused else self.tr("pause"))
        if message := self._news.latest():
            self._toast.say(message.text, error=message.bad)
        if not figures:
            return
        camera = statuses[0].name if len(statuses) == 1 else ""
        candidates = [status.candidate for status in statuses if status.candidate]
        networks = sorted({c.network if len(statuses) > 1 else str(c) for c in candidates})
        self._top.show_segments(title(camera, networks), colours)
        line = [words.cameras(statuses, colours)]
        if telemetry is not None:
            line += [words.broker(telemetry.mqtt, colours)]
            line += [words.power_source(telemetry.power, colours, self._steady)]
            line += words.board(telemetry, colours, self._steady)
        self._bottom.show_segments(line, colours)
        self._middle.refresh(telemetry, statuses)

    def _tick(self) -> None:
        if self._controls.finished or self._controls.failed() is not None:
            self.close()
            return
        self._ticks += 1
        self.refresh(figures=self._ticks % 2 == 0)

    def _retheme(self, name: str) -> None:
        self._theme_name = name
        self._follow_system()

    def _follow_system(self) -> None:
        self._colours = theme.resolve(self._theme_name, QApplication.palette())
        self.setPalette(theme.qt_palette(self._colours))
        self._middle.recolour(self._colours)
        self.refresh()

    # -- what the keys and buttons do

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        control = bool(event.modifiers() & Qt.ControlModifier)
        chord = control or bool(event.modifiers() & (Qt.AltModifier | Qt.MetaModifier))
        if event.isAutoRepeat():
            return
        if key == Qt.Key_Q and (control or not (chord or self._kiosk)):
            self.close()
        elif key == Qt.Key_Escape:
            self._escape()
        elif key in self._by_key and not chord:
            self._by_key[key].do()
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        if self._help_panel.isVisible():
            self._toggle_help()
        elif self._zones.active:
            self._zones.leave()
        elif self._controls.skip_benchmark():
            self._toast.say(self.tr("the benchmark is skipped"))
        elif self._wall.alone is not None:
            self._wall.show_only(None)
        elif self._middle.covers:
            self._toggle_panel()
        elif self.isFullScreen():
            self._toggle_full_screen()

    def _toggle_pause(self) -> None:
        self._controls.set_paused(not self._controls.paused)
        self.refresh()

    def _toggle_overlay(self) -> None:
        self._controls.set_overlay(not self._controls.overlay)
        self.refresh()
        shown = self._controls.overlay
        self._toast.say(self.tr("overlay shown") if shown else self.tr("overlay hidden"))

    def _toggle_full_screen(self) -> None:
        if not self._kiosk:
            self.setWindowState(self.windowState() ^ Qt.WindowFullScreen)

    def _toggle_panel(self) -> None:
        self._middle.toggle()
        self._arrange()

    def _toggle_zones(self) -> None:
        if self._zones.active:
            self._zones.finish()
        elif self._views:
            self._zones.start(self._wall.alone or self._views[self._middle.attended])

    def _toggle_help(self) -> None:
        self._help_panel.setVisible(not self._help_panel.isVisible())
        self._help_panel.raise_()

    def _snapshot(self) -> None:
        self._saver.start()

    # -- what Qt tells the window

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.WindowStateChange and not self._kiosk:
            self._arrange()
            if self.isFullScreen():
                self._toast.say(self.tr("Esc leaves full screen"))
            else:
                self._toast.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The picture comes first: a low window gives up its bars."""
        barred = not (self._kiosk or self.isFullScreen())
        self._top.setVisible(barred and self.height() >= 36 * GRID)
        self._bottom.setVisible(barred and self.height() >= 48 * GRID)
        # Where the panel leaves hardly anything, a message lies over it.
        taken = self._middle.taken
        self._toast.covered = taken if self.width() - taken >= 40 * GRID else 0
        self._toast.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        for view in self._views:
            view.stop()
        if not self._kiosk:
            remembered().setValue("geometry", self.saveGeometry())
        super().closeEvent(event)
