"""The page of charts: one camera's frames and ages, the device's watts and temperature."""

from __future__ import annotations

from PyQt5.QtGui import QColor, QResizeEvent
from PyQt5.QtWidgets import QGridLayout

from app.telemetry.snapshot import TelemetrySnapshot
from app.ui import words
from app.ui.charts.chart import Chart, Trace
from app.ui.charts.history import History
from app.ui.line import Segment, Steady, strong
from app.ui.panel.page import Moment, Page
from app.ui.theme import GRID, Accents, Fonts, Palette
from pipelines.live.status import CameraStatus

# Lower than this, the four charts stand two by two. In units of the text's grid.
_COLUMN = 60


class ChartsPage(Page):
    """A network's line has the network's accent while it ran; what is dashed is said to be."""

    def __init__(self, history: History, fonts: Fonts, accents: Accents, palette: Palette) -> None:
        super().__init__(fonts)
        self._history, self._accents, self._colours = history, accents, palette
        self._column = _COLUMN * fonts.grid
        self._steady = Steady()
        self._shown: tuple[TelemetrySnapshot | None, str] = (None, "")
        span = history.span_s
        self._frames, self._age = Chart(span, fonts, palette), Chart(span, fonts, palette)
        self._watts = Chart(span, fonts, palette)
        self._heat = Chart(span, fonts, palette, around=True)
        self._charts = (self._frames, self._age, self._watts, self._heat)
        self._grid = QGridLayout()
        self._grid.setSpacing(GRID)
        self.column.addLayout(self._grid, 1)
        self._arrange()

    def recolour(self, palette: Palette) -> None:
        self._colours = palette
        for chart in self._charts:
            chart.recolour(palette)
        self._shown = (None, "")

    def refresh(self, moment: Moment) -> None:
        latest, status = self._history.latest, moment.status
        if latest is None or (latest, moment.camera) == self._shown:
            return
        self._shown = (latest, moment.camera)
        if status is not None:
            accent = self._colours.idle
            if status.candidate is not None:
                accent = self._accents(status.candidate, self._colours)
            self._draw_frames(status, accent)
            self._draw_age(status, accent)
        self._draw_device(latest)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        columns = 1 if self.height() >= self._column else 2
        for index, chart in enumerate(self._charts):
            self._grid.addWidget(chart, *divmod(index, columns))

    def _draw_frames(self, status: CameraStatus, accent: QColor) -> None:
        colours, history = self._colours, self._history
        network = self._figure("network", status.fps if status.candidate else None, 1)
        camera = self._figure("camera", status.capture_fps, 1)
        dashed = self.tr("camera {fps} (dashed)").format(fps=camera)
        plainly = self.tr("camera {fps}").format(fps=camera)
        words = [
            Segment(strong(self.tr("fps")), ((3, ""),)),
            Segment(self.tr("network {fps}").format(fps=network), ((2, network),), accent),
            Segment(dashed, ((1, plainly), (2, camera)), colours.muted),
        ]
        passed = Trace(history.camera(status.name, "capture_fps"), colours.muted, dashed=True)
        self._frames.draw(
            history.seconds(), [passed, *self._traces(status.name, "fps")], words, colours
        )

    def _draw_age(self, status: CameraStatus, accent: QColor) -> None:
        colours, age = self._colours, status.age_ms
        p50 = self._figure("p50", age.p50 if age else None, 0)
        p95 = self._figure("p95", age.p95 if age else None, 0)
        dashed = self.tr("p95 {age} (dashed)").format(age=p95)
        plainly = self.tr("p95 {age}").format(age=p95)
        words = [
            Segment(strong(self.tr("age, ms")), ((2, strong(self.tr("ms"))),)),
            Segment(self.tr("p50 {age}").format(age=p50), ((3, p50),), accent),
            Segment(dashed, ((1, plainly), (3, p95)), accent),
        ]
        traces = self._traces(status.name, "p95_ms", dashed=True)
        traces += self._traces(status.name, "p50_ms")
        self._age.draw(self._history.seconds(), traces, words, colours)

    def _draw_device(self, latest: TelemetrySnapshot) -> None:
        colours, history = self._colours, self._history
        for chart, name, figure, now in (
            (self._watts, self.tr("power"), "watts", words.watts(latest.power, self._steady)),
            (self._heat, self.tr("temperature"), "temperature_c", self._degrees(latest)),
        ):
            line = [Segment(strong(name), ((1, ""),)), Segment(now, (), colours.text)]
            traces = [Trace(history.device(figure), colours.text)]
            chart.draw(history.seconds(), traces, line, colours)

    def _traces(self, camera: str, figure: str, dashed: bool = False) -> list[Trace]:
        return [
            Trace(values, self._accents(candidate, self._colours), dashed)
            for candidate, values in self._history.by_candidate(camera, figure).items()
        ]

    def _degrees(self, latest: TelemetrySnapshot) -> str:
        heat = self._figure("heat", latest.temperature_c, 0)
        return self.tr("{heat} °C").format(heat=heat)

    def _figure(self, name: str, value: float | None, digits: int) -> str:
        return strong("—" if value is None else self._steady(name, f"{value:.{digits}f}"))
