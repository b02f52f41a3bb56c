"""The tables and payloads of docs/home-assistant.md, from the code that sends them.

python -m docs.home_assistant        writes them into the page
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from app.telemetry.discovery import discovery_config
from app.telemetry.options import BrokerAddress, MqttOptions
from app.telemetry.topics import Topics
from pipelines.selection.scenario import NAMED

PAGE = Path(__file__).with_name("home-assistant.md")

# The page's example: a Raspberry Pi at a gate, with one camera and a zone drawn on its picture.
OPTIONS = MqttOptions(
    BrokerAddress("192.168.1.10"),
    node="gate",
    model="Raspberry Pi 5 Model B Rev 1.0",
    version="0.1.0",
    scenarios=tuple(NAMED),
)
CAMERAS = {"front door": ["drive"]}
TOPICS = Topics(OPTIONS.base, OPTIONS.node, OPTIONS.discovery_prefix)

_KINDS = {
    "sensor": "sensor",
    "binary_sensor": "on or off",
    "switch": "switch",
    "select": "list",
    "button": "button",
    "image": "picture",
}
_PART = re.compile(r"(<!-- begin (?P<name>\w+)[^\n]*-->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)


def page(text: str) -> str:
    """*text* with the parts between its "begin" and "end" marks made anew."""
    config = discovery_config(OPTIONS, TOPICS, CAMERAS)
    parts = {"entities": entities(config), "payload": payload(config)}
    return _PART.sub(lambda found: f"{found[1]}{parts[found['name']]}{found[3]}", text)


def entities(config: Mapping[str, Any]) -> str:
    """One line for each entity, as Home Assistant shows it."""
    lines = ["| entity | called | what it is | from |", "| --- | --- | --- | --- |"]
    for component in config["cmps"].values():
        unit = component.get("unit_of_meas")
        kind = component.get("dev_cla")
        words = [_KINDS[component["p"]], *([kind] if kind else []), *([unit] if unit else [])]
        if component.get("ent_cat") == "diagnostic":
            words.append("under Diagnostic")
        lines.append(
            f"| `{component['def_ent_id']}` | {config['dev']['name']} {component['name']} "
            f"| {', '.join(words)} | {_origin(component, config['stat_t'])} |"
        )
    return "\n".join(lines) + "\n"


def payload(config: Mapping[str, Any]) -> str:
    """The whole announcement, a component a line."""
    components = ",\n".join(
        f'  "{key}": {_json(component)}' for key, component in config["cmps"].items()
    )
    head = ",\n".join(f' "{key}": {_json(config[key])}' for key in config if key != "cmps")
    return f'```json\n{{{head[1:]},\n "cmps": {{\n{components}}}}}\n```\n'


def _origin(component: Mapping[str, Any], state_topic: str) -> str:
    """The topic below the device's own, and the key in it."""
    fallback = component.get("img_t") or component.get("cmd_t") or state_topic
    topic = str(component.get("stat_t") or fallback).removeprefix(f"{TOPICS.root}/")
    keys = dict.fromkeys(re.findall(r"value_json\.(\w+)", component.get("val_tpl", "")))
    return f"`{topic}`" + "".join(f", `{key}`" for key in keys)


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
