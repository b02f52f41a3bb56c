"""The page of settings: each is written into the configuration file as soon as it is changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt5.QtGui import QShowEvent
from PyQt5.QtWidgets import QLabel

from app.config import AUTO, Config
from app.controls import Controls
from app.networks import NO_NETWORK
from app.settings import Place
from app.ui.panel.page import Moment, Page
from app.ui.settings.fields import ChoiceField, Field, NumberField, SwitchField, TextField
from app.ui.text import Paragraph, coloured
from app.ui.theme import GRID, Fonts, Palette
from models.errors import SaccadeError
from pipelines.cameras.source import redact

SOURCE, MODEL, SCENARIO = "source", "model", "scenario"
THEME, OVERLAY = ("window", "theme"), ("window", "overlay")
DEFAULT, BROKER = ("scenario", "name"), ("mqtt", "url")
MOTION, SENSITIVITY = ("motion", "enabled"), ("motion", "sensitivity")
IDLE, CORE = ("power", "idle_w"), ("power", "core_w")


class SettingsPage(Page):
    """What takes effect at once comes first, then what does at the next start.

    Of the cameras it shows the one that the panel is about. *retheme* changes the window's theme.
    """

    def __init__(
        self, controls: Controls, retheme: Callable[[str], None], fonts: Fonts, palette: Palette
    ) -> None:
        super().__init__(fonts)
        self._controls, self._fonts, self._colours = controls, fonts, palette
        self._camera = ""
        self._at_once: dict[Place, Callable[[Any], None]] = {
            THEME: retheme,
            OVERLAY: controls.set_overlay,
        }
        self._problem = Paragraph(fonts)
        self._fields: dict[Place, Field] = {}
        self._of_camera: dict[str, Field] = {}
        self.column.addWidget(self._problem)
        self._add_window()
        self._add_camera()
        self._add_device()
        self.column.addStretch(1)

    def recolour(self, palette: Palette) -> None:
        self._colours = palette
        for field in (*self._fields.values(), *self._of_camera.values()):
            field.recolour(palette)

    def refresh(self, moment: Moment) -> None:
        if moment.camera != self._camera:
            self._camera = moment.camera
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # It may have been edited by hand meanwhile, and networks been installed.
        self._read()

    def _add_window(self) -> None:
        self._head(self.tr("At once"))
        theme = ChoiceField(self.tr("Theme"), self._fonts)
        theme.offer(
            [
                ("system", self.tr("as the system's")),
                ("dark", self.tr("dark")),
                ("light", self.tr("light")),
            ]
        )
        self._add(THEME, theme)
        self._add(
            OVERLAY, SwitchField(self.tr("Boxes and labels, now and at the start"), self._fonts)
        )

    def _add_camera(self) -> None:
        self._whose = self._head("")
        self._source = TextField(
            self.tr("Source"), self._fonts, self.tr("auto, camera:0, a file, rtsp://…")
        )
        self._model = ChoiceField(self.tr("Network"), self._fonts)
        self._scenario = ChoiceField(self.tr("Scenario"), self._fonts)
        self._of_camera = {
            SOURCE: self._source,
            MODEL: self._model,
            SCENARIO: self._scenario,
        }
        for key, field in self._of_camera.items():
            field.changed.connect(partial(self._change_camera, key))
            self.column.addWidget(field)

    def _add_device(self) -> None:
        fonts = self._fonts
        self._head(self.tr("At the next start"))
        self._default = ChoiceField(self.tr("Scenario of all cameras"), fonts)
        self._add(DEFAULT, self._default)
        self._add(
            MOTION,
            SwitchField(self.tr("Spare the network where nothing moves"), fonts),
        )
        self._add(
            SENSITIVITY,
            NumberField(
                self.tr("Sensitivity to motion"),
                fonts,
                "",
                1.0,
                self.tr("0 to 1: the more, the smaller a change that wakes the network."),
            ),
        )
        self._add(
            BROKER,
            TextField(
                self.tr("MQTT broker"),
                fonts,
                self.tr("mqtt://host:1883, or nothing"),
                self.tr("User and password never stand here: docs/mqtt.md says where."),
            ),
        )
        hint = self.tr("The model for machines without a sensor; measure yours with a meter.")
        self._add(IDLE, NumberField(self.tr("Modelled power at rest"), fonts, "W", 1000, hint))
        self._add(CORE, NumberField(self.tr("and for every busy core"), fonts, "W", 1000))

    def _head(self, text: str) -> QLabel:
        heading = QLabel(text)
        heading.setFont(self._fonts.strong)
        heading.setContentsMargins(0, GRID, 0, 0)
        heading.setWordWrap(True)
        self.column.addWidget(heading)
        return heading

    def _add(self, place: Place, field: Field) -> None:
        self._fields[place] = field
        field.changed.connect(partial(self._change, place, field))
        self.column.addWidget(field)

    # -- from the file and back

    def _read(self) -> None:
        try:
            config = self._controls.settings.read()
        except SaccadeError as error:
            self._tell(str(error))
            return
        self._tell("")
        scenarios = [(name, name) for name in self._controls.choosing.scenarios]
        self._default.offer(scenarios)
        for place, field in self._fields.items():
            field.show_value(_value(config, place))
            field.answer("", self._colours)
        self._read_camera(config, scenarios)

    def _read_camera(self, config: Config, scenarios: list[tuple[str, str]]) -> None:
        camera = next((each for each in config.camera if each.name == self._camera), None)
        for field in self._of_camera.values():
            field.setVisible(camera is not None)
        if camera is None:
            text = self.tr("{camera} is not in the file: the command line named it.")
            self._whose.setText(text.format(camera=self._camera))
            return
        self._whose.setText(self.tr("At the next start, {camera}").format(camera=camera.name))
        installed = [entry.name for entry in self._controls.library.installed() if entry.network]
        self._model.offer(
            [
                (AUTO, self.tr("chosen automatically")),
                (NO_NETWORK, self.tr("none, only the picture")),
                *((name, name) for name in installed),
            ]
        )
        self._scenario.offer([("", self.tr("that of all cameras")), *scenarios])
        # A password is neither shown nor lost.
        secret = redact(camera.source) != camera.source
        self._source.show_value("" if secret else camera.source)
        self._model.show_value(camera.model)
        self._scenario.show_value(camera.scenario)
        kept = self.tr("{source} with its password stays until you enter another one.")
        self._source.hint = kept.format(source=redact(camera.source)) if secret else ""
        for field in self._of_camera.values():
            field.answer("", self._colours)

    def _change_camera(self, key: str, value: Any) -> None:
        try:
            cameras = self._controls.settings.read().camera
        except SaccadeError as error:
            self._of_camera[key].answer(str(error), self._colours, bad=True)
            return
        index = [camera.name for camera in cameras].index(self._camera)
        self._change(("camera", index, key), self._of_camera[key], value)

    def _change(self, place: Place, field: Field, value: Any) -> None:
        try:
            self._controls.settings.change(place, value)
        except SaccadeError as error:
            field.answer(str(error), self._colours, bad=True)
            return
        if now := self._at_once.get(place):
            now(value)
        saved = self.tr("saved") if now else self.tr("saved, for the next start")
        field.answer(saved, self._colours)

    def _tell(self, problem: str) -> None:
        """Why nothing can be changed; "" where it can."""
        self._problem.show_text(coloured(problem, self._colours.bad) if problem else "")
        self._problem.setVisible(bool(problem))
        for field in (*self._fields.values(), *self._of_camera.values()):
            field.setEnabled(not problem)


def _value(config: Config, place: Place) -> Any:
    value: Any = config
    for key in place:
        value = getattr(value, str(key))
    return value
