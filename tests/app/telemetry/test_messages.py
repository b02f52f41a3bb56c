from __future__ import annotations

import json
import math

import numpy as np
import pytest

from app.telemetry.messages import camera_state, camera_status, encode, node_state
from pipelines.live.status import CameraState
from pipelines.selection.closed_loop.steering import Merit
from pipelines.selection.in_force import Ruling
from pipelines.selection.scenario import Scenario, Weights
from tests.app.telemetry.examples import TAKEN_AT, blank, camera, snapshot


def test_the_node_state_is_flat_json_with_numbers_as_numbers() -> None:
    busy = camera("b", fps=10.0, capture_fps=25.0, state=CameraState.STALE)
    state = json.loads(encode(node_state(snapshot(camera("a"), busy))))
    assert state == {
        "timestamp": TAKEN_AT,
        "uptime_s": 12.5,
        "cameras": 2,
        "cameras_online": 1,
        "capture_fps": 55.0,
        "fps": 29.988,
        "age_p95_ms": 36.2,
        "power_w": 4.211,
        "power_kind": "modelled",
        "power_scope": "board",
        "power_source": "modelled",
        "temperature_c": 51.2,
        "throttled": 1,
        "throttled_reasons": "under-voltage, throttled",
        "cpu_percent": 34.1,
        "rss_mb": 182.4,
        "scenario": None,
        "scenario_source": None,
        "scenario_why": None,
        "weight_accuracy": None,
        "weight_throughput": None,
        "weight_power": None,
        "weight_memory": None,
        "weight_latency": None,
        "mqtt_published": 240,
        "mqtt_dropped": 2,
        "mqtt_reconnects": 1,
    }


def test_the_camera_state_is_flat_json_with_numbers_as_numbers() -> None:
    state = json.loads(encode(camera_state(camera(), TAKEN_AT, ["person", "dog"])))
    assert state == {
        "timestamp": TAKEN_AT,
        "state": "live",
        "message": "",
        "width": 1280,
        "height": 720,
        "capture_fps": 30.0,
        "fps": 19.988,
        "age_p50_ms": 33.1,
        "age_p95_ms": 36.2,
        "age_p99_ms": 40.4,
        "pre_ms": 0.15,
        "infer_ms": 28.3,
        "post_ms": 0.22,
        "captured": 900,
        "processed": 598,
        "overwritten": 300,
        "in_flight": 1,
        "pending": 1,
        "skipped": 2,
        "network": "fastestdet",
        "precision": "fp32",
        "engine": "onnxruntime",
        "device": "cpu",
        "threads": 1,
        "candidate": "fastestdet · onnxruntime fp32",
        "fom": None,
        "fom_table": None,
        "reconnects": 0,
        "stalls": 0,
        "objects": 3,
        "object_person": 2,
        "object_dog": 0,  # seen before, not now
        "object_cell_phone": 1,
    }


def test_what_is_not_known_is_null() -> None:
    unknown = blank()
    node = json.loads(encode(node_state(unknown)))
    for key in ("fps", "capture_fps", "age_p95_ms", "power_w", "power_kind", "temperature_c"):
        assert node[key] is None
    assert node["throttled"] is node["throttled_reasons"] is node["rss_mb"] is None
    of_camera = json.loads(encode(camera_state(unknown.cameras[0], TAKEN_AT, [])))
    for key in ("fps", "age_p50_ms", "infer_ms", "network", "candidate", "threads", "objects"):
        assert of_camera[key] is None


def test_the_scenario_in_force_is_told_with_its_source_reason_and_weights() -> None:
    energy = Scenario("energy", Weights(0.1, 0.1, 0.8))
    ruling = Ruling(energy, "governor", "hot: temperature 81 °C, limit 80 °C")
    state = json.loads(encode(node_state(snapshot(), ruling)))
    assert {key: value for key, value in state.items() if key.startswith(("scen", "weight"))} == {
        "scenario": "energy",
        "scenario_source": "governor",
        "scenario_why": "hot: temperature 81 °C, limit 80 °C",
        "weight_accuracy": 0.1,
        "weight_throughput": 0.1,
        "weight_power": 0.8,
        "weight_memory": 0.0,
        "weight_latency": 0.0,
    }


def test_a_figure_of_merit_of_any_size_keeps_six_figures() -> None:
    merit = Merit(0.000012345678, None)
    state = json.loads(encode(camera_state(camera(), TAKEN_AT, [], merit)))
    assert state["fom"] == 1.23457e-05
    assert state["fom_table"] is None


def test_a_camera_that_is_lost_counts_nothing() -> None:
    lost = camera_state(camera(state=CameraState.RECONNECTING), TAKEN_AT, ["person", "dog"])
    assert lost["objects"] is lost["object_person"] is lost["object_dog"] is None


def test_a_board_without_complaints_says_so() -> None:
    state = node_state(snapshot(throttled=()))
    assert state["throttled"] == 0
    assert state["throttled_reasons"] == ""


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (CameraState.LIVE, "online"),
        (CameraState.PAUSED, "online"),
        (CameraState.STALE, "stalled"),
        (CameraState.ERROR, "stalled"),  # the pipeline failed, though the camera may be well
        (CameraState.RECONNECTING, "offline"),
        (CameraState.NO_CAMERA, "offline"),
        (CameraState.STARTING, "offline"),
        (CameraState.ENDED, "offline"),
    ],
)
def test_a_camera_is_online_offline_or_stalled(state: CameraState, status: str) -> None:
    assert camera_status(state) == status


def test_every_state_has_a_status() -> None:
    assert {camera_status(state) for state in CameraState} == {"online", "offline", "stalled"}


def test_numpy_scalars_are_numbers_and_what_is_not_finite_is_null() -> None:
    payload = {"score": np.float32(0.5), "id": np.int64(7), "x": math.nan, "y": math.inf}
    assert json.loads(encode(payload)) == {"score": 0.5, "id": 7, "x": None, "y": None}
    with pytest.raises(TypeError, match="object cannot be sent as JSON"):
        encode(object())


def test_a_zone_says_how_many_stand_in_it_while_results_come() -> None:
    standing = {"Front door": 2, "двор": 0}
    state = json.loads(encode(camera_state(camera(), TAKEN_AT, [], standing=standing)))
    assert (state["zone_front_door"], state["zone_двор"]) == (2, 0)
    lost = camera_state(camera(state=CameraState.STALE), TAKEN_AT, [], standing=standing)
    assert lost["zone_front_door"] is None
