"""compose.yaml and Grafana's provisioning: what one file calls a thing, the others call it too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.packaging.fleet.files import FLEET, dashboard, inputs, read_yaml, telegraf

SERVICES = read_yaml("compose.yaml")["services"]
OUTPUT = telegraf()["outputs"]["influxdb_v2"][0]
SOURCE = read_yaml("grafana/provisioning/datasources/influxdb.yaml")["datasources"][0]


def test_every_image_has_a_version() -> None:
    for name, service in SERVICES.items():
        assert re.fullmatch(r"[\w/-]+:\d+\.\d+\.\d+", service["image"]), name


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_is_there(name: str) -> None:
    named = read_yaml("compose.yaml")["volumes"]
    for volume in SERVICES[name]["volumes"]:
        source, target, *mode = volume.split(":")
        assert Path(target).is_absolute()
        if source.startswith("./"):
            assert (FLEET / source).exists(), source
            assert mode == ["ro"]
        else:
            assert source in named


def test_every_secret_is_asked_for_and_explained() -> None:
    text = (FLEET / "compose.yaml").read_text(encoding="utf-8")
    needed = set(re.findall(r"\$\{(\w+)", text))
    explained = re.findall(r"^(\w+)=", (FLEET / "example.env").read_text(encoding="utf-8"), re.M)
    assert set(explained) == needed
    # Without a value compose refuses to start; only how long figures are kept has a default.
    assert needed - set(re.findall(r"\$\{(\w+):\?", text)) == {"INFLUXDB_RETENTION"}
    assert ".env" in (FLEET / ".gitignore").read_text(encoding="utf-8").split()


def test_services_find_each_other() -> None:
    for each in inputs().values():
        assert each["servers"] == ["tcp://mosquitto:1883"]
        assert each["username"] == "telegraf"
    assert {"mosquitto", "influxdb"} <= SERVICES.keys()
    assert OUTPUT["urls"] == ["http://influxdb:8086"] == [SOURCE["url"]]


def test_database_and_charts_agree() -> None:
    made = SERVICES["influxdb"]["environment"]
    assert OUTPUT["bucket"] == SOURCE["jsonData"]["defaultBucket"]
    assert OUTPUT["bucket"] == made["DOCKER_INFLUXDB_INIT_BUCKET"]
    assert OUTPUT["organization"] == SOURCE["jsonData"]["organization"]
    assert OUTPUT["organization"] == made["DOCKER_INFLUXDB_INIT_ORG"]
    for panel in dashboard()["panels"]:
        assert panel["datasource"]["uid"] == SOURCE["uid"]
    # What a file reads from the environment, compose puts there.
    assert OUTPUT["token"] == "${INFLUXDB_TOKEN}" == SOURCE["secureJsonData"]["token"]
    assert "INFLUXDB_TOKEN" in SERVICES["telegraf"]["environment"]
    assert "INFLUXDB_TOKEN" in SERVICES["grafana"]["environment"]
    assert "TELEGRAF_PASSWORD" in SERVICES["telegraf"]["environment"]


def test_the_dashboard_lies_where_grafana_looks() -> None:
    folder = read_yaml("grafana/provisioning/dashboards/saccade.yaml")["providers"][0]["options"]
    assert f"./grafana/dashboards:{folder['path']}:ro" in SERVICES["grafana"]["volumes"]
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home == f"{folder['path']}/saccade.json"
