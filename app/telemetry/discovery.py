"""The one message that makes this node a device of Home Assistant.

Keys are Home Assistant's abbreviations: p platform, cmps components, avty availability, stat_t
state topic, cmd_t command topic, val_tpl value template, exp_aft seconds until "unavailable",
def_ent_id default entity id, uniq_id unique id, ops options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.telemetry.messages import zone_key
from app.telemetry.options import MqttOptions
from app.telemetry.topics import Topics
from pipelines.selection.in_force import AUTO, CUSTOM, SOURCES

EXPIRE_S = 30

_MEASUREMENT = {"stat_cla": "measurement"}
_MILLISECONDS = {"unit_of_meas": "ms", "dev_cla": "duration", **_MEASUREMENT}
_FPS = {"unit_of_meas": "fps", "ic": "mdi:speedometer", **_MEASUREMENT}
_DIAGNOSTIC: dict[str, Any] = {"ent_cat": "diagnostic"}


def discovery_config(
    options: MqttOptions, topics: Topics, cameras: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The payload of `homeassistant/device/<id>/config`, before it becomes JSON.

    *cameras*: the names of each camera's zones.
    """
    device = {"ids": topics.device_id, "name": options.node}
    origin = {"name": "Saccade"}
    if options.model:
        device["mdl"] = options.model
    if options.version:
        device["sw"] = origin["sw"] = options.version
    components = _Components(topics, max(EXPIRE_S, round(3 * options.interval_s)))
    components.add_node()
    if options.scenarios:
        components.add_scenario(options.scenarios)
    for camera, zones in cameras.items():
        components.add_camera(camera)
        for zone in zones:
            components.add_zone(camera, zone)
    return {
        "dev": device,
        "o": origin,
        "avty": [{"t": topics.status}],
        "stat_t": topics.state,
        "qos": 1,
        "cmps": components.found,
    }


class _Components:
    def __init__(self, topics: Topics, expire_s: int) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self._topics = topics
        self._expires: dict[str, Any] = {"exp_aft": expire_s}

    def add_node(self) -> None:
        topics = self._topics
        self._sensor("fps", "Frame rate", **_FPS)
        self._sensor("age_p95_ms", "Age p95", **_MILLISECONDS)
        provenance = (
            "{{ {'kind': value_json.power_kind, 'scope': value_json.power_scope, "
            "'source': value_json.power_source} | tojson }}"
        )
        self._sensor(
            "power_w",
            "Power",
            key="power",
            dev_cla="power",
            unit_of_meas="W",
            json_attr_t=topics.state,
            json_attr_tpl=provenance,
            **_MEASUREMENT,
        )
        self._sensor(
            "temperature_c",
            "Temperature",
            key="temperature",
            dev_cla="temperature",
            unit_of_meas="°C",
            **_MEASUREMENT,
        )
        self._sensor(
            "cpu_percent",
            "Processor",
            key="cpu",
            unit_of_meas="%",
            ic="mdi:cpu-64-bit",
            **_MEASUREMENT,
            **_DIAGNOSTIC,
        )
        self._sensor(
            "rss_mb",
            "Memory",
            key="memory",
            dev_cla="data_size",
            unit_of_meas="MB",
            **_MEASUREMENT,
            **_DIAGNOSTIC,
        )
        self._sensor(
            "mqtt_dropped",
            "MQTT messages dropped",
            stat_cla="total_increasing",
            ic="mdi:email-alert-outline",
            **_DIAGNOSTIC,
        )
        self._add(
            "binary_sensor",
            "throttled",
            "Throttled",
            dev_cla="problem",
            # "None" is how a template says that the value is not known.
            val_tpl="{{ {0: 'OFF', 1: 'ON'}.get(value_json.throttled, None) }}",
            **self._expires,
            **_DIAGNOSTIC,
        )
        for item, name, icon in (
            ("pause", "Pause", "mdi:pause"),
            ("overlay", "Overlay", "mdi:vector-square"),
        ):
            self._add(
                "switch", item, name, cmd_t=topics.command(item), stat_t=topics.item(item), ic=icon
            )
        self._add(
            "button", "snapshot", "Snapshot", cmd_t=topics.command("snapshot"), ic="mdi:camera"
        )

    def add_scenario(self, names: Sequence[str]) -> None:
        """Which scenario is in force, one of *names* to ask for, and who asked for it."""
        topics = self._topics
        self._add(
            "select",
            "scenario",
            "Scenario",
            cmd_t=topics.command("scenario"),
            stat_t=topics.item("scenario"),
            # Weights of one's own are none of the options: "None" shows them as unknown.
            val_tpl=f"{{{{ None if value == '{CUSTOM}' else value }}}}",
            ops=[AUTO, *names],
            ic="mdi:triangle-outline",
        )
        self._add(
            "sensor",
            "scenario_source",
            "Scenario asked for by",
            stat_t=topics.item("scenario_source"),
            dev_cla="enum",
            ops=list(SOURCES),
            **_DIAGNOSTIC,
        )

    def add_camera(self, camera: str) -> None:
        """*camera* by its name; entities of several cameras are told apart by it."""
        state: dict[str, Any] = {"stat_t": self._topics.camera(camera, "state"), "camera": camera}
        # Retained and sent when it changes, so it must not expire.
        self._add(
            "sensor",
            "status",
            "status",
            camera,
            stat_t=self._topics.camera(camera, "status"),
            dev_cla="enum",
            ops=["online", "offline", "stalled"],
        )
        self._sensor("fps", "frame rate", **state, **_FPS)
        self._sensor("age_p95_ms", "age p95", **state, **_MILLISECONDS)
        self._sensor("fom", "figure of merit", **state, ic="mdi:scale-balance", **_MEASUREMENT)
        self._sensor("objects", "objects", **state, ic="mdi:shape", **_MEASUREMENT)
        self._add(
            "image",
            "snapshot",
            "snapshot",
            camera,
            img_t=self._topics.camera(camera, "snapshot"),
            cont_type="image/jpeg",
        )

    def add_zone(self, camera: str, zone: str) -> None:
        """Whether anything stands in the *zone* of that *camera*."""
        key = zone_key(zone)
        value = f"value_json.{key}"
        self._add(
            "binary_sensor",
            key,
            zone,
            camera,
            stat_t=self._topics.camera(camera, "state"),
            dev_cla="occupancy",
            val_tpl=f"{{{{ None if {value} is none else 'ON' if {value} > 0 else 'OFF' }}}}",
            **self._expires,
        )

    def _sensor(self, field: str, name: str, key: str = "", **more: Any) -> None:
        template = f"{{{{ value_json.{field} }}}}"
        self._add("sensor", key or field, name, val_tpl=template, **self._expires, **more)

    def _add(self, platform: str, key: str, name: str, camera: str = "", **more: Any) -> None:
        entity = f"{self._topics.node}_{key}"
        if camera:
            level = self._topics.camera_level(camera)
            entity = f"{self._topics.node}_{level}_{key}"
            key = f"cam_{level}_{key}"  # never the key of one of the node's own
            name = f"{camera} {name}"
        self.found[key] = {
            "p": platform,
            "name": name,
            "uniq_id": f"{self._topics.device_id}_{key}",
            "def_ent_id": f"{platform}.{entity.lower().replace('-', '_')}",
            **more,
        }
