"""The mode in which zones are drawn: one picture at a time, kept when it is left."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal

from app.controls import Zoning
from app.ui.theme import Fonts
from app.ui.toast import Toast
from app.ui.video import VideoWidget
from app.ui.wall import Wall
from app.ui.zones.editor import ZoneEditor
from models.errors import ConfigError


class ZoneMode(QObject):
    """Has every view show its zones, and lets one of them be drawn on. *ended*: it is left."""

    ended = pyqtSignal()

    def __init__(
        self,
        wall: Wall,
        zoning: Zoning,
        toast: Toast,
        fonts: Fonts,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._wall, self._alone = wall, wall.alone
        self._zoning, self._toast, self._fonts = zoning, toast, fonts
        self._view: VideoWidget | None = None
        self._editor: ZoneEditor | None = None
        for view in wall.views:
            view.set_zones(zoning.of(view.status.name))

    @property
    def active(self) -> bool:
        """Whether zones are being drawn."""
        return self._editor is not None

    def start(self, view: VideoWidget) -> None:
        """Draw on *view*, which is shown alone until that ends."""
        if not view.has_picture:
            self._toast.say(self.tr("no zones: there is no picture yet"), error=True)
            return
        self._alone = self._wall.alone
        self._wall.show_only(view)
        self._view = view
        view.set_zones(())
        self._editor = ZoneEditor(view, self._zoning.of(view.status.name), self._fonts)
        self._editor.done.connect(self._keep)
        self._editor.cancelled.connect(self.leave)

    def finish(self) -> None:
        """Keep what is drawn, as far as it is whole."""
        if self._editor is not None:
            self._editor.finish()

    def _keep(self) -> None:
        if self._editor is None or self._view is None:
            return
        try:
            problem = self._zoning.change(self._view.status.name, self._editor.zones)
        except ConfigError as error:
            self._editor.complain(str(error))
            return
        self.leave()
        if problem:
            message = self.tr("the zones hold until the end of this run: {reason}")
            self._toast.say(message.format(reason=problem), error=True)
        else:
            self._toast.say(self.tr("zones saved"))

    def leave(self) -> None:
        """End it; what was drawn and not kept is gone."""
        editor, view = self._editor, self._view
        if editor is None or view is None:
            return
        self._editor = self._view = None
        view.removeEventFilter(editor)
        editor.hide()
        editor.deleteLater()
        view.reserve(0)
        view.set_zones(self._zoning.of(view.status.name))
        self._wall.show_only(self._alone)
        self.ended.emit()
