from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from app.telemetry.options import (
    BrokerAddress,
    MqttOptions,
    parse_mqtt_url,
    read_credentials,
)
from models.errors import ConfigError

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "address", "shown"),
    [
        ("mqtt://broker", ("broker", 1883, False), "mqtt://broker:1883"),
        ("mqtts://broker", ("broker", 8883, True), "mqtts://broker:8883"),
        ("mqtt://10.0.0.7:1884/", ("10.0.0.7", 1884, False), "mqtt://10.0.0.7:1884"),
        ("MQTT://Broker.local", ("broker.local", 1883, False), "mqtt://broker.local:1883"),
        ("mqtt://[::1]:1884", ("::1", 1884, False), "mqtt://[::1]:1884"),
        ("mqtt://mqtt_broker", ("mqtt_broker", 1883, False), "mqtt://mqtt_broker:1883"),
    ],
)
def test_an_address_is_host_port_and_encryption(
    url: str, address: tuple[str, int, bool], shown: str
) -> None:
    assert parse_mqtt_url(url) == BrokerAddress(*address)
    assert str(parse_mqtt_url(url)) == shown


@pytest.mark.parametrize(
    "url",
    [
        "",
        "broker",  # no scheme
        "broker:1883",
        "http://broker",
        "mqtt://",
        "mqtt://:1883",
        "mqtt://broker:0",
        "mqtt://broker:65536",
        "mqtt://broker:port",
        "mqtt://bro ker",
        "mqtt://a..b",
        "mqtt://" + "a" * 64 + ".local",  # a label has 63 letters at most
        "mqtt://[::1",
        "mqtt://broker/base",
        f"mqtt://broker?password={SECRET}",
        f"mqtt://broker#{SECRET}",
        f"{SECRET}://broker",
        f"mqtt://broker:{SECRET}",
        f"mqtt://user:{SECRET}@broker",
        f"mqtt://{SECRET}@broker",
        f"mqtt:/user:{SECRET}@broker",
        f"user:{SECRET}@broker",
        f"mqtt://user%3A{SECRET}%40broker",
    ],
)
def test_anything_else_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_mqtt_url(url)
    message = str(refused.value)
    assert SECRET not in message
    assert "\n" not in message
    assert "mqtt://HOST" in message or "SACCADE_MQTT_PASSWORD" in message


def test_credentials_in_the_address_are_sent_to_their_place() -> None:
    with pytest.raises(ConfigError, match=r"SACCADE_MQTT_USER.*SACCADE_MQTT_PASSWORD.*file"):
        parse_mqtt_url(f"mqtt://user:{SECRET}@broker")


def test_credentials_come_from_the_environment_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"anna:{SECRET}:with:colons\nsecond line\n")
    file.chmod(0o600)
    everything = {"SACCADE_MQTT_USER": "bob", "SACCADE_MQTT_PASSWORD": "other"}

    assert read_credentials(None, {}) == (None, None)
    assert read_credentials(file, {}) == ("anna", f"{SECRET}:with:colons")
    assert read_credentials(None, everything) == ("bob", "other")
    assert read_credentials(file, everything) == ("bob", "other")


@pytest.mark.parametrize("content", [b"", b"\n", b"hunter2\n", b":hunter2", b"anna:", b"\xff:\xff"])
def test_a_password_file_must_hold_user_and_password(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "password"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        read_credentials(file, {})
    assert str(file) in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_missing_password_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent: .*No such file"):
        read_credentials(tmp_path / "absent", {})


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, False), (0o644, True)])
def test_a_password_that_everyone_can_read_is_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: int, warned: bool
) -> None:
    file = tmp_path / "password"
    file.write_text(f"anna:{SECRET}")
    file.chmod(mode)
    with caplog.at_level(logging.WARNING):
        read_credentials(file, {})
    assert bool(caplog.records) is warned
    assert SECRET not in caplog.text


def test_the_credentials_are_not_in_the_repr() -> None:
    options = MqttOptions(BrokerAddress("broker"), user="anna-user", password=SECRET)
    assert "anna-user" not in repr(options)
    assert SECRET not in repr(options)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"base": ""}, "base"),
        ({"base": "/saccade"}, "base"),
        ({"base": "saccade/"}, "base"),
        ({"base": "my saccade"}, "base"),
        ({"base": "a/#"}, "base"),
        ({"base": "$SYS"}, "base"),
        ({"discovery_prefix": "home+"}, "discovery_prefix"),
        ({"password": SECRET}, "SACCADE_MQTT_USER"),
        ({"ca_file": Path("ca.pem")}, "mqtts://"),
    ],
)
def test_options_that_cannot_work_are_refused(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError) as refused:
        MqttOptions(BrokerAddress("broker"), **changes)
    assert named in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_base_of_several_levels_is_allowed() -> None:
    assert MqttOptions(BrokerAddress("broker"), base="site/saccade").base == "site/saccade"
