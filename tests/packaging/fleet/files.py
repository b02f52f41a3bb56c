"""The files of packaging/fleet, read."""

from __future__ import annotations

import json
from typing import Any

import yaml

from models.errors import InputError
from models.toml import read_toml_data
from tests.packaging.installed import PACKAGING

FLEET = PACKAGING / "fleet"


def read_yaml(path: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((FLEET / path).read_text(encoding="utf-8"))
    return data


def telegraf() -> dict[str, Any]:
    return read_toml_data(FLEET / "telegraf/telegraf.conf", InputError)


def inputs() -> dict[str, dict[str, Any]]:
    """What Telegraf reads, by the measurement that it makes of it."""
    return {each["name_override"]: each for each in telegraf()["inputs"]["mqtt_consumer"]}


def dashboard() -> dict[str, Any]:
    path = FLEET / "grafana/dashboards/saccade.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data
