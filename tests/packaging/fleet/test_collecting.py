"""From topics and payloads to the charts: whatever a file names is what Saccade sends."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from paho.mqtt.client import topic_matches_sub

from app.account import Entry
from app.telemetry.commands import COMMANDS
from app.telemetry.messages import camera_state, node_state
from app.telemetry.publisher import EventType
from app.telemetry.topics import Topics
from models.candidate import Candidate
from pipelines.live.switcher import Switch
from pipelines.selection.in_force import Ruling
from pipelines.selection.scenario import Scenario, Weights
from tests.app.telemetry.examples import TAKEN_AT, camera, snapshot
from tests.packaging.fleet.files import dashboard, inputs, telegraf

TOPICS = Topics("saccade", "gate", "homeassistant")
CANDIDATE = Candidate("fastestdet", "fp32", "onnxruntime")
SCENARIO = Scenario("energy", Weights(0.1, 0.1, 0.8))
INPUTS = inputs()
# What of each measurement is published, everything known.
STATES: dict[str, Any] = {
    "saccade_node": node_state(snapshot(), Ruling(SCENARIO, "governor", "hot")),
    "saccade_camera": camera_state(camera(), TAKEN_AT, ["person"]),
}
COLLECTED = {
    TOPICS.state: "saccade_node",
    TOPICS.camera("door", "state"): "saccade_camera",
    TOPICS.events: "saccade_event",
    TOPICS.camera("door", "events"): "saccade_event",
    TOPICS.status: "saccade_status",
    TOPICS.camera("door", "status"): "saccade_status",
}
LEFT = [
    TOPICS.camera("door", "snapshot"),
    TOPICS.discovery,
    "saccade/_tables/raspberry-pi-5-3f9c2a7b/gate",
    *(TOPICS.command(item) for item in COMMANDS),
    *(TOPICS.item(item) for item in (*COMMANDS, "scenario_source")),
]
QUERIES = [target["query"] for panel in dashboard()["panels"] for target in panel["targets"]]


def tags_of(topic: str) -> dict[str, str]:
    """The tags that Telegraf makes of the levels of *topic*."""
    (parsing,) = [
        parsing
        for parsing in INPUTS[COLLECTED[topic]]["topic_parsing"]
        if topic_matches_sub(parsing["topic"], topic)
    ]
    names, levels = parsing["tags"].split("/"), topic.split("/")
    assert len(names) == len(levels)
    return {name: level for name, level in zip(names, levels, strict=True) if name != "_"}


def test_each_topic_is_collected_once_or_left_on_purpose() -> None:
    for topic in [*COLLECTED, *LEFT]:
        takers = [
            name
            for name, each in INPUTS.items()
            for pattern in each["topics"]
            if topic_matches_sub(pattern, topic)
        ]
        assert takers == ([COLLECTED[topic]] if topic in COLLECTED else []), topic


def test_levels_become_tags() -> None:
    assert tags_of(TOPICS.state) == {"node": "gate"}
    assert tags_of(TOPICS.status) == {"node": "gate"}
    for leaf in ("state", "events", "status"):
        assert tags_of(TOPICS.camera("door", leaf)) == {"node": "gate", "camera": "door"}


@pytest.mark.parametrize("measurement", STATES)
def test_every_text_of_a_state_is_a_tag_or_a_text_field(measurement: str) -> None:
    # Telegraf takes numbers by itself, and leaves texts out that are not named.
    sent, taken = STATES[measurement], INPUTS[measurement]
    assert None not in [sent[key] for key in sent if not key.startswith("fom")]
    texts = [key for key, value in sent.items() if isinstance(value, str)]
    named = [taken["json_time_key"], *taken.get("tag_keys", []), *taken["json_string_fields"]]
    assert sorted(texts) == sorted(named)
    assert not any(isinstance(value, bool) for value in sent.values())


def test_times_are_as_telegraf_expects_them() -> None:
    # Go reads digits after the seconds whether the layout has them or not.
    for measurement in STATES:
        assert INPUTS[measurement]["json_time_format"] == "2006-01-02T15:04:05Z07:00"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", TAKEN_AT)


def test_events_wait_for_the_collector_and_statuses_come_anew() -> None:
    lasting = [name for name, each in INPUTS.items() if each.get("persistent_session")]
    assert lasting == ["saccade_event"]
    assert INPUTS["saccade_event"]["client_id"]
    assert INPUTS["saccade_event"]["qos"] == INPUTS["saccade_status"]["qos"] == 1


@pytest.mark.parametrize("query", QUERIES)
def test_the_charts_ask_for_what_is_sent(query: str) -> None:
    (measurement,) = re.findall(r'_measurement == "(\w+)"', query)
    fields = re.findall(r'_field == "(\w+)"', query)
    assert measurement in INPUTS
    if measurement in STATES:
        assert fields
        assert set(fields) <= STATES[measurement].keys()
    assert f'bucket: "{telegraf()["outputs"]["influxdb_v2"][0]["bucket"]}"' in query


def test_the_charts_of_events_ask_for_what_events_have() -> None:
    (query,) = [each for each in QUERIES if "saccade_event" in each]
    switch = Switch(TAKEN_AT, None, CANDIDATE, "because", 12.3, None, 2)
    entry = Entry(camera="door", switch=switch, scenario=SCENARIO, source="mqtt", gain=0.6)
    refusal = {"item", "reason"}  # test_publisher.py has them as they are sent
    assert set(re.findall(r'_field == "(\w+)"', query)) <= entry.as_dict().keys() | refusal
    types = set(re.findall(r'r\.type == "(\w+)"', query))
    assert types - {"refused"} <= set(get_args(EventType))


def test_legends_name_tags_that_there_are() -> None:
    for panel in dashboard()["panels"]:
        name = panel["fieldConfig"]["defaults"].get("displayName", "")
        (query,) = [target["query"] for target in panel["targets"]]
        (measurement,) = re.findall(r'_measurement == "(\w+)"', query)
        topics = [topic for topic, kind in COLLECTED.items() if kind == measurement]
        known = {*tags_of(topics[0]), *INPUTS[measurement].get("tag_keys", [])}
        assert set(re.findall(r"__field\.labels\.(\w+)", name)) <= known


def test_a_chart_of_watts_keeps_what_is_measured_from_what_is_modelled() -> None:
    (panel,) = [each for each in dashboard()["panels"] if '"power_w"' in str(each["targets"])]
    legend = panel["fieldConfig"]["defaults"]["displayName"]
    for key in ("power_kind", "power_scope", "power_source"):
        assert key in INPUTS["saccade_node"]["tag_keys"]
        assert key in legend
    assert "group()" not in panel["targets"][0]["query"]


def test_the_dashboard_shows_what_a_fleet_is_watched_for() -> None:
    asked = set(re.findall(r'_field == "(\w+)"', "\n".join(QUERIES)))
    wanted = {"fps", "age_p95_ms", "power_w", "temperature_c", "candidate", "throttled"}
    assert wanted | {"mqtt_dropped", "overwritten"} <= asked


def test_panels_stand_beside_each_other() -> None:
    cells = [
        (x, y)
        for panel in dashboard()["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) == 23
