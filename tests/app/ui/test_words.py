from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtGui import QColor

from app.telemetry.snapshot import MqttStatus, TelemetrySnapshot
from app.ui.line import Segment, Steady, plain
from app.ui.theme import DARK
from app.ui.words import (
    Parts,
    board,
    broker,
    cameras,
    heads_up,
    power_source,
    state_colour,
    state_words,
)
from pipelines.live.status import CameraState, CameraStatus
from pipelines.power import PowerReading
from tests.app.ui import feeds

LIVE = replace(feeds.LIVE, width=1280, height=720, capture_fps=30.04)
MODELLED = PowerReading(6.61, "modelled", "board", "modelled")
MEASURED = PowerReading(4.2, "measured", "package", "rapl")


def said(status: CameraStatus, power: PowerReading | None, level: int = 0, **parts: bool) -> str:
    segments = heads_up(status, power, Parts(**parts), QColor("white"), DARK, Steady())
    return " | ".join(plain(segment.at(level)) for segment in segments if segment.at(level))


def test_the_line_says_it_all_with_units_and_provenance() -> None:
    assert said(LIVE, MODELLED) == (
        "camera 30.0 fps | network 29.9 fps | age 14 / 18 ms (p50 / p95)"
        " | fastestdet · onnxruntime int8 | 6.6 W modelled"
    )
    assert said(LIVE, MEASURED).endswith("4.2 W measured")


def test_an_unknown_is_no_figure() -> None:
    unknown = replace(LIVE, capture_fps=None, fps=None, age_ms=None)
    assert said(unknown, None) == (
        "camera — fps | network — fps | age — / — ms (p50 / p95)"
        " | fastestdet · onnxruntime int8 | W —"
    )


def test_without_a_network_the_line_says_so_and_how_to_get_one() -> None:
    bare = replace(LIVE, candidate=None)
    assert said(bare, None) == (
        "camera 30.0 fps | age 14 / 18 ms (p50 / p95) | no network: models pull fastestdet | W —"
    )
    assert "no network" in said(bare, None, level=4)
    starting = replace(bare, state=CameraState.STARTING)
    assert "no network" not in said(starting, None)


def test_an_accelerator_is_named() -> None:
    assert "onnxruntime int8 · cuda" in said(
        replace(LIVE, candidate=replace(feeds.CANDIDATE, device="cuda")), None
    )


@pytest.mark.parametrize(
    ("level", "text"),
    [
        (3, "Gate cam | camera 30.0 fps | network 29.9 fps | age 14 / 18 ms | fastestdet"),
        (6, "Gate cam | 29.9 fps | age 14 / 18 ms | fastestdet"),
        (9, "Gate cam | 29.9 fps"),
    ],
)
def test_the_line_shortens_sensibly(level: int, text: str) -> None:
    assert said(LIVE, MODELLED, level, name=True) == text


def test_watts_never_lose_their_provenance() -> None:
    for level in range(10):
        line = said(LIVE, MODELLED, level)
        assert " W" not in line or "W modelled" in line


@pytest.mark.parametrize("state", CameraState)
def test_every_state_has_its_words_and_colour(state: CameraState) -> None:
    word, meaning = state_words(state)
    assert word.lower() == state.value
    assert meaning.endswith(".")
    assert state_colour(state, DARK) in (DARK.ok, DARK.warn, DARK.bad, DARK.idle)


def text_and_dot(segment: Segment) -> tuple[str, QColor | None]:
    return plain(segment.text), segment.dot


@pytest.mark.parametrize(
    ("mqtt", "text", "dot"),
    [
        (MqttStatus(), "MQTT off", DARK.idle),
        (MqttStatus(True, "192.0.2.10"), "MQTT 192.0.2.10", DARK.ok),
        (
            MqttStatus(False, "192.0.2.10", "connection refused"),
            "MQTT 192.0.2.10: connection refused",
            DARK.warn,
        ),
        (MqttStatus(False, "192.0.2.10"), "MQTT 192.0.2.10: not connected", DARK.warn),
    ],
)
def test_the_broker_in_words(mqtt: MqttStatus, text: str, dot: QColor) -> None:
    assert text_and_dot(broker(mqtt, DARK)) == (text, dot)


@pytest.mark.parametrize(
    ("power", "text", "dot"),
    [
        (None, "power unknown: no sensor", DARK.idle),
        (MODELLED, "6.6 W modelled: no sensor on this machine", DARK.warn),
        (MEASURED, "4.2 W measured: processor package, rapl", DARK.ok),
    ],
)
def test_the_power_s_source_in_words(power: PowerReading | None, text: str, dot: QColor) -> None:
    assert text_and_dot(power_source(power, DARK, Steady())) == (text, dot)


def test_one_camera_by_name_and_several_by_number() -> None:
    lost = replace(LIVE, name="Yard", state=CameraState.NO_CAMERA, width=None, height=None)
    stale = replace(LIVE, state=CameraState.STALE)
    assert text_and_dot(cameras((LIVE,), DARK)) == ("Gate cam: 1280×720, live", DARK.ok)
    assert text_and_dot(cameras((lost,), DARK)) == ("Yard: no camera", DARK.bad)
    assert text_and_dot(cameras((LIVE, LIVE), DARK)) == ("2 of 2 cameras live", DARK.ok)
    assert text_and_dot(cameras((LIVE, stale), DARK)) == ("1 of 2 cameras live", DARK.warn)
    assert text_and_dot(cameras((stale, lost, LIVE), DARK)) == ("1 of 3 cameras live", DARK.bad)
    assert text_and_dot(cameras((), DARK))[1] == DARK.idle


def test_the_board_s_heat_and_complaints() -> None:
    snapshot = TelemetrySnapshot("", 0.0, ())
    assert board(snapshot, DARK, Steady()) == []
    hot = replace(snapshot, temperature_c=81.6, throttled=("under-voltage", "throttled"))
    heat, complaints = board(hot, DARK, Steady())
    assert text_and_dot(heat) == ("82 °C", None)
    assert text_and_dot(complaints) == ("under-voltage, throttled", DARK.bad)
