from __future__ import annotations

import json
import re
from typing import Any

import pytest

from app.telemetry.discovery import discovery_config
from app.telemetry.messages import camera_state, encode, node_state
from app.telemetry.options import BrokerAddress, MqttOptions
from app.telemetry.topics import Topics
from tests.app.telemetry.examples import TAKEN_AT, camera, snapshot

OPTIONS = MqttOptions(
    BrokerAddress("broker"),
    node="Gate cam",
    model="Raspberry Pi 5",
    version="1",
    scenarios=("balanced", "energy"),
)
CAMERAS = {"Front door": ("Door mat",), "yard": ()}
TOPICS = Topics(OPTIONS.base, OPTIONS.node, OPTIONS.discovery_prefix)
CONFIG: dict[str, Any] = json.loads(encode(discovery_config(OPTIONS, TOPICS, CAMERAS)))
COMPONENTS: dict[str, dict[str, Any]] = CONFIG["cmps"]


def test_the_device_and_what_all_components_share() -> None:
    assert {key: value for key, value in CONFIG.items() if key != "cmps"} == {
        "dev": {"ids": "saccade_Gate_cam", "name": "Gate cam", "mdl": "Raspberry Pi 5", "sw": "1"},
        "o": {"name": "Saccade", "sw": "1"},
        "avty": [{"t": "saccade/Gate_cam/status"}],
        "stat_t": "saccade/Gate_cam/state",
        "qos": 1,
    }


def test_the_power_sensor_shows_its_provenance() -> None:
    power = dict(COMPONENTS["power"])
    attributes = power.pop("json_attr_tpl")
    assert power == {
        "p": "sensor",
        "name": "Power",
        "uniq_id": "saccade_Gate_cam_power",
        "def_ent_id": "sensor.gate_cam_power",
        "dev_cla": "power",
        "unit_of_meas": "W",
        "stat_cla": "measurement",
        "val_tpl": "{{ value_json.power_w }}",
        "json_attr_t": "saccade/Gate_cam/state",
        "exp_aft": 30,
    }
    assert "power_kind" in attributes


def test_switches_button_and_images_name_their_topics() -> None:
    assert COMPONENTS["pause"]["p"] == "switch"
    assert COMPONENTS["pause"]["cmd_t"] == "saccade/Gate_cam/pause/set"
    assert COMPONENTS["pause"]["stat_t"] == "saccade/Gate_cam/pause/state"
    assert COMPONENTS["overlay"]["cmd_t"] == "saccade/Gate_cam/overlay/set"
    assert COMPONENTS["snapshot"]["p"] == "button"
    assert COMPONENTS["snapshot"]["cmd_t"] == "saccade/Gate_cam/snapshot/set"
    image = COMPONENTS["cam_Front_door_snapshot"]
    assert (image["p"], image["img_t"], image["cont_type"], image["def_ent_id"]) == (
        "image",
        "saccade/Gate_cam/cam/Front_door/snapshot",
        "image/jpeg",
        "image.gate_cam_front_door_snapshot",
    )
    assert COMPONENTS["throttled"]["p"] == "binary_sensor"
    assert COMPONENTS["throttled"]["dev_cla"] == "problem"


def test_the_scenario_is_selected_by_name_and_weights_by_hand_are_no_option() -> None:
    scenario = dict(COMPONENTS["scenario"])
    template = scenario.pop("val_tpl")
    assert scenario == {
        "p": "select",
        "name": "Scenario",
        "uniq_id": "saccade_Gate_cam_scenario",
        "def_ent_id": "select.gate_cam_scenario",
        "cmd_t": "saccade/Gate_cam/scenario/set",
        "stat_t": "saccade/Gate_cam/scenario/state",
        "ops": ["auto", "balanced", "energy"],
        "ic": "mdi:triangle-outline",
    }
    assert template == "{{ None if value == 'custom' else value }}"
    source = COMPONENTS["scenario_source"]
    assert source["stat_t"] == "saccade/Gate_cam/scenario_source/state"
    assert source["ops"] == ["user", "mqtt", "governor", "configuration"]
    assert "exp_aft" not in source


def test_without_scenarios_there_is_nothing_to_select() -> None:
    without = MqttOptions(BrokerAddress("broker"))
    assert "scenario" not in discovery_config(without, TOPICS, {})["cmps"]


def test_a_retained_status_does_not_expire() -> None:
    status = COMPONENTS["cam_yard_status"]
    assert status["stat_t"] == "saccade/Gate_cam/cam/yard/status"
    assert status["ops"] == ["online", "offline", "stalled"]
    assert "exp_aft" not in status


def test_a_zone_says_whether_anything_stands_in_it() -> None:
    zone = COMPONENTS["cam_Front_door_zone_door_mat"]
    assert zone == {
        "p": "binary_sensor",
        "name": "Front door Door mat",
        "uniq_id": "saccade_Gate_cam_cam_Front_door_zone_door_mat",
        "def_ent_id": "binary_sensor.gate_cam_front_door_zone_door_mat",
        "stat_t": "saccade/Gate_cam/cam/Front_door/state",
        "dev_cla": "occupancy",
        "val_tpl": "{{ None if value_json.zone_door_mat is none else "
        "'ON' if value_json.zone_door_mat > 0 else 'OFF' }}",
        "exp_aft": 30,
    }
    assert not any("zone" in key for key in COMPONENTS if key.startswith("cam_yard"))


@pytest.mark.parametrize("key", COMPONENTS)
def test_each_component_is_one_that_home_assistant_takes(key: str) -> None:
    component = COMPONENTS[key]
    platform = component["p"]
    assert platform in ("sensor", "binary_sensor", "switch", "select", "button", "image")
    assert re.fullmatch(rf"{platform}\.[a-z0-9_]+", component["def_ent_id"])
    assert component["uniq_id"] == f"saccade_Gate_cam_{key}"
    assert "obj_id" not in component  # no longer understood
    assert ("exp_aft" in component) <= (platform in ("sensor", "binary_sensor"))


def test_the_templates_read_keys_that_the_payloads_have() -> None:
    node = node_state(snapshot())
    of_camera = camera_state(camera(), TAKEN_AT, [], standing={"Door mat": 1})
    read = 0
    for key, component in COMPONENTS.items():
        known = of_camera if key.startswith("cam_") else node
        for name in re.findall(r"value_json\.(\w+)", json.dumps(component)):
            assert name in known
            read += 1
    assert read >= 15


def test_a_long_interval_does_not_make_entities_expire() -> None:
    slow = MqttOptions(BrokerAddress("broker"), interval_s=60.0)
    config = discovery_config(slow, TOPICS, {})
    assert config["cmps"]["fps"]["exp_aft"] == 180
