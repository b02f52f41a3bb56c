"""What the window says about a camera, in words: its state, and the line of figures."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QCoreApplication
from PyQt5.QtGui import QColor

from app.telemetry.snapshot import MqttStatus, TelemetrySnapshot
from app.ui.line import Segment, Steady, strong
from app.ui.theme import Palette
from pipelines.live.status import CameraState, CameraStatus
from pipelines.power import PowerReading

# States whose last picture stays in view, dimmed; in every other but LIVE it would mislead.
DIMMED = {CameraState.PAUSED, CameraState.STALE, CameraState.ENDED}


# Under this name the translation tools find the texts.
translate = QCoreApplication.translate


def state_words(state: CameraState) -> tuple[str, str]:
    """The state's name, and what it means or what is being done about it."""
    words = {
        CameraState.STARTING: (
            translate("words", "Starting"),
            translate("words", "Opening the camera and the network."),
        ),
        CameraState.LIVE: (
            translate("words", "Live"),
            translate("words", "Waiting for the first picture."),
        ),
        CameraState.PAUSED: (translate("words", "Paused"), translate("words", "Space resumes.")),
        CameraState.STALE: (
            translate("words", "Stale"),
            translate("words", "Nothing new; waiting for the camera or the network."),
        ),
        CameraState.RECONNECTING: (
            translate("words", "Reconnecting"),
            translate("words", "The camera is being reopened."),
        ),
        CameraState.NO_CAMERA: (
            translate("words", "No camera"),
            translate("words", "It has delivered no picture yet."),
        ),
        CameraState.ENDED: (
            translate("words", "Ended"),
            translate("words", "The source has no more pictures."),
        ),
        CameraState.ERROR: (
            translate("words", "Error"),
            translate("words", "The camera or the network failed."),
        ),
    }
    return words[state]


def state_colour(state: CameraState, palette: Palette) -> QColor:
    """The colour of the state's dot; the word beside it says the same."""
    if state is CameraState.LIVE:
        return palette.ok
    if state in (CameraState.NO_CAMERA, CameraState.ERROR):
        return palette.bad
    if state in (CameraState.STALE, CameraState.RECONNECTING):
        return palette.warn
    return palette.idle


def _fps(steady: Steady, name: str, value: float | None) -> str:
    return strong("—" if value is None else steady(name, f"{value:.1f}"))


@dataclass(frozen=True, slots=True)
class Parts:
    """What the line over a picture holds beside the camera's own figures."""

    name: bool = False
    power: bool = True


def heads_up(
    status: CameraStatus,
    power: PowerReading | None,
    parts: Parts,
    accent: QColor,
    palette: Palette,
    steady: Steady,
) -> tuple[Segment, ...]:
    """The line over the picture; *accent* is the colour of the network in force."""
    camera = _fps(steady, "camera", status.capture_fps)
    network = _fps(steady, "network", status.fps)
    p50 = p95 = "—"
    if status.age_ms is not None:
        p50 = steady("p50", f"{status.age_ms.p50:.0f}")
        p95 = steady("p95", f"{status.age_ms.p95:.0f}")
    age = translate("words", "age {p50} / {p95} ms").format(p50=strong(p50), p95=strong(p95))
    half = translate("words", "{p50} ms").format(p50=strong(p50))
    segments = [
        Segment(translate("words", "camera {fps} fps").format(fps=camera), ((5, ""),)),
        Segment(
            translate("words", "network {fps} fps").format(fps=network),
            ((6, translate("words", "{fps} fps").format(fps=network)),),
        ),
        Segment(
            age + " " + translate("words", "(p50 / p95)"),
            ((1, age), (7, half), (8, "")),
        ),
        _network_in_force(status, accent, palette),
    ]
    if status.candidate is None:
        del segments[1]  # nothing infers, whatever rate the pictures pass at
    if parts.name:
        segments.insert(0, Segment(strong(status.name)))
    if parts.power:
        segments.append(Segment(watts(power, steady), ((3, ""),)))
    return tuple(segments)


def _network_in_force(status: CameraStatus, accent: QColor, palette: Palette) -> Segment:
    candidate = status.candidate
    if candidate is None and status.state in (CameraState.STARTING, CameraState.ERROR):
        return Segment(translate("words", "network —"), ((4, ""),))
    if candidate is None:
        hint = translate("words", "no network: models pull fastestdet")
        shorter = ((2, translate("words", "no network")),)
        return Segment(hint, shorter, palette.warn, palette.warn)
    name = strong(candidate.network)
    device = "" if candidate.device == "cpu" else f" · {candidate.device}"
    text = f"{name} · {candidate.engine} {candidate.precision}{device}"
    return Segment(text, ((2, name), (9, "")), accent)


def watts(power: PowerReading | None, steady: Steady) -> str:
    """Watts with their provenance; an unknown is no figure."""
    if power is None:
        return translate("words", "W —")
    figure = strong(steady("watts", f"{power.watts:.1f}"))
    if power.kind == "modelled":
        return translate("words", "{watts} W modelled").format(watts=figure)
    return translate("words", "{watts} W measured").format(watts=figure)


def power_source(power: PowerReading | None, palette: Palette, steady: Steady) -> Segment:
    """The device's watts and where they come from."""
    if power is None:
        return Segment(translate("words", "power unknown: no sensor"), ((3, ""),), palette.idle)
    short = watts(power, steady)
    shorter = ((1, short), (3, ""))
    if power.kind == "modelled":
        text = translate("words", "{watts}: no sensor on this machine").format(watts=short)
        return Segment(text, shorter, palette.warn)
    scopes = {
        "board": translate("words", "board"),
        "package": translate("words", "processor package"),
        "rails": translate("words", "supply rails"),
    }
    text = f"{short}: {scopes[power.scope]}, {power.source}"
    return Segment(text, shorter, palette.ok)


def broker(mqtt: MqttStatus, palette: Palette) -> Segment:
    """The MQTT broker's state."""
    if mqtt.connected is None:
        return Segment(translate("words", "MQTT off"), ((2, ""),), palette.idle)
    if mqtt.connected:
        text = translate("words", "MQTT {broker}").format(broker=mqtt.broker)
        return Segment(text, ((2, "MQTT"),), palette.ok)
    text = translate("words", "MQTT {broker}: {message}").format(
        broker=mqtt.broker,
        message=mqtt.message or translate("words", "not connected"),
    )
    return Segment(text, ((2, translate("words", "MQTT not connected")),), palette.warn)


def cameras(statuses: tuple[CameraStatus, ...], palette: Palette) -> Segment:
    """One camera's size and state; of several how many are live, coloured as the worst."""
    if len(statuses) != 1:
        live = sum(status.state is CameraState.LIVE for status in statuses)
        text = translate("words", "{live} of {all} cameras live")
        colours = [state_colour(status.state, palette) for status in statuses]
        order = (palette.bad, palette.warn, palette.idle, palette.ok)
        worst = min(colours, key=order.index, default=palette.idle)
        return Segment(text.format(live=live, all=len(statuses)), (), worst)
    (status,) = statuses
    size = "" if status.width is None else f"{status.width}×{status.height}, "
    word = state_words(status.state)[0]
    word = word[:1].lower() + word[1:]  # other languages have capitals inside
    colour = state_colour(status.state, palette)
    return Segment(f"{status.name}: {size}{word}", ((4, word),), colour)


def board(snapshot: TelemetrySnapshot, palette: Palette, steady: Steady) -> list[Segment]:
    """The board's heat and its complaints, as far as they are known."""
    segments = []
    if snapshot.temperature_c is not None:
        heat = strong(steady("heat", f"{snapshot.temperature_c:.0f}"))
        text = translate("words", "{heat} °C").format(heat=heat)
        segments.append(Segment(text, ((3, ""),)))
    if snapshot.throttled:
        segments.append(Segment(", ".join(snapshot.throttled), (), palette.bad, palette.bad))
    return segments
