"""The ring of figures behind the charts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.telemetry.snapshot import TelemetrySnapshot
from app.ui.charts.history import History
from models.candidate import Candidate
from pipelines.live.status import CameraStatus
from pipelines.power import PowerReading
from tests.app.ui.feeds import CANDIDATE, LIVE

OTHER = Candidate("yolox-nano", "fp32", "onnxruntime")


def at(seconds: float, *cameras: CameraStatus, watts: float | None = None) -> TelemetrySnapshot:
    power = None if watts is None else PowerReading(watts, "modelled", "board", "modelled")
    return TelemetrySnapshot("", seconds, cameras or (LIVE,), power=power)


def known(values: np.ndarray) -> list[float]:
    return [float(value) for value in values if not np.isnan(value)]


def test_figures_stand_beside_their_seconds() -> None:
    history = History(["Gate cam"])
    for second, watts in ((1, 5.0), (2, None), (3, 6.5)):
        history.add(at(second, watts=watts))
    assert list(history.seconds()[-3:]) == [-2, -1, 0]
    watts = history.device("watts")[-3:]
    assert (watts[0], watts[2]) == (5.0, 6.5)
    assert np.isnan(watts[1])  # an unknown is a gap, not 0
    assert known(history.camera("Gate cam", "p95_ms")) == [18.1] * 3
    assert not known(history.device("temperature_c"))


def test_one_snapshot_counts_once() -> None:
    history = History(["Gate cam"])
    same = at(1)
    for _ in range(4):  # the window asks more often than there is news
        history.add(same)
    assert len(known(history.seconds())) == 1
    assert history.latest is same


def test_what_is_older_than_the_span_is_dropped() -> None:
    history = History(["Gate cam"], span_s=10)
    for second in range(25):
        history.add(at(second, watts=float(second)))
    assert known(history.device("watts")) == [float(second) for second in range(14, 25)]
    assert known(history.seconds()) == [float(second) for second in range(-10, 1)]


def test_a_silence_is_a_gap() -> None:
    history = History(["Gate cam"])
    for second in (1, 2, 30, 31):
        history.add(at(second, watts=5.0))
    assert list(np.isnan(history.device("watts")[-5:])) == [False, False, True, False, False]
    assert list(history.seconds()[-5:]) == [-30, -29, -15, -1, 0]


def test_each_network_s_figures_are_its_own() -> None:
    history = History(["Gate cam", "Yard"])
    yard = replace(LIVE, name="Yard", candidate=None)
    for second, candidate, fps in ((1, CANDIDATE, 30.0), (2, OTHER, 12.0), (3, CANDIDATE, 29.0)):
        history.add(at(second, replace(LIVE, candidate=candidate, fps=fps), yard))
    parts = history.by_candidate("Gate cam", "fps")
    assert list(parts) == [CANDIDATE, OTHER]
    assert known(parts[CANDIDATE]) == [30.0, 29.0]
    assert np.isnan(parts[CANDIDATE][-2])
    assert known(parts[OTHER]) == [12.0]
    # Without a network nothing infers, whatever rate the pictures pass at.
    assert history.by_candidate("Yard", "fps") == {}
    assert not known(history.camera("Yard", "fps"))
    assert known(history.camera("Yard", "capture_fps")) == [30.0] * 3


@pytest.mark.parametrize("missing", [{"fps": None}, {"age_ms": None}, {"capture_fps": None}])
def test_a_camera_that_cannot_tell_leaves_a_gap(missing: dict[str, None]) -> None:
    history = History(["Gate cam"])
    history.add(at(1, replace(LIVE, **missing)))
    gone = {"fps": "fps", "age_ms": "p50_ms", "capture_fps": "capture_fps"}[next(iter(missing))]
    assert not known(history.camera("Gate cam", gone))
